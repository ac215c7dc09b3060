// A voice message between two real windows: spoken by one, listened to by the other, who reads elsewhere meanwhile.
// Both have the engine's synthetic microphone and speaker: a tone that carries a code, and a meter that reads it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';
import { hook } from './window.mjs';

/** A recording whose clock shows so many seconds. */
const LONG = /^0:0[3-9]$/;

describe('voice messages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    const args = { alice: ['--media', 'synthetic:65'], bob: ['--media', 'synthetic:66'] };
    ({ alice, bob } = await twoPeople(relay, folder, 'Listen to this.', { args }));
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is recorded, heard before it is sent, and gone on with', async () => {
    await alice.click('voice-record');
    await alice.sees(`${hook('recording')}[data-state="recording"]`, 'the bar of a recording');
    await alice.reads(`${hook('recording')} [role="timer"]`, /^0:0[2-9]$/);
    await alice.sees('svg.levels rect', 'how loud it is');
    await alice.picture('voice-recording');
    await alice.click('voice-pause');
    await alice.sees(`${hook('recording')}[data-state="paused"]`, 'that it waits');
    await alice.click('voice-listen');
    await alice.picture('voice-paused');
    await alice.click('voice-go-on');
    await alice.reads(`${hook('recording')} [role="timer"]`, LONG);
    await alice.click('voice-send');
    await alice.seesNothingOf(hook('recording'));
    await alice.sees(`${hook('message')}[data-mine="true"] ${hook('voice')}`, 'her voice message');
  });

  it('comes by itself, is listened to, and its sender sees that', async () => {
    await bob.sees(`${hook('voice')}[data-state="here"][data-played="false"]`, 'a voice message');
    await bob.click('voice-play');
    await bob.sees(`${hook('voice')}[data-played="true"]`, 'that he has played it');
    await alice.sees(`${hook('voice')}[data-played="true"]`, 'that Bob has played it');
    await alice.picture('voice-played');
    await bob.picture('voice-listened');
  });

  it('that was not sent waits over the end of the program', async () => {
    await alice.click('voice-record');
    await alice.reads(`${hook('recording')} [role="timer"]`, /^0:0[2-9]$/);
    await alice.click('voice-pause');
    await alice.sees(`${hook('recording')}[data-state="paused"]`, 'that it waits');
    await alice.close();
    await alice.open();
    await alice.click('chat-row');
    await alice.sees(`${hook('recording')}[data-state="kept"]`, 'what she had recorded');
    await alice.click('voice-send');
    await bob.sees(`${hook('voice')}[data-played="false"]`, 'the second one');
  });
});
