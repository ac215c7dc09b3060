// Two people at two real windows and a relay between them, from the first start to a conversation that survives
// whatever is killed.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { endAll, until } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { hook, Window } from './window.mjs';

const ALICE = '+351912345678';
const BOB = '+14155550123';

describe('a conversation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    alice = new Window('alice', folder, ['--relay', relay.address]);
    bob = new Window('bob', folder);
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('begins with a number, a code and a name', async () => {
    await alice.open();
    await alice.sees(hook('phone-input'));
    await alice.picture('sign-up-number');
    await alice.signUp(ALICE, 'Alice Marques', relay, '#2f5650');
    await alice.sees(`${hook('profile')} img`, 'her own picture');
  });

  it('works on another server, whose address is typed', async () => {
    await bob.open();
    await bob.sees(hook('server-local'));
    await bob.picture('sign-up-server');
    await bob.click('server-other');
    await bob.type('server-address', relay.address);
    await bob.click('continue');
    await bob.signUp(BOB, 'Bob Lindqvist', relay);
  });

  it('reaches somebody by their number, and is accepted', async () => {
    await alice.startChat(BOB);
    await alice.send('Hello Bob, can you hear me?');
    await alice.message('Hello Bob', 'sent', 'delivered', 'read');
    await bob.click('chat-row');
    await bob.message('Hello Bob', 'received');
    await bob.click('accept');
    await bob.sees(`${hook('chat-row')} img`, 'the picture of Alice');
    await alice.message('Hello Bob', 'read');
  });

  it('goes both ways', async () => {
    await bob.send('Loud and clear.');
    await alice.message('Loud and clear', 'received');
    // Alice's window is behind Bob's: what arrives there is delivered, and not read yet.
    await bob.message('Loud and clear', 'delivered');
    await alice.reads(hook('chat-row'), /Bob Lindqvist/);
  });

  it('shows who is there and who is writing', async () => {
    await alice.reads(hook('presence'), /online/i);
    await until('Alice sees that Bob is writing', async () => {
      await bob.write('Let me think 🤔 ');
      await pause(500);
      return alice.has(hook('typing'));
    });
    await bob.click('send');
    await alice.message('Let me think', 'received');
    await alice.seesNothingOf(hook('typing'));
  });

  it('is read when the window is looked at', async () => {
    // A window that is opened comes to the front.
    await alice.close();
    await alice.open();
    await alice.click('chat-row');
    await bob.message('Loud and clear', 'read');
    await alice.picture('conversation-light');
  });

  it('outlives the relay', async () => {
    await relay.kill();
    await alice.sees(hook('banner'));
    await bob.sees(hook('banner'));
    await alice.send('The relay is gone.');
    await alice.message('The relay is gone', 'sending');
    await relay.start();
    await bob.message('The relay is gone', 'received');
    await alice.message('The relay is gone', 'delivered', 'read');
    await alice.seesNothingOf(hook('banner'));
  });

  it('waits for a window that was killed', async () => {
    await bob.kill();
    for (const count of ['one', 'two', 'three']) await alice.send(`While you were away: ${count}`);
    await alice.message('away: three', 'sent');
    await bob.open();
    await bob.click('chat-row');
    for (const count of ['one', 'two', 'three']) await bob.message(`away: ${count}`, 'received');
    await alice.message('away: three', 'read');
  });

  it('keeps what was written without a connection, and sends it later', async () => {
    await relay.kill();
    await alice.send('Written in the dark.');
    await alice.message('Written in the dark', 'sending');
    await alice.kill();
    await relay.start();
    await alice.open();
    await bob.message('Written in the dark', 'received');
    await alice.click('chat-row');
    await alice.message('Written in the dark', 'delivered', 'read');
  });

  it('shows every message once, on both sides', async () => {
    const said = [
      'Hello Bob',
      'Loud and clear',
      'Let me think',
      'relay is gone',
      'away: one',
      'away: two',
      'away: three',
    ];
    for (const text of [...said, 'in the dark']) {
      for (const person of [alice, bob]) assert.equal(await person.count(text), 1, `${person.name}: ${text}`);
    }
  });

  it('has a safety number that is the same for both', async () => {
    const numbers = [];
    for (const person of [alice, bob]) {
      await person.click('info');
      await person.click('safety-number');
      await person.sees(hook('digits'));
      numbers.push(
        await person.run(`return document.querySelector('${hook('digits')}').textContent.replace(/\\D/g, '')`),
      );
    }
    assert.equal(numbers[0].length, 60);
    assert.equal(numbers[0], numbers[1]);
    await alice.picture('safety-number');
    for (const person of [alice, bob]) {
      await person.click('match');
      await person.click('info');
    }
  });

  it('can be had in the dark and from right to left', async () => {
    await bob.picture('conversation-light-other-side');
    await bob.click('settings');
    await bob.click('settings-appearance');
    await bob.click('theme-dark');
    await bob.sees('html[data-theme="dark"]');
    await bob.picture('settings-dark');
    await bob.click('settings-close');
    await bob.picture('conversation-dark');

    await bob.click('settings');
    await bob.click('settings-appearance');
    await bob.click('language-ar');
    await bob.sees('html[dir="rtl"][lang="ar"]');
    await bob.click('theme-light');
    await bob.click('settings-close');
    await bob.picture('conversation-rtl');
  });

  it('keeps the chosen language over a restart', async () => {
    await bob.close();
    await bob.open();
    await bob.sees('html[dir="rtl"][lang="ar"]');
  });
});
