// npm run mutants -- wire|machine [options of cargo-mutants]: changes a crate in many small ways, one at a time, and names each
// change that no test notices. docs/mutants.md says what is known of those. `--shard 0/50` takes a fiftieth.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, Failure, main, reports, run, target } from './environment.mjs';

/** The tests that must notice a change in each crate: its own, and the scenes of pure machines. */
const crates = {
  wire: ['--test-package', 'sotto-wire'],
  machine: [
    ...['--test-package', 'sotto-machine,sotto-tests', '--', '--lib'],
    ...['machine_actions', 'machine_conversation', 'machine_groups', 'attack_actions', 'attack_contact'].flatMap(
      (scenes) => ['--test', scenes],
    ),
  ],
};

await main(async () => {
  const [crate, ...options] = process.argv.slice(2);
  if (!crates[crate]) throw new Failure('usage: npm run mutants -- wire|machine [options of cargo-mutants]');
  const out = join(reports, `mutants-${crate}`);
  mkdirSync(out, { recursive: true });
  // Directories of their own: the features differ, and each change would compile what others need anew.
  const env = { ...environment, CARGO_TARGET_DIR: `${target}-mutants` };
  const own = ['--package', `sotto-${crate}`, '--output', out, '--no-times', '--colors', 'never'];
  const { code } = await run(['cargo', 'mutants', ...own, ...options, ...crates[crate]], { env });
  const outcomes = JSON.parse(readFileSync(join(out, 'mutants.out', 'outcomes.json'), 'utf8'));
  const { total_mutants: mutants, caught, missed, timeout, unviable } = outcomes;
  console.log(JSON.stringify({ mutants, caught, missed, timeout, unviable }));
  // 2: some were missed, which is the result; anything else is a failure of the run itself.
  if (code !== 0 && code !== 2) throw new Failure(`cargo mutants ended with ${code}; see ${out}.`);
});
