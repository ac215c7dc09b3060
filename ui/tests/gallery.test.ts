// What conversations have collected, over the fake engine: by pointer and by keyboard.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { moved, rowsOf } from '../src/features/gallery/rows';
import { around } from '../src/features/gallery/shown';
import { type FakeEngine } from '../src/lib/ipc/fake';
import { attached } from '../src/lib/ipc/fake/files';
import { UNTOUCHED } from '../src/lib/message';
import type { MessageItem } from '../src/lib/ipc/bindings/MessageItem';
import { place } from '../src/stores/place.svelte';
import { open, ran } from './stage';

const message = (order: number, month: number, files: number): MessageItem => ({
  ...UNTOUCHED,
  id: `${order}`,
  order,
  mine: false,
  at: new Date(2026, month, 3).getTime(),
  state: 'received',
  body: { kind: 'text', text: '' },
  attachments: Array.from({ length: files }, (_, at) => attached(at, `${at}.jpg`, 1)),
});

const items = [message(9, 5, 4), message(7, 5, 1), message(3, 2, 2)].map((one) => ({ message: one, links: [] }));

describe('rows', () => {
  it('are three tiles wide and begin anew with each month', () => {
    const rows = rowsOf(items, 'media');
    expect(rows.map((row) => (row.kind === 'cells' ? row.cells.length : 'month'))).toEqual(['month', 3, 2, 'month', 2]);
    expect(rowsOf(items, 'files')).toEqual([]);
  });

  it('are gone through by arrows over the headings', () => {
    const rows = rowsOf(items, 'media');
    const to = (at: number, key: string) => moved(rows, at, key)?.cell.at;
    expect([to(2, 'next'), to(3, 'previous'), to(2, 'down'), to(4, 'down'), to(5, 'up')]).toEqual([3, 2, 4, 6, 3]);
    expect([to(0, 'up'), to(0, 'previous'), to(6, 'next'), to(6, 'first'), to(0, 'last')]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
      6,
    ]);
  });
});

describe('the viewer of a conversation', () => {
  it('goes on beyond what is drawn, without gaps', () => {
    const drawn = [message(7, 5, 1), message(8, 5, 1)];
    const orders = (reached: number) => {
      const known = [12, 9, 7, 3].filter((order) => order >= reached).map((order) => message(order, 5, 1));
      return around(
        drawn,
        known.map((one) => ({ message: one, links: [] })),
      ).map(({ item }) => item.order);
    };
    expect(orders(99)).toEqual([7, 8]);
    expect(orders(9)).toEqual([7, 8]);
    expect(orders(7)).toEqual([7, 8, 9, 12]);
    expect(orders(3)).toEqual([3, 7, 8, 9, 12]);
  });
});

async function panel(): Promise<FakeEngine> {
  const engine = await open('gallery');
  const row = await waitFor(() => {
    const found = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === '26');
    if (!found) throw new Error('not there yet');
    return found;
  });
  await fireEvent.click(row);
  await fireEvent.click(await screen.findByTestId('info'));
  await waitFor(() => screen.getByText(/^All \d+/));
  await fireEvent.click(screen.getByTestId('gallery-open'));
  await waitFor(() => expect(screen.getByTestId('gallery').querySelectorAll('[data-at]').length).toBeGreaterThan(3));
  return engine;
}

describe('a gallery', { timeout: 20_000 }, () => {
  it('opens from the panel, shows a picture over the window, and leads to its message', async () => {
    const engine = await panel();
    expect(ran(engine, 'gallery')[0]?.args).toMatchObject({ chat: 26, drawer: 'media', before: null });
    const photo = screen.getByTestId('gallery').querySelector('[aria-label^="Photo, "]') as HTMLElement;
    await fireEvent.click(photo);
    await screen.findByTestId('viewer');
    await fireEvent.click(screen.getByTestId('viewer-show'));
    await waitFor(() => expect(screen.queryByTestId('viewer')).toBeNull());
    expect(place.chat).toBe(26);
  });

  it('can be read by everybody', async () => {
    await panel();
    const results = await axe.run(screen.getByTestId('gallery'), { rules: { 'color-contrast': { enabled: false } } });
    expect(results.violations.map((violation) => violation.id)).toEqual([]);
  });

  it('is gone through by arrows, and Escape leads back', async () => {
    await panel();
    const cell = (at: number) => screen.getByTestId('gallery').querySelector(`[data-at="${at}"] button`) as HTMLElement;
    cell(0).focus();
    await fireEvent.keyDown(cell(0), { key: 'ArrowRight' });
    await waitFor(() => expect(document.activeElement).toBe(cell(1)));
    await fireEvent.keyDown(window, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('gallery')).toBeNull());
    expect(place.info).toBe(true);
  });

  it('has links that open and lead to where they were written', async () => {
    const engine = await panel();
    await fireEvent.click(screen.getByTestId('gallery-links'));
    const link = (await screen.findAllByTestId('gallery-link'))[0] as HTMLElement;
    await fireEvent.click(link.querySelector('button') as HTMLElement);
    expect(ran(engine, 'link_open')[0]?.args).toEqual({ url: 'https://sotto.example/notes/129?page=2' });
    await fireEvent.click(within(link).getByTestId('show-in-chat'));
    await waitFor(() => expect(place.jump).toBeNull());
    expect(place.chat).toBe(26);
  });
});
