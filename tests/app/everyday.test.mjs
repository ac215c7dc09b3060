// What two people do in a conversation at two real windows besides writing: they vote, let messages disappear, and find
// what was said long before.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll, until } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';
import { hook } from './window.mjs';

/** Whether a message stands where it can be read. */
const inView = (person, text) =>
  person.run(
    `const one = [...document.querySelectorAll('[data-testid="message"]')].find((all) => all.textContent.includes(arguments[0]));
     if (!one) return false;
     const { top, bottom } = one.getBoundingClientRect();
     return top >= 0 && bottom <= window.innerHeight`,
    text,
  );

describe('a conversation of every day', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    ({ alice, bob } = await twoPeople(relay, folder, 'The lighthouse keeper sends his love'));
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is asked in a poll, and votes', async () => {
    await alice.click('more-to-send');
    await alice.press('menu-item', 'Poll');
    await alice.type('poll-question', 'Where do we eat?');
    await alice.type('poll-answer-1', 'Soup at home');
    await alice.type('poll-answer-2', 'By the station');
    await alice.click('poll-send');
    await bob.message('Where do we eat', 'received');
    await bob.press('poll-answer', 'By the station');
    await alice.reads(`${hook('poll-votes')}:not(:disabled)`, /1/);
    await alice.picture('poll');
    await alice.click('poll-votes');
    await alice.reads('dialog[open]', /By the station.*Bob Lindqvist/s);
    await alice.leave();
  });

  it('is found again, and jumped to, from its search and from the palette', async () => {
    for (let line = 1; line <= 40; line += 1) await alice.send(`Line ${line} of a long evening`);
    await bob.reads(hook('chat-row'), /Line 40 of/);
    await bob.click('search-in-chat');
    await bob.type('chat-search', 'lighthouse');
    await bob.reads(hook('chat-search-count'), /1/);
    await until('Bob stands at the first message', () => inView(bob, 'lighthouse keeper'));
    await bob.picture('search-in-chat');
    await alice.run("window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))");
    await alice.type('palette-field', 'lighthouse');
    await alice.click('palette-message');
    await until('Alice stands at the first message', () => inView(alice, 'lighthouse keeper'));
  });

  it('forgets on both sides what is to disappear, once it was read', async () => {
    await alice.click('info');
    await alice.click('disappearing');
    await alice.sees('[data-seconds="30"]');
    await alice.run(`document.querySelector('[data-seconds="30"]').click()`);
    await alice.sees('[data-seconds="30"][aria-checked="true"]');
    await alice.leave();
    await bob.sees(hook('timer'));
    await alice.send('Burn after reading');
    await bob.run(`document.querySelector('${hook('composer')}').focus()`);
    for (const person of [alice, bob]) {
      await until(`${person.name} no longer has it`, async () => (await person.count('Burn after reading')) === 0, 90);
    }
  });
});
