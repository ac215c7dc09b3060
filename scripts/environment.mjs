// Where things are, and how the other scripts run a command. Needs nothing but Node.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Outside the checkout, so that a fresh clone finds its dependencies already compiled. */
export const cache = resolve(process.env.SOTTO_CACHE ?? join(homedir(), '.cache', 'sotto'));

/** Compiled artefacts. A `CARGO_TARGET_DIR` that is already set wins. */
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? join(cache, 'target'));

/** Logs and pictures of a test run. Inside the checkout, ignored by git. */
export const reports = join(root, 'target');

export const isLinux = process.platform === 'linux';
const suffix = process.platform === 'win32' ? '.exe' : '';

/** The path of a compiled program: `sotto`, `sotto-relay` or `sotto-cli`. */
export function binary(name, profile = 'debug') {
  return join(target, profile, name + suffix);
}

/** What every child is given. */
export const environment = {
  ...process.env,
  CARGO_TARGET_DIR: target,
  // A blank page costs 50 MB less, and windows on NVIDIA cards are not empty.
  WEBKIT_DISABLE_DMABUF_RENDERER: process.env.WEBKIT_DISABLE_DMABUF_RENDERER ?? '1',
};

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');
export const highlight = paint('1;30;43');

export function heading(text) {
  console.log(`\n${bold(`▸ ${text}`)}`);
}

/** An end that a person can understand; printed without a stack. */
export class Failure extends Error {}

/** Runs a script's main function; a `Failure` ends it with its sentence and code 1. */
export async function main(action) {
  try {
    await action();
  } catch (error) {
    console.error(`\n${red('✗')} ${error instanceof Failure ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}

/** `npm` under another name on Windows; npm itself says where it is when it runs us. */
export function npm(...args) {
  const self = process.env.npm_execpath;
  return self?.endsWith('.js') ? [process.execPath, self, ...args] : [`npm${suffix && '.cmd'}`, ...args];
}

/**
 * Runs a command to its end and gives back `{ code, output }`. Output goes to the console as it comes;
 * it is kept only when `capture` is set. Does not fail by itself: see `must`.
 */
export async function run([command, ...args], { env = environment, cwd = root, capture = false, quiet = false } = {}) {
  const stdio = capture || quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd, env, stdio, shell: command.endsWith('.cmd') });
  let output = '';
  const keep = (stream) => (chunk) => {
    output += chunk;
    if (!quiet) stream.write(chunk);
  };
  child.stdout?.setEncoding('utf8').on('data', keep(process.stdout));
  child.stderr?.setEncoding('utf8').on('data', keep(process.stderr));
  try {
    const [code, signal] = await once(child, 'close');
    return { code: code ?? 1, signal, output };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { code: 127, output: `${command}: not found` };
  }
}

/** Runs a command that has to succeed. */
export async function must(command, options) {
  const result = await run(command, options);
  if (result.code === 127 && !options?.capture) throw new Failure(`\`${command[0]}\` is not installed.`);
  if (result.code !== 0) {
    const said = options?.quiet ? `\n${result.output.trim()}` : '';
    throw new Failure(`\`${command.join(' ')}\` failed with code ${result.code}.${said}`);
  }
  return result.output;
}

/** What a command prints, or `undefined` when it is missing or fails. */
export async function ask(...command) {
  const { code, output } = await run(command, { quiet: true });
  return code === 0 ? output.trim() : undefined;
}
