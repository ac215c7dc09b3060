// `npm run test:app`: drives the real program, relay and windows, on a screen in memory.
// Output goes to target/test-app/output.log as well, so that a window left behind cannot hold the pipes open.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPrograms, buildUi } from './build.mjs';
import { askedToEnd } from './children.mjs';
import { binary, environment, Failure, heading, isLinux, main, reports, root } from './environment.mjs';
import { follow } from './follow.mjs';
import { setup } from './setup.mjs';

const limitMinutes = 20;

await main(async () => {
  if (!isLinux) throw new Failure('The real-window tests drive WebKitGTK and run on Linux only.');
  const folder = join(root, 'tests/app');
  const tests = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test.mjs')) : [];
  const words = process.argv.slice(2).filter((word) => word !== '--yes');
  const chosen = tests.filter((name) => words.every((word) => name.includes(word)));
  if (chosen.length === 0) throw new Failure('tests/app has no such test.');
  await setup({ needs: ['window', 'test'], yes: process.argv.includes('--yes') });
  await buildUi();
  await buildPrograms();
  await drive(chosen.map((name) => join(folder, name)));
});

async function drive(files) {
  heading('Real windows');
  const reportFolder = join(reports, 'test-app');
  mkdirSync(reportFolder, { recursive: true });
  mkdirSync(join(reports, 'screenshots'), { recursive: true });
  const log = join(reportFolder, 'output.log');
  const output = openSync(log, 'w');
  const nodeTest = [process.execPath, '--test', '--test-concurrency=1', '--test-reporter=spec', ...files];
  const child = spawn('xvfb-run', ['-a', '-s', '-screen 0 1600x1000x24 -nolisten tcp', ...nodeTest], {
    cwd: root,
    env: {
      ...environment,
      GDK_BACKEND: 'x11',
      SOTTO_WINDOW: binary('sotto'),
      SOTTO_RELAY: binary('sotto-relay'),
      SOTTO_CLI: binary('sotto-cli'),
      SOTTO_DESKTOP: binary('desktop_double'),
      SOTTO_SCREENSHOTS: join(reports, 'screenshots'),
      SOTTO_REPORTS: reportFolder,
    },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const stop = follow(log, (text) => process.stdout.write(text));
  const why = await Promise.race([ending(child), timeLimit(), askedToEnd()]);
  endGroup(child.pid);
  stop();
  if (why !== 'code 0') throw new Failure(`The real-window tests did not pass (${why}). Their output: ${log}`);
}

function ending(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}

function timeLimit() {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`longer than ${limitMinutes} minutes`), limitMinutes * 60_000).unref();
  });
}

/** Windows, drivers and relays of a failed test are in the group of the process that started them. */
function endGroup(leader) {
  if (!leader) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
