// npm run profile:relay -- [options of bench:relay]: where the relay spends its time under that load, by `perf` (Linux).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary, environment, Failure, main, must, reports } from './environment.mjs';

/** What a sample is counted as: the first that fits its thread, object and function. */
const kinds = [
  ['the kernel, for the disk', ({ thread, object }) => object.includes('kernel') && thread === 'writer'],
  ['the kernel, for sockets and threads', ({ object }) => object.includes('kernel')],
  ['allocator', ({ name }) => /mi_|malloc|free/.test(name)],
  ['hashing', ({ name }) => /hash|Hasher|RawTable/.test(name)],
  ['moving and comparing memory', ({ object, name }) => object.includes('libc') && name.includes('mem')],
  ['SQLite', ({ thread }) => thread === 'writer'],
  ['WebSocket', ({ name }) => /tungstenite|axum|WebSocket|hyper/.test(name)],
  ['CBOR', ({ name }) => /minicbor|sotto_wire|decode|encode/.test(name)],
  ['tokio', ({ name }) => /tokio|mpsc|futures|park|notify/.test(name)],
  ["the relay's own", ({ name }) => name.includes('sotto_relay')],
  ['rest', () => true],
];

/** The relay that a benchmark has started. */
function relayOf(bench) {
  const programs = readdirSync('/proc').filter((id) => /^\d+$/.test(id));
  return programs.find((id) => {
    try {
      const [, name, parent] = readFileSync(`/proc/${id}/stat`, 'utf8').match(/\((.*)\) \S (\d+)/);
      return name === 'sotto-relay' && Number(parent) === bench.pid;
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}

await main(async () => {
  await must(['cargo', 'build', '--release', '--quiet', '-p', 'sotto-relay', '-p', 'sotto-tests']);
  await must([
    'cargo',
    'rustc',
    '--release',
    '--quiet',
    '-p',
    'sotto-relay',
    '--bin',
    'sotto-relay',
    '--',
    '-Cstrip=none',
  ]);
  mkdirSync(reports, { recursive: true });
  const data = join(reports, 'relay.perf');
  // Four turns of 3 s: the forwarder, the relay twice, the forwarder.
  const words = ['--idle', '0', '--seconds', '12', ...process.argv.slice(2)];
  const bench = spawn(binary('bench_relay', 'release'), words, { stdio: 'inherit', env: environment });
  const ended = once(bench, 'close');
  await sleep(4_500);
  const relay = relayOf(bench);
  if (!relay) throw new Failure('The relay does not run.');
  await must(['perf', 'record', '-F', '997', '-p', relay, '-o', data, '--', 'sleep', '5'], { quiet: true });
  await ended;
  const report = ['perf', 'report', '-i', data, '--stdio', '--sort', 'comm,dso,sym', '--percent-limit', '0'];
  const listed = await must(report, { quiet: true });
  const shares = {};
  for (const [, share, thread, object, name] of listed.matchAll(/^\s+([\d.]+)%\s+(\S+)\s+(\S+)\s+\[.\]\s+(.*)$/gm)) {
    const [kind] = kinds.find(([, fits]) => fits({ thread, object, name }));
    shares[kind] = (shares[kind] ?? 0) + Number(share);
  }
  const sorted = Object.entries(shares).sort((one, other) => other[1] - one[1]);
  console.log();
  for (const [kind, share] of sorted) console.log(`${share.toFixed(1).padStart(6)} %  ${kind}`);
  console.log(JSON.stringify(Object.fromEntries(sorted.map(([kind, share]) => [kind, Number(share.toFixed(1))]))));
});
