// Folders, rules for notifications, and wallpapers, over the fake engine.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { open, ran } from './stage';

const row = (chat: number) => screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === String(chat));

async function menuOf(chat: number, ...names: string[]): Promise<void> {
  await waitFor(() => expect(row(chat)).toBeTruthy());
  await fireEvent.contextMenu(row(chat) as HTMLElement);
  for (const name of names) await fireEvent.click(await screen.findByRole('menuitem', { name, hidden: true }));
}

describe('folders', () => {
  it('show their chats only, and are empty with a word of help', async () => {
    await open('folders');
    const [quartet] = await screen.findAllByTestId('filter-folder');
    await fireEvent.click(quartet as HTMLElement);
    await waitFor(() => expect(screen.getAllByTestId('chat-row')).toHaveLength(2));
    expect(quartet?.getAttribute('aria-pressed')).toBe('true');
    await menuOf(1, 'Folder', 'Quartet');
    await menuOf(4, 'Folder', 'Quartet');
    expect(await screen.findByText('Nothing in this folder')).toBeTruthy();
  });

  it('are made from a chat, edited, moved and deleted', async () => {
    const engine = await open('folders');
    await menuOf(1, 'Folder', 'New folder…');
    const field = await screen.findByTestId('folder-name');
    await fireEvent.input(field, { target: { value: 'quartet' } });
    expect(screen.getByTestId<HTMLButtonElement>('folder-keep').disabled).toBe(true);
    await fireEvent.input(field, { target: { value: 'Tour' } });
    await fireEvent.click(screen.getByTestId('folder-keep'));
    await waitFor(() => expect(screen.getAllByTestId('filter-folder')).toHaveLength(3));
    expect(ran(engine, 'folders_set').at(-1)?.args).toMatchObject({
      folders: [{ name: 'Quartet' }, { name: 'Family' }, { name: 'Tour', chats: [1] }],
    });
    await fireEvent.contextMenu(screen.getAllByTestId('filter-folder')[2] as HTMLElement);
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Edit folder', hidden: true }));
    await fireEvent.input(await screen.findByTestId('folder-name'), { target: { value: 'Voyage' } });
    await fireEvent.click(screen.getAllByTestId('folder-chat').find((one) => one.dataset.chat === '4') as HTMLElement);
    await fireEvent.click(screen.getByTestId('folder-keep'));
    await waitFor(() => expect(screen.queryByTestId('folder-keep')).toBeNull());
    await fireEvent.contextMenu(screen.getAllByTestId('filter-folder')[2] as HTMLElement);
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Move earlier', hidden: true }));
    await waitFor(() =>
      expect(ran(engine, 'folders_set').at(-1)?.args).toMatchObject({
        folders: [{ name: 'Quartet' }, { name: 'Voyage', chats: [1, 4] }, { name: 'Family' }],
      }),
    );
    await fireEvent.contextMenu(screen.getAllByTestId('filter-folder')[1] as HTMLElement);
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Delete folder', hidden: true }));
    await waitFor(() => expect(screen.getAllByTestId('filter-folder')).toHaveLength(2));
  });
});

describe('a chat', () => {
  it('is made quiet and discreet, and gets a wallpaper', async () => {
    const engine = await open('folders');
    await menuOf(1, 'Notifications and wallpaper');
    await fireEvent.click(await screen.findByRole('switch', { name: 'Sound' }));
    expect(ran(engine, 'chat_notify').at(-1)?.args).toEqual({ chat: 1, quiet: true, discreet: false });
    await fireEvent.click(screen.getByRole('switch', { name: 'Show what was written' }));
    await waitFor(() =>
      expect(ran(engine, 'chat_notify').at(-1)?.args).toEqual({ chat: 1, quiet: true, discreet: true }),
    );
    const results = await axe.run(screen.getByRole('dialog'), { rules: { 'color-contrast': { enabled: false } } });
    expect(results.violations).toEqual([]);
    await fireEvent.click(screen.getByRole('radio', { name: 'Staves' }));
    expect(ran(engine, 'chat_wallpaper').at(-1)?.args).toEqual({ chat: 1, wallpaper: 'staves' });
    await waitFor(() =>
      expect(screen.getByRole('radio', { name: 'Staves' }).getAttribute('aria-checked')).toBe('true'),
    );
  });
});
