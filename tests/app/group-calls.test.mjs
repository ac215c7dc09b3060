// A call of a group between three real windows: each with a tone and a pattern of its own, so that what arrives at each
// shows by its code and its counter that it came from each of the others.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { watchesAt } from './pattern.mjs';
import { endAll } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { hook, Window } from './window.mjs';

const PEOPLE = [
  { name: 'alice', called: 'Alice Marques', number: '+351912345678', code: 33 },
  { name: 'bob', called: 'Bob Lindqvist', number: '+14155550123', code: 177 },
  { name: 'carol', called: 'Carol Adeyemi', number: '+447400123456', code: 90 },
];

describe('a call of a group', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob, carol;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    [alice, bob, carol] = PEOPLE.map(
      ({ name, code }) => new Window(name, folder, ['--relay', relay.address, '--media', `synthetic:${code}`]),
    );
    for (const [at, person] of [alice, bob, carol].entries()) {
      await person.open();
      await person.sees(hook('phone-input'));
      await person.signUp(PEOPLE[at].number, PEOPLE[at].called, relay);
    }
    for (const [at, person] of [bob, carol].entries()) {
      await alice.startChat(PEOPLE[at + 1].number);
      await alice.send('It is Alice');
      await person.press('chat-row', 'Alice');
      await person.message('It is Alice', 'received');
      await person.click('accept');
      await person.send('I see');
      await alice.message('I see', 'received');
    }
    await alice.click('new-chat');
    await alice.click('kind-group');
    await alice.type('group-name', 'Sea trip');
    await alice.press('person-choice', 'Bob');
    await alice.press('person-choice', 'Carol');
    await alice.click('group-create');
    await alice.reads(hook('presence'), /3 people/);
    for (const person of [bob, carol]) await person.press('chat-row', 'Sea trip');
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const of = (person) => PEOPLE.find(({ name }) => name === person.name);

  /** Talks with exactly these: hears the tone of each, and sees the pattern of each move. */
  const meets = async (person, ...others) => {
    await person.sees(
      `${hook('group-call')}[data-stage="talking"][data-people="${others.length + 1}"]`,
      `${others.length} others`,
      60,
    );
    const tones = others.map((other) => of(other).code).sort((one, other) => one - other);
    await person.sees(`${hook('group-call')}[data-tones="${tones.join(' ')}"]`, `the tones ${tones.join(' ')}`, 60);
    const ids = await person.run(
      'return [...document.querySelectorAll(arguments[0])].map((tile) => tile.dataset.id)',
      hook('group-call-tile'),
    );
    assert.equal(ids.length, others.length + 1);
    for (const id of ids) await watchesAt(person, `${hook('group-call-tile')}[data-id="${id}"] canvas`);
  };

  it('rings at its members, who come in one after the other', async () => {
    await alice.click('group-call-video');
    await bob.reads(hook('group-incoming'), /Alice is calling Sea trip/);
    await bob.click('group-call-answer');
    await meets(alice, bob);
    await meets(bob, alice);
    await carol.click('group-call-answer');
  });

  it('brings the sound and the picture of each to each', async () => {
    await meets(alice, bob, carol);
    await meets(bob, alice, carol);
    await meets(carol, alice, bob);
    await alice.picture('group-call');
  });

  it('shows who is muted and who has a hand up', async () => {
    await bob.click('group-call-mute');
    await bob.click('group-call-hand');
    await alice.sees(hook('group-call-hand-up'));
    await alice.click('group-call-room-toggle');
    await alice.reads(hook('group-call-room'), /Hand raised.*Bob Lindqvist/s);
    await alice.picture('group-call-room');
    await bob.click('group-call-hand');
    await bob.click('group-call-mute');
    await alice.seesNothingOf(hook('group-call-hand-up'));
  });

  it('goes on without who has left, who may come back', async () => {
    await carol.click('group-call-leave');
    await carol.seesNothingOf(hook('group-call'));
    await meets(alice, bob);
    await carol.reads(hook('group-call-bar'), /Alice.*Bob|Bob.*Alice/s);
    await carol.click('group-call-join');
    await carol.sees(`${hook('group-call')}[data-stage="talking"][data-people="3"]`, 'all three', 60);
    await alice.sees(`${hook('group-call')}[data-people="3"]`, 'that Carol is back', 60);
  });

  it('is over when all have left', async () => {
    for (const person of [alice, bob, carol]) {
      await person.click('group-call-leave');
      await person.seesNothingOf(hook('group-call'));
    }
    for (const person of [alice, bob, carol]) await person.seesNothingOf(hook('group-call-bar'), 30);
    await alice.sees(hook('group-call-voice'), 'that one can be begun again');
  });
});
