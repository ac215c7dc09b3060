// Calls between real windows: each with a tone and a pattern of its own in place of microphone, camera and screen, so
// that what arrives shows by its code and its counter that it came from the other side.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { watches } from './pattern.mjs';
import { endAll, until } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { hook, Window } from './window.mjs';

const ALICE = '+351912345671';
const BOB = '+351912345672';
const CAROL = '+351912345673';
/** What each says by its tone. */
const CODES = { alice: '33', bob: '177', carol: '90' };

const stage = (...stages) => stages.map((one) => `${hook('call')}[data-stage="${one}"]`).join(',');

describe('calls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob, carol;

  const named = (name) => new Window(name, folder, ['--relay', relay.address, '--media', `synthetic:${CODES[name]}`]);

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    [alice, bob, carol] = ['alice', 'bob', 'carol'].map(named);
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const hears = (window, code) => window.sees(`${hook('call')}[data-tone="${code}"]`, `the tone ${code}`, 30);

  const hangUp = async (one, other) => {
    await one.click('call-end');
    await one.sees(stage('ended'));
    await other.seesNothingOf(hook('call'));
    await one.seesNothingOf(hook('call'));
  };

  it('are for people who have written to each other', async () => {
    for (const [window, number, name] of [
      [alice, ALICE, 'Alice'],
      [bob, BOB, 'Bob'],
      [carol, CAROL, 'Carol'],
    ]) {
      await window.open();
      await window.signUp(number, name, relay);
    }
    for (const window of [alice, carol]) {
      await window.startChat(BOB);
      await window.send(`It is ${window.name}.`);
      await bob.sees(hook('chat-row'));
      await until('Bob opens the request', async () => {
        await bob.click('chat-row');
        return bob.has(hook('accept'));
      });
      await bob.click('accept');
      await bob.send(`Hello ${window.name}.`);
      await window.message(`Hello ${window.name}.`, 'received');
    }
  });

  it('show the devices before the first one: the microphone is heard, the camera sees', async () => {
    await alice.click('call-voice');
    await alice.sees(`${hook('device-test')}[data-trial="on"]`, 'the test of devices', 20);
    await until(
      'the microphone is heard',
      async () => (await alice.run('return document.querySelector(arguments[0]).value', hook('device-level'))) > 0.3,
      20,
    );
    await alice.click('device-show');
    await watches(alice, 'device-picture');
    await alice.picture('call-devices');
    assert.equal(await bob.has(hook('incoming')), false, 'nobody is called yet');
  });

  it('carry sound both ways, and can be muted', async () => {
    await alice.click('try-call');
    await alice.sees(stage('ringing'), 'that it rings', 30);
    await bob.click('call-answer');
    await alice.sees(stage('talking'), 'the call', 30);
    await bob.sees(stage('talking'), 'the call', 30);
    await hears(alice, CODES.bob);
    await hears(bob, CODES.alice);
    await bob.click('call-mute');
    await alice.reads(hook('call-hint'), /muted/);
    await bob.click('call-mute');
    await alice.seesNothingOf(hook('call-hint'));
  });

  it('can be made small, and the window goes on meanwhile', async () => {
    await alice.click('call-smaller');
    await alice.sees(`${hook('call-small')}[data-stage="talking"]`);
    await alice.send('I write while we talk.');
    await bob.sees(`${hook('call')}[data-tone="${CODES.alice}"]`, 'that she is still heard', 20);
    await alice.picture('call-small');
    await alice.click('call-large');
    await alice.sees(stage('talking'));
  });

  it('become calls with pictures, each side for itself, and calls without again', async () => {
    await alice.click('call-camera');
    await watches(bob, 'picture-person');
    assert.equal(await alice.has(`${hook('picture-person')}:not([hidden] *)`), false, 'Bob has not shown himself');
    await bob.click('call-camera-too');
    await watches(alice, 'picture-person');
    await watches(alice, 'picture-own');
    await alice.picture('call-video');
    await bob.click('call-camera');
    await alice.sees(`figure[hidden] ${hook('picture-person')}, ${hook('call')}:not(.seen)`, 'no picture of Bob');
  });

  it('share a screen', async () => {
    await bob.click('call-screen');
    await watches(alice, 'picture-screen');
    await alice.picture('call-screen');
    await bob.click('call-screen');
    await bob.seesNothingOf(hook('call-sharing'));
  });

  it('stay in sight over other programs, in a small window that gets the pictures', async () => {
    await bob.click('call-camera');
    await watches(alice, 'picture-person');
    await alice.click('call-float');
    await alice.seesNothingOf(hook('picture-person'));
    await alice.turn('floating');
    await watches(alice, 'picture-person');
    await alice.picture('call-floating');
    await alice.click('floating-mute');
    await bob.reads(hook('call-hint'), /muted/);
    await alice.click('floating-mute');
    await alice.click('floating-back');
    await alice.turn('main');
    await watches(alice, 'picture-person');
    await bob.click('call-camera');
  });

  it('are drawn from planes where the web view has no decoder', async () => {
    await bob.click('call-camera');
    await alice.click('call-smaller');
    // As on a web view that never had one.
    await alice.run('globalThis.VideoDecoder = undefined');
    await alice.click('call-large');
    await watches(alice, 'picture-person');
    await bob.click('call-camera');
  });

  it('are busy for a third, who leaves a missed call', async () => {
    await carol.click('call-voice');
    await carol.click('try-call');
    await carol.sees(stage('ended'), 'that Bob is busy');
    await carol.sees(`${hook('call-line')}[data-outcome="busy"]`);
    await hears(bob, CODES.alice);
  });

  it('end for both when one hangs up, with their length in the conversation', async () => {
    await hangUp(alice, bob);
    await alice.sees(`${hook('call-line')}[data-outcome="answered"]`);
  });

  it('are declined', async () => {
    await alice.click('call-voice');
    await bob.click('call-decline');
    await alice.sees(`${hook('call-line')}[data-outcome="declined"]`, 'that he declined', 30);
  });

  it('are missed when whoever calls gives up', async () => {
    await alice.seesNothingOf(hook('call'));
    await alice.click('call-video');
    await bob.sees(hook('call-answer-voice'), 'a call with a picture');
    await alice.click('call-end');
    await bob.seesNothingOf(hook('incoming'));
    await alice.sees(`${hook('call-line')}[data-outcome="cancelled"]`);
    await bob.reads(hook('chat-row'), /Missed video call/);
  });

  it('stand in a list, from which one calls back', async () => {
    await bob.click('calls');
    const entries = `return [...document.querySelectorAll(arguments[0])].map((one) => one.dataset.outcome)`;
    await until('all calls are there', async () => (await bob.run(entries, hook('calls-entry'))).length === 4, 20);
    assert.deepEqual(await bob.run(entries, hook('calls-entry')), ['missed', 'declined', 'missed', 'answered']);
    await bob.picture('calls');
    await bob.click('calls-missed');
    await until('only the missed ones', async () => (await bob.run(entries, hook('calls-entry'))).length === 2, 20);
    await bob.click('calls-back');
    await bob.click('try-call');
    await alice.click('call-answer');
    await hears(bob, CODES.alice);
    await hangUp(bob, alice);
  });
});
