// Sotto while its window is closed: tray, notifications that are answered, one program for each profile, starting with
// the computer, and less memory. The desktop around it is one of the test's own.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startDesktop } from './desktop.mjs';
import { endAll, until } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';

/** A process and what it has started: `{ names, megabytes }`. What several share is divided among them. */
function weigh(pid) {
  const parents = new Map();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = /^PPid:\s*(\d+)/m.exec(read(`/proc/${id}/status`))?.[1];
    if (parent) parents.set(id, parent);
  }
  const belongs = (id) => id === String(pid) || (parents.has(id) && belongs(parents.get(id)));
  const family = [...parents.keys()].filter(belongs);
  const kilobytes = family.map((id) => Number(/^Pss:\s*(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0));
  return {
    names: family.map((id) => read(`/proc/${id}/comm`).trim()),
    megabytes: kilobytes.reduce((sum, one) => sum + one, 0) / 1024,
  };
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The kernel cuts names after fifteen letters. */
const draws = (pid) => weigh(pid).names.some((name) => name.startsWith('WebKitWebProces'));

describe('while the window is closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, desktop, alice, bob, program;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    desktop = await startDesktop(folder);
    ({ alice, bob } = await twoPeople(relay, folder, 'Are you there?', { variables: desktop.variables }));
    await alice.message('Are you there?', 'read');
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts with the computer, if that is wanted', async () => {
    await bob.click('settings');
    await bob.click('settings-notifications');
    await bob.sees('[role="switch"][aria-label="Start with the computer"]');
    await bob.picture('settings-closed');
    await bob.run(`document.querySelector('[role="switch"][aria-label="Start with the computer"]').click()`);
    const entries = join(bob.config, 'autostart');
    await until('the entry is written', () => existsSync(entries) && readdirSync(entries).length === 1);
    assert.match(read(join(entries, readdirSync(entries)[0])), /^Exec=".*sotto" "--profile" ".*" "--minimised"$/m);
    await bob.close();
  });

  it('waits in the tray without a window, and tells of a message', async () => {
    program = bob.begin('--minimised');
    await desktop.sees('its item', ({ kind }) => kind === 'item');
    await alice.send('Supper at <eight>?');
    const shown = await desktop.notified('Supper at <eight>?');
    assert.equal(shown.title, 'Alice Marques');
    assert.ok(!draws(program.pid), 'no page is there');
    const tray = await desktop.tray('one unread message', ({ tip }) => tip.endsWith(': 1'));
    assert.deepEqual(tray.menu.map(({ label }) => label).filter(Boolean), [
      'Unread messages: 1',
      'Open Sotto',
      'Do not disturb',
      'Quit',
    ]);
  });

  it('sends what is written into a notification', async () => {
    const { id } = await desktop.notified('Supper at <eight>?');
    desktop.do('reply', { id, text: 'Nine would be better' });
    await alice.message('Nine would be better', 'received');
    await alice.message('Supper at <eight>?', 'read');
    await desktop.tray('nothing unread', ({ tip }) => tip === '');
  });

  it('marks as read from a notification', async () => {
    await alice.send('Nine it is');
    const { id } = await desktop.notified('Nine it is');
    desktop.do('press', { id, action: 'mark-read' });
    await alice.message('Nine it is', 'read');
    assert.ok(!draws(program.pid), 'still no page');
  });

  it('does not disturb, by its own switch or the desktop’s', async () => {
    desktop.do('choose', { label: 'Do not disturb' });
    await desktop.tray('that it is quiet', ({ menu }) => menu.some(({ checked }) => checked === 1));
    await alice.send('Bring the wine');
    await desktop.tray('one unread message', ({ tip }) => tip.endsWith(': 1'));
    desktop.do('choose', { label: 'Do not disturb' });
    await desktop.tray('that it speaks', ({ menu }) => menu.every(({ checked }) => checked !== 1));
    desktop.do('inhibit', { on: true });
    await alice.send('And bread');
    await desktop.tray('two unread messages', ({ tip }) => tip.endsWith(': 2'));
    desktop.do('inhibit', { on: false });
    await alice.send('And cheese');
    await desktop.notified('And cheese');
    for (const quiet of ['Bring the wine', 'And bread']) assert.ok(!desktop.showed(quiet), quiet);
  });

  it('takes away the notification of what its author took back', async () => {
    await alice.send('Never mind');
    const { id } = await desktop.notified('Never mind');
    await alice.choose('Never mind', 'action-delete');
    await alice.click('delete-for-all');
    await desktop.sees('it taken away', (event) => event.kind === 'closed' && event.id === id);
    await alice.send('Come early');
    await desktop.notified('Come early');
  });

  it('opens the window at the message that is clicked', async () => {
    const { id } = await desktop.notified('Come early');
    desktop.do('press', { id, action: 'default' });
    await until('the window is there', () => draws(program.pid));
    await alice.message('Come early', 'read');
  });

  it('gives the memory of its pages back when the window is closed', async () => {
    const open = weigh(program.pid);
    desktop.do('close', { process: program.pid });
    await until('the pages are gone', () => desktop.works() && !draws(program.pid));
    const closed = weigh(program.pid);
    console.log(`memory: ${open.megabytes.toFixed(0)} MB with the window, ${closed.megabytes.toFixed(0)} MB without`);
    assert.ok(closed.megabytes < open.megabytes * 0.7, `${open.megabytes} MB before, ${closed.megabytes} MB after`);
  });

  it('comes forward when it is started again, and is one program', async () => {
    const second = bob.begin();
    await second.ended;
    assert.equal(second.exitCode, 0);
    await until('the window of the first is there', () => draws(program.pid));
  });

  it('ends from the tray', async () => {
    desktop.do('choose', { label: 'Quit' });
    await program.ended;
    assert.equal(program.exitCode, 0);
  });
});
