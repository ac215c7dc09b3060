// Files between two real windows: a photo, an album that is dropped, a file; each arrives, and the viewer opens.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { endAll, until } from './processes.mjs';
import { startRelay } from './relay.mjs';
import { twoPeople } from './two-people.mjs';
import { hook } from './window.mjs';

/** How many pictures are drawn whose bytes are there. */
const drawn = (person) =>
  person.run(
    `return [...document.querySelectorAll('[data-testid="media"][data-state="here"] img.picture')]
      .filter((image) => image.complete && image.naturalWidth > 0).length`,
  );

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  let relay, alice, bob;

  before(async () => {
    relay = await startRelay(join(folder, 'relay'));
    ({ alice, bob } = await twoPeople(relay, folder, 'I was at the sea'));
  });

  after(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('go as a photo with a caption, and the viewer opens it', async () => {
    await alice.give('attach-input', [{ name: 'sea.png', colour: '#2f5d8a' }]);
    await alice.type('caption', 'Like this');
    await alice.picture('attach-dialog');
    await alice.click('attach-send');
    await alice.message('Like this', 'delivered', 'read');
    await bob.message('Like this', 'received');
    await until('Bob sees the photo', async () => (await drawn(bob)) === 1);
    await bob.picture('photo');
    await bob.run(`document.querySelector('[data-testid="media"] button').click()`);
    await bob.sees(`${hook('viewer')}[open]`);
    await bob.picture('viewer');
    await bob.leave();
    await bob.seesNothingOf(`${hook('viewer')}[open]`);
  });

  it('go as an album that is dropped into the conversation', async () => {
    await bob.give('drop-zone', [
      { name: 'one.png', colour: '#a33' },
      { name: 'two.png', colour: '#3a3' },
      { name: 'three.png', colour: '#33a' },
    ]);
    await bob.type('caption', 'And mine');
    await bob.click('attach-send');
    await alice.message('And mine', 'received');
    await until('Alice sees all four', async () => (await drawn(alice)) === 4);
    await alice.picture('album');
  });

  it('go as what they are, under their names', async () => {
    await alice.give('attach-input', [{ name: 'times.txt', text: 'Low water at six.' }]);
    await alice.click('attach-send');
    await bob.reads(`${hook('file')}[data-state="here"]`, /times\.txt/);
    await bob.picture('file');
  });
});
