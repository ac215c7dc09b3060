// `npm start`: everything that is needed to see Sotto run, from an empty machine to an open window.

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildPrograms, buildUi } from './build.mjs';
import { askedToEnd, endAll, start } from './children.mjs';
import { hasDisplay, startXvfb } from './display.mjs';
import { binary, cache, dim, environment, Failure, heading, highlight, main } from './environment.mjs';
import { followCodes, spaced } from './outbox.mjs';
import { setup } from './setup.mjs';

const help = `npm start -- [options]

  --people alice,bob   one window per name, each with a profile of its own (default: me)
  --fresh              forget the development relay and these profiles first
  --data DIR           where both are kept (default: ${join(cache, 'dev')})
  --port N             the relay's port on 127.0.0.1 (default: 4816)
  --headless           draw on a screen in memory (Xvfb), for machines without a display
  --yes                install missing packages without asking
  --help               this text

Ctrl+C ends the relay and the windows.`;

await main(async () => {
  const options = read();
  if (options.help) return console.log(help);
  if (!hasDisplay() && !options.headless) {
    throw new Failure(
      'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).\n' +
        '  To run on a screen in memory instead: npm start -- --headless',
    );
  }
  await setup({ needs: options.headless ? ['window', 'headless'] : ['window'], yes: options.yes });
  await buildUi();
  await buildPrograms();
  if (await healthy(options.port)) {
    throw new Failure(`Something answers on port ${options.port} already. Choose another with --port.`);
  }
  if (options.fresh) forget(options);
  await runUntilAskedToEnd(options);
});

function read() {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: 'me' },
      fresh: { type: 'boolean' },
      data: { type: 'string', default: join(cache, 'dev') },
      port: { type: 'string', default: '4816' },
      headless: { type: 'boolean' },
      yes: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const people = values.people.split(',').map((name) => name.trim());
  const odd = people.find((name) => !/^[\w-]+$/.test(name));
  if (odd !== undefined) throw new Failure(`"${odd}" cannot be a profile's name: letters, digits, - and _ only.`);
  return { ...values, people, data: resolve(values.data) };
}

function forget({ data, people }) {
  for (const folder of ['relay', ...people.map((name) => join('people', name))]) {
    rmSync(join(data, folder), { recursive: true, force: true });
  }
}

async function runUntilAskedToEnd(options) {
  const asked = askedToEnd();
  // No window manager moves windows apart there, so each person gets a screen.
  const screens = options.headless ? await Promise.all(options.people.map(() => startXvfb())) : [];
  try {
    const relay = await startRelay(options);
    const windows = openWindows(options, screens);
    announce(options, screens);
    const closed = Promise.all(windows.map(({ ended }) => ended)).then(() => 'closed');
    const why = await Promise.race([asked, closed, relay.ended.then(({ reason }) => `The relay ended (${reason}).`)]);
    if (why.startsWith('The relay')) throw new Failure(why);
    console.log(why === 'closed' ? '\nAll windows are closed.' : '\nEnding.');
  } finally {
    await endAll();
    for (const screen of screens) screen.end();
  }
}

async function startRelay({ data, port }) {
  heading(`Relay on http://127.0.0.1:${port}`);
  const folder = join(data, 'relay');
  mkdirSync(folder, { recursive: true });
  followCodes(join(folder, 'outbox.jsonl'), ({ number, code }) => {
    console.log(`\n${highlight(` Code for ${number}: ${spaced(code)} `)}\n`);
  });
  // It ends when the pipe to its standard input does, so it cannot outlive this process, however that ends.
  const relay = start(
    'relay',
    [binary('sotto-relay'), 'serve', '--exit-with-parent', '--data-dir', folder, '--listen', `127.0.0.1:${port}`],
    { stdin: 'pipe' },
  );
  const early = await Promise.race([relay.ended, untilHealthy(port)]);
  if (early) throw new Failure(`The relay did not start (${early.reason}).`);
  return relay;
}

async function healthy(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
  return answer?.ok ?? false;
}

async function untilHealthy(port, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(100)) {
    if (await healthy(port)) return;
  }
  throw new Failure(`The relay did not answer on port ${port} within ${seconds} seconds.`);
}

function openWindows({ people, data, port }, screens) {
  return people.map((name, index) => {
    const screen = screens[index];
    const env = { ...environment, ...(screen && { DISPLAY: screen.name, GDK_BACKEND: 'x11' }) };
    const profile = join(data, 'people', name);
    mkdirSync(profile, { recursive: true });
    const window = start(name, [binary('sotto'), '--profile', profile, '--relay', `http://127.0.0.1:${port}`], { env });
    window.ended.then(({ reason }) => console.log(dim(`The window of ${name} is closed (${reason}).`)));
    return window;
  });
}

function announce({ people, data }, screens) {
  heading(`Open: ${people.join(', ')}`);
  console.log(`  Codes appear here as they are sent. Data: ${data}. Ctrl+C ends everything.`);
  if (screens.length === 0) return;
  const tool = existsSync('/usr/bin/import') ? 'import' : 'import (package imagemagick)';
  console.log(`  Pictures of the screens in memory, from another terminal:`);
  screens.forEach(({ name }, index) => {
    console.log(`    DISPLAY=${name} ${tool} -window root ${people[index]}.png`);
  });
}
