// One person whose relay is the window's own: "On this computer".

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { endAll, processesNaming, signal, until } from './processes.mjs';
import { hook, Window } from './window.mjs';

describe('the relay on this computer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  const alice = new Window('alice-alone', folder);
  const relays = () => processesNaming(join(folder, 'alice-alone/profile/relay'));

  after(async () => {
    await endAll();
    for (const pid of relays()) signal(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is started by the window, which shows the code that it sent', async () => {
    await alice.open();
    await alice.click('server-local');
    await alice.click('continue');
    await alice.type('phone-input', '+447400123456');
    await alice.click('send-code');
    await alice.sees(hook('use-code'));
    await alice.picture('sign-up-code');
    await alice.click('use-code');
    await alice.type('name-input', 'Alice Marques');
    await alice.picture('sign-up-profile');
    await alice.click('start');
    await alice.sees(hook('new-chat'));
  });

  it('comes back when it dies', async () => {
    const [first] = relays();
    signal(first, 'SIGKILL');
    const again = await until('another relay', () => relays().find((pid) => pid !== first));
    assert.notEqual(again, first);
    await alice.seesNothingOf(hook('banner'));
  });

  it('starts with the window and ends with it, however that ends', async () => {
    await alice.close();
    await until('the relay has ended with the window', () => relays().length === 0);
    await alice.open();
    await alice.sees(hook('new-chat'));
    await until('the relay runs again', () => relays().length === 1);
    await alice.kill();
    await until('the relay has ended with the killed window', () => relays().length === 0);
  });
});
