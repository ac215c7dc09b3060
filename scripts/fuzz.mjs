// npm run fuzz -- --seconds N: fuzzes every decoder in turn with libFuzzer, N seconds in all, and keeps what it finds.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, Failure, heading, main, must, root, run, target } from './environment.mjs';

const crate = join(root, 'tests', 'fuzz');
const found = join(root, 'target', 'fuzz');

/** Coverage counters by stable compiler flags: what cargo-fuzz passes, without its nightly sanitizer. */
const counters = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '-Ccodegen-units=1',
].join(' ');

/** The names in `DECODERS` of tests/src/decoders.rs. */
function decoders() {
  const table = readFileSync(join(root, 'tests', 'src', 'decoders.rs'), 'utf8').split('DECODERS: &[Decoder] = &[')[1];
  return [...table.split('];')[0].matchAll(/\("(\w+)"/g)].map((match) => match[1]);
}

function secondsWanted(words) {
  const at = words.indexOf('--seconds');
  const seconds = at < 0 ? 90 : Number(words[at + 1]);
  if (!(seconds > 0)) throw new Failure('usage: npm run fuzz -- [--seconds N]');
  return seconds;
}

await main(async () => {
  const names = decoders();
  const each = Math.max(1, Math.round(secondsWanted(process.argv.slice(2)) / names.length));
  const env = { ...environment, CARGO_TARGET_DIR: `${target}-fuzz`, RUSTFLAGS: counters };
  // Flags reach build scripts too unless a target is named.
  const triple = (await must(['rustc', '-vV'], { capture: true, quiet: true })).match(/host: (\S+)/)[1];
  await must(['cargo', 'build', '--release', '--target', triple], { cwd: crate, env });
  const program = join(`${target}-fuzz`, triple, 'release', 'decoders');
  mkdirSync(found, { recursive: true });
  const failed = [];
  for (const name of names) {
    heading(`${name}, ${each} s`);
    const corpus = join(crate, 'corpus', name);
    const options = [
      `-max_total_time=${each}`,
      `-artifact_prefix=${found}/${name}-`,
      '-print_final_stats=1',
      '-max_len=8192',
    ];
    const { code, output } = await run([program, ...options, corpus], {
      env: { ...environment, SOTTO_DECODER: name },
      quiet: true,
    });
    console.log(output.match(/stat::number_of_executed_units:\s+\d+/)?.[0] ?? output.slice(-2000));
    if (code !== 0) failed.push(name);
  }
  console.log(JSON.stringify({ decoders: names.length, seconds_each: each, failed: failed.length }));
  if (failed.length > 0) throw new Failure(`Failed: ${failed.join(', ')}. The inputs lie in ${found}.`);
});
