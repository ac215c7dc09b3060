// A relay of the test's own, which can be killed and comes back at the same address.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, freePort, programs, start, until } from './processes.mjs';

export async function startRelay(folder) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const command = [programs.relay, 'serve', '--data-dir', folder, '--listen', `127.0.0.1:${port}`];
  let child;

  const relay = {
    address,
    async start() {
      child = start('relay', command);
      await until('the relay answers', async () => (await fetch(`${address}/health`)).ok);
    },
    /** SIGKILL: no goodbye, nothing flushed. */
    kill: () => end(child),
    /** The code that was sent to a number. */
    code: (number) =>
      until(`a code for ${number}`, () => codes(folder).findLast((sent) => sent.number === number)?.code),
  };
  await relay.start();
  return relay;
}

function codes(folder) {
  const path = join(folder, 'outbox.jsonl');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
