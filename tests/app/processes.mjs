// Programs that a test starts: their output goes to files, and all of them end with the test.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'debug');

/** The programs, from the variables that `npm run test:app` sets or else beside each other. */
export const programs = {
  window: process.env.SOTTO_WINDOW ?? join(built, 'sotto'),
  relay: process.env.SOTTO_RELAY ?? join(built, 'sotto-relay'),
  desktop: process.env.SOTTO_DESKTOP ?? join(built, 'desktop_double'),
};

export const reports = process.env.SOTTO_REPORTS ?? join(root, 'target/test-app');
export const pictures = process.env.SOTTO_SCREENSHOTS ?? join(root, 'target/screenshots');
mkdirSync(reports, { recursive: true });
mkdirSync(pictures, { recursive: true });

const running = new Set();

/** Starts a program in a group of its own. A pipe that nobody reads would hang the test, so its output goes to a file. */
export function start(name, [program, ...args], env = process.env, input = 'ignore') {
  const log = openSync(join(reports, `${name}.log`), 'a');
  const child = spawn(program, args, { env, stdio: [input, log, log], detached: true });
  closeSync(log);
  running.add(child);
  child.ended = new Promise((done) => child.on('exit', done)).then(() => running.delete(child));
  return child;
}

/** Ends a program and what it has started, by their ids. */
export async function end(child) {
  if (!running.has(child)) return;
  signal(-child.pid, 'SIGKILL');
  await child.ended;
}

export async function endAll() {
  await Promise.all([...running].map(end));
}

/** Sends a signal to a process that may be gone already. */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ids of running processes that have `word` among their arguments. */
export function processesNaming(word) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => argumentsOf(pid).includes(word))
    .map(Number);
}

export const commandOf = (pid) => argumentsOf(pid)[0] ?? '';

function argumentsOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Asks until the answer is truthy, and gives it back. What is asked may fail meanwhile. */
export async function until(what, ask, seconds = 20) {
  let last;
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await pause(50)) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`${what}: not within ${seconds} s (last: ${last})`);
}
