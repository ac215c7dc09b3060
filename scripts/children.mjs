// Long-running children: started with a name in front of each line they print, ended by process id.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dim, environment, root } from './environment.mjs';

const running = new Map();

/** Starts a child; `ended` resolves with how it ended. */
export function start(name, [command, ...args], { env = environment, stdin = 'ignore' } = {}) {
  const child = spawn(command, args, { cwd: root, env, stdio: [stdin, 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.log(`${dim(`${name} │`)} ${line}`));
  }
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ reason: error.message }));
    child.on('exit', (code, signal) => resolve({ code, signal, reason: signal ?? `code ${code}` }));
  }).finally(() => running.delete(child.pid));
  if (child.pid) running.set(child.pid, { child, ended });
  return { pid: child.pid, ended };
}

/** Asks every child to end, waits, then ends those that did not listen. */
export async function endAll(patience = 5_000) {
  const left = [...running.values()];
  for (const { child } of left) child.kill('SIGTERM');
  const all = Promise.all(left.map(({ ended }) => ended));
  const timer = setTimeout(() => left.forEach(({ child }) => child.kill('SIGKILL')), patience);
  await all;
  clearTimeout(timer);
}

/** Resolves with the name of the first signal that asks this process to end. */
export function askedToEnd() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
  });
}
