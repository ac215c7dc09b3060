// Alice and Bob, each at a real window, who know each other already.

import { hook, Window } from './window.mjs';

export const ALICE = '+351912345678';
export const BOB = '+14155550123';

/**
 * Signs both up; Alice writes this, Bob receives it and accepts her. `args` are more for both programs, by name, and
 * `variables` those of Bob's desktop.
 */
export async function twoPeople(relay, folder, text, { args = {}, variables = {} } = {}) {
  const alice = new Window('alice', folder, ['--relay', relay.address, ...(args.alice ?? [])]);
  const bob = new Window('bob', folder, ['--relay', relay.address, ...(args.bob ?? [])], variables);
  for (const [person, number, name] of [
    [alice, ALICE, 'Alice Marques'],
    [bob, BOB, 'Bob Lindqvist'],
  ]) {
    await person.open();
    await person.sees(hook('phone-input'));
    await person.signUp(number, name, relay);
  }
  await alice.startChat(BOB);
  await alice.send(text);
  await bob.click('chat-row');
  await bob.message(text, 'received');
  await bob.click('accept');
  return { alice, bob };
}
