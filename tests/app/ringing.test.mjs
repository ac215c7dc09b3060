// A call that rings while nobody looks at the large window, or while there is none: the small window beside it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startDesktop } from './desktop.mjs';
import { endAll } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';
import { hook } from './window.mjs';

/** What each says by its tone. */
const CODES = { alice: '33', bob: '177' };

describe('a call that rings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, desktop, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    desktop = await startDesktop(folder);
    const media = (code) => ['--media', `synthetic:${code}`];
    const args = { alice: media(CODES.alice), bob: media(CODES.bob) };
    ({ alice, bob } = await twoPeople(relay, folder, 'I call in a moment.', { args, variables: desktop.variables }));
    await desktop.sees('the item of Bob', ({ kind }) => kind === 'item');
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const closeLarge = async () => {
    desktop.do('close', { process: bob.process });
    await bob.hasWindows(0);
  };

  it('comes to the front though there is no large window, and opens it when it is answered', async () => {
    await closeLarge();
    await alice.click('call-voice');
    await alice.click('try-call');
    await bob.turn('ringing');
    await bob.reads(hook('ringing'), /Alice Marques/);
    await bob.picture('ringing');
    await bob.click('ringing-answer');
    await bob.turn('main');
    await bob.hasWindows(1);
    await bob.sees(`${hook('call')}[data-tone="${CODES.alice}"]`, 'the tone of Alice', 30);
    await alice.sees(`${hook('call')}[data-tone="${CODES.bob}"]`, 'the tone of Bob', 30);
    await alice.click('call-end');
    await bob.seesNothingOf(hook('call'));
    await alice.seesNothingOf(hook('call'));
  });

  it('goes away when whoever calls gives up, and the program stays', async () => {
    await closeLarge();
    await alice.click('call-voice');
    await bob.turn('ringing');
    await bob.sees(hook('ringing'));
    await alice.click('call-end');
    await bob.hasWindows(0);
    await alice.seesNothingOf(hook('call'));
  });

  it('is declined with a message', async () => {
    await alice.click('call-video');
    await bob.turn('ringing');
    await bob.click('ringing-write');
    await bob.type('ringing-text', 'In an hour, please');
    await bob.click('ringing-send');
    await alice.message('In an hour, please', 'received');
    await alice.sees(`${hook('call-line')}[data-outcome="declined"]`, 'that he declined', 30);
    await bob.hasWindows(0);
  });
});
