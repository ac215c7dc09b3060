// What two people do to messages at two real windows: react, answer, edit, take back, choose emoji.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';
import { hook } from './window.mjs';

describe('messages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    ({ alice, bob } = await twoPeople(relay, folder, 'Supper at eight?'));
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are reacted to, and the list says so', async () => {
    await bob.choose('Supper at eight', 'quick-reaction');
    await alice.sees(`${hook('reactions')} [data-emoji="❤️"]`, 'the reaction of Bob');
    await alice.reads(hook('chat-row'), /Reacted ❤️ to: Supper at eight/);
    await alice.picture('message-reaction');
  });

  it('are answered with a quote', async () => {
    await bob.choose('Supper at eight', 'action-reply');
    await bob.sees(hook('answering'));
    await bob.send('Nine, if you can.');
    await alice.reads(hook('quote'), /You.*Supper at eight/s);
  });

  it('are edited, and their first wording is kept', async () => {
    await alice.choose('Supper at eight', 'action-edit');
    await alice.sees(hook('editing'));
    await alice.send(' Or nine.');
    await bob.message('Supper at eight? Or nine.');
    await bob.click('edited');
    await bob.reads(hook('history'), /Supper at eight\?[^]*Or nine/);
    await bob.picture('message-history');
    await bob.leave();
    await bob.seesNothingOf(hook('history'));
  });

  it('are taken back for everyone, and leave a trace', async () => {
    await alice.send('Forget the wine.');
    await bob.message('Forget the wine', 'received');
    await alice.choose('Forget the wine', 'action-delete');
    await alice.click('delete-for-all');
    await bob.message('Message deleted');
    await alice.message('You deleted this message');
    await bob.picture('message-deleted');
  });

  it('are written with emoji', async () => {
    await alice.click('emoji');
    await alice.sees('[data-section="smileys"]', 'the emoji');
    await alice.type('emoji-search', 'violin');
    await alice.reads('[data-section] button', /🎻/);
    await alice.picture('emoji-picker');
    await alice.run('document.querySelector(\'[data-emoji="🎻"]\').click()');
    await alice.click('send');
    await bob.message('🎻', 'received');
  });

  it('outlive a restart as they are', async () => {
    await bob.kill();
    await bob.open();
    await bob.click('chat-row');
    await bob.message('Supper at eight? Or nine.');
    await bob.message('Message deleted');
    await bob.sees(`${hook('reactions')} [data-emoji="❤️"]`, 'his own reaction');
  });
});
