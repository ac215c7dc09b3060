// What files take on this computer, over the fake engine.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { countsOf } from '../src/features/settings/storage';
import { refuse } from '../src/lib/ipc/fake/refuse';
import { open, ran } from './stage';

async function page(prepare?: (engine: Awaited<ReturnType<typeof open>>) => void) {
  const engine = await open('gallery');
  prepare?.(engine);
  await fireEvent.click(await screen.findByTestId('settings'));
  await fireEvent.click(await screen.findByTestId('settings-storage'));
  return engine;
}

describe('storage', { timeout: 20_000 }, () => {
  it('is counted by kind and chat, and chosen files are deleted here', async () => {
    const engine = await page();
    await fireEvent.click(await screen.findByTestId('storage-chat'));
    const before = (await screen.findAllByTestId('storage-file')).length;
    const [largest] = screen.getAllByTestId('storage-file');
    expect(screen.getByTestId('storage-delete')).toHaveProperty('disabled', true);
    await fireEvent.click(largest as HTMLElement);
    expect(largest?.getAttribute('aria-checked')).toBe('true');
    const { violations } = await axe.run(document.body, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    expect(violations.map(({ id }) => id)).toEqual([]);
    await fireEvent.click(screen.getByTestId('storage-delete'));
    await fireEvent.click(await screen.findByTestId('storage-confirm'));
    await waitFor(() => expect(ran(engine, 'storage_delete')).toHaveLength(1));
    await waitFor(() => expect(screen.queryByTestId('storage-confirm')).toBeNull());
    await waitFor(() => expect(screen.getAllByTestId('storage-file').length).toBe(before));
    await fireEvent.click(screen.getByTestId('storage-clear'));
    await fireEvent.click(await screen.findByTestId('storage-confirm'));
    await waitFor(() => expect(screen.queryAllByTestId('storage-file')).toEqual([]));
    expect(ran(engine, 'storage_clear').map(({ args }) => args)).toEqual([{ chat: 26, kind: null }]);
  });

  it('says so when it cannot be counted, and counts again', async () => {
    const engine = await page((engine) => engine.refusals.set('storage', refuse('database_broken')));
    const again = await screen.findByRole('button', { name: 'Try again' });
    engine.refusals.clear();
    await fireEvent.click(again);
    expect(await screen.findByTestId('storage-usage')).toBeTruthy();
  });

  it('names kinds in one order', () => {
    const kinds = [
      { kind: 'file' as const, files: 1, bytes: 5 },
      { kind: 'photo' as const, files: 3, bytes: 5 },
    ];
    expect(countsOf(kinds)).toMatch(/^3 photos,? 1 file$/);
  });
});
