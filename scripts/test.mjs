// `npm test`: every check there is, one stage after the other. A stage that fails does not stop the next ones.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildUi, locked } from './build.mjs';
import { countTests } from './counts.mjs';
import {
  ask,
  bold,
  environment,
  Failure,
  green,
  heading,
  isLinux,
  main,
  npm,
  red,
  run,
  target,
} from './environment.mjs';
import { setup } from './setup.mjs';

// Tests of the engine write the types that cross the border. Sent here, a run of the tests leaves the checkout alone.
const bindings = { TS_RS_EXPORT_DIR: join(target, 'border', 'a', 'b', 'c') };

/** Each stage is a function that gives back its commands, or a sentence saying why it is left out. */
const stages = {
  format: () => [['cargo', 'fmt', '--all', '--check']],
  async ui() {
    await buildUi();
    return [npm('run', '--silent', 'ui:check'), npm('run', '--silent', 'ui:test')];
  },
  async lint() {
    await buildUi();
    const clippy = ['cargo', 'clippy', '--workspace', '--all-targets', ...locked, '--', '-D', 'warnings'];
    return [npm('run', '--silent', 'ui:lint'), clippy];
  },
  async build() {
    await buildUi();
    return [['cargo', 'build', '--workspace', '--all-targets', ...locked]];
  },
  async rust() {
    await buildUi();
    const nextest = Boolean(await ask('cargo', 'nextest', '--version'));
    const tests = nextest ? ['nextest', 'run'] : ['test', '--all-targets'];
    return [
      ['cargo', ...tests, '--workspace', '--no-fail-fast', ...locked],
      ['cargo', 'test', '--workspace', '--doc', ...locked],
    ];
  },
  async deny() {
    if (!(await ask('cargo', 'deny', '--version'))) return 'cargo-deny is not installed';
    // Not the advisories: those are fetched, and the tests need no network.
    return [['cargo', 'deny', 'check', 'bans', 'licenses', 'sources']];
  },
  app: () => (isLinux ? [npm('run', '--silent', 'test:app')] : 'the real-window tests run on Linux only'),
};

const help = `npm test -- [--only NAME[,NAME]] [--yes]

  --only   run these stages: ${Object.keys(stages).join(', ')}
  --yes    install missing packages without asking`;

await main(async () => {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(help);
  const chosen = values.only?.split(',') ?? Object.keys(stages);
  const unknown = chosen.find((name) => !stages[name]);
  if (unknown) throw new Failure(`There is no stage "${unknown}".\n${help}`);
  await setup({ needs: ['window', 'test'], yes: values.yes });
  const results = [];
  for (const name of chosen) results.push(await runStage(name));
  summarise(results);
});

async function runStage(name) {
  heading(name);
  const started = Date.now();
  const result = { name, passed: 0, failed: 0, skipped: undefined };
  try {
    const commands = await stages[name]();
    if (typeof commands === 'string') result.skipped = commands;
    else for (const command of commands) await runCommand(command, result);
  } catch (error) {
    console.error(red(error instanceof Failure ? error.message : error.stack));
    result.failed += 1;
  }
  return { ...result, seconds: (Date.now() - started) / 1000 };
}

async function runCommand(command, result) {
  const colours = process.stdout.isTTY ? { CARGO_TERM_COLOR: 'always', FORCE_COLOR: '1' } : {};
  const env = { ...environment, ...bindings, ...colours };
  const { code, output } = await run(command, { env, capture: true });
  const tests = countTests(output);
  // A command without tests of its own, like a lint, counts as one.
  const failed = code === 0 ? 0 : Math.max(tests.failed, 1);
  result.passed += tests.passed || (code === 0 ? 1 : 0);
  result.failed += failed;
  if (code !== 0) console.error(red(`✗ ${command.join(' ')} ended with code ${code}`));
}

function summarise(results) {
  heading('Summary');
  for (const { name, passed, failed, skipped, seconds } of results) {
    const outcome = skipped ? 'skipped' : failed ? red('failed') : green('passed');
    const detail = skipped ?? (failed ? `${failed} of ${passed + failed}` : `${passed}`);
    console.log(`  ${name.padEnd(8)} ${outcome}  ${`${seconds.toFixed(1)} s`.padStart(9)}  ${detail}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const [passed, failed] = [total('passed'), total('failed')];
  console.log(failed ? `\n${red('Not everything passed.')}` : `\n${bold('Everything passed.')}`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
