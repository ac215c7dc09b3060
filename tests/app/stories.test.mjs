// A story at two real windows: alice shows it, bob sees the ring, opens it and answers, alice sees who has seen it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';
import { hook } from './window.mjs';

describe('a story', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    ({ alice, bob } = await twoPeople(relay, folder, 'Supper at eight?'));
    await bob.send('With pleasure.');
    await alice.message('With pleasure', 'received');
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is shown, and leaves a ring', async () => {
    await alice.click('stories');
    await alice.click('story-new');
    await alice.type('story-text-field', 'Row F, two on the aisle');
    await alice.picture('story-compose');
    await alice.click('story-share');
    await alice.seesNothingOf(hook('story-text-field'));
    await bob.sees(`${hook('chat-row')} ${hook('story-ring')}`, 'the ring around the picture of Alice');
  });

  it('is opened and answered in the chat', async () => {
    await bob.click('stories');
    await bob.click('story-person');
    await bob.reads(hook('story-card'), /Row F, two on the aisle/);
    await bob.click('story-pause');
    await bob.picture('story-viewer');
    await bob.click('story-react');
    await bob.type('story-reply', 'Keep me a seat');
    await bob.click('story-reply-send');
    await alice.click('chats');
    await alice.message('Keep me a seat', 'received');
    await alice.reads(hook('quote'), /Row F, two on the aisle/);
  });

  it('says to its author alone who has seen it, and goes when it is taken back', async () => {
    await alice.click('stories');
    await alice.click('story-mine');
    await alice.reads(hook('story-viewer'), /Bob Lindqvist/);
    await alice.click('story-pause');
    await alice.picture('story-seen-by');
    await alice.click('story-delete');
    await alice.click('story-delete-sure');
    await bob.seesNothingOf(hook('story-person'));
  });
});
