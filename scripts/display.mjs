// A screen to draw on: the one that is there, or Xvfb.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Failure, isLinux } from './environment.mjs';

export function hasDisplay() {
  return !isLinux || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Starts Xvfb on a free display and gives back `{ name, pid, end }`. */
export async function startXvfb(size = '1600x1000x24') {
  const args = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const failed = once(server, 'exit').then(() => undefined);
  const number = await Promise.race([once(server.stdio[3], 'data').then(([chunk]) => `${chunk}`.trim()), failed]);
  if (!number) throw new Failure('Xvfb did not start. Is the package `xvfb` installed?');
  return { name: `:${number}`, pid: server.pid, end: () => server.kill('SIGTERM') };
}
