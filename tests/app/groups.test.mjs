// Three people at three real windows, in one group: founded, written in, seen who read, one named, renamed, left by one
// who comes back by a link.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { hook, Window } from './window.mjs';

const ALICE = '+351912345678';
const BOB = '+14155550123';
const CAROL = '+447400123456';

describe('a group', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob, carol;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => new Window(name, folder, ['--relay', relay.address]));
    for (const [person, number, name] of [
      [alice, ALICE, 'Alice Marques'],
      [bob, BOB, 'Bob Lindqvist'],
      [carol, CAROL, 'Carol Adeyemi'],
    ]) {
      await person.open();
      await person.sees(hook('phone-input'));
      await person.signUp(number, name, relay);
    }
    for (const [person, number] of [
      [bob, BOB],
      [carol, CAROL],
    ]) {
      await alice.startChat(number);
      await alice.send('It is Alice');
      await person.press('chat-row', 'Alice');
      await person.message('It is Alice', 'received');
      await person.click('accept');
      await person.send('I see');
      await alice.message('I see', 'received');
    }
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is founded with people one writes with, and appears at theirs', async () => {
    await alice.click('new-chat');
    await alice.click('kind-group');
    await alice.type('group-name', 'Sea trip');
    await alice.press('person-choice', 'Bob');
    await alice.press('person-choice', 'Carol');
    await alice.picture('group-new');
    await alice.click('group-create');
    await alice.reads(hook('presence'), /3 people/);
    for (const person of [bob, carol]) await person.press('chat-row', 'Sea trip');
  });

  it('carries what anybody says to all, under their name', async () => {
    await alice.send('When do we sail?');
    await bob.message('When do we sail?', 'received');
    await carol.message('When do we sail?', 'received');
    await carol.send('At six.');
    await alice.message('At six.', 'received');
    await bob.message('Carol Adeyemi');
    await bob.picture('group-conversation');
  });

  it('says who has read a message', async () => {
    await alice.choose('When do we sail?', 'action-receipts');
    await alice.reads(hook('receipts'), /Read.*Bob Lindqvist|Read.*Carol Adeyemi|Delivered/s);
    await alice.picture('group-receipts');
    await alice.leave();
    await alice.seesNothingOf(hook('receipts'));
  });

  it('is renamed, and everybody is told', async () => {
    await alice.click('info');
    await alice.click('group-rename');
    await alice.run('document.querySelector(arguments[0]).select()', hook('group-name'));
    await alice.type('group-name', 'Summer');
    await alice.click('group-name-save');
    for (const person of [alice, bob, carol]) await person.reads('h2', /Summer/);
    await alice.picture('group-panel');
  });

  it('shows whom a message names, where they find it', async () => {
    // Bob looks at another chat meanwhile: what names him waits.
    await bob.openChat('Alice');
    await alice.type('composer', 'Ask @Bo');
    await alice.sees(hook('mention-list'));
    await alice.picture('group-mention-choosing');
    await alice.press('mention-option', 'Bob');
    await alice.send('about the wind');
    await bob.sees(`${hook('chat-row')} .mention`, 'the mark of a mention');
    await bob.openChat('Summer');
    await bob.reads(hook('mention'), /@Bob Lindqvist/);
    await bob.picture('group-mention');
  });

  it('is over for whoever is removed, also after a restart', async () => {
    await alice.run(
      `[...document.querySelectorAll('[data-testid="member"]')]
        .find((one) => one.textContent.includes('Carol')).querySelector('[data-testid="member-menu"]').click()`,
    );
    await alice.press('menu-item', 'Remove');
    await alice.click('group-confirm');
    await carol.reads(hook('group-bar'), /not in this group/);
    await bob.reads(hook('presence'), /2 people/);
    await bob.send('Just the two of us.');
    await alice.message('Just the two of us.', 'received');
    await carol.kill();
    await carol.open();
    await carol.press('chat-row', 'Summer');
    await carol.message('At six.');
    await carol.reads(hook('group-bar'), /not in this group/);
    if ((await carol.count('Just the two of us.')) > 0) throw new Error('Carol reads what was said without her');
    await carol.picture('group-removed');
  });

  it('lets somebody in who asks by a link', async () => {
    await alice.click('group-link-make');
    await alice.reads(hook('group-link'), /^sotto:/);
    const link = await alice.run('return document.querySelector(arguments[0]).textContent', hook('group-link'));
    await alice.picture('group-link');
    await alice.openChat('Carol');
    await alice.send(link);
    await carol.openChat('Alice');
    await carol.message(link, 'received');
    await carol.run(`[...document.querySelectorAll('[data-testid="message"] a')].at(-1).click()`);
    await carol.click('join-ask');
    await carol.sees(hook('join-asked'));
    await carol.picture('group-join');
    await carol.click('join-done');
    await alice.openChat('Summer');
    await alice.click('requests-bar');
    await alice.click('join-admit');
    await alice.reads(hook('presence'), /3 people/);
    await carol.openChat('Summer');
    await carol.reads(hook('presence'), /3 people/);
    await carol.send('Back aboard.');
    await bob.message('Back aboard.', 'received');
  });
});
