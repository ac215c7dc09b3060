// Getting around by keyboard, deciding about chats, and finding what was said.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { pieces } from '../src/lib/found';
import { open, ran } from './stage';

const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });
const row = (name: string) =>
  screen.getAllByTestId('chat-row').find((one) => one.textContent.includes(name)) as HTMLElement;

describe('the window', () => {
  it('answers the keyboard of the window', async () => {
    await open('main');
    const rows = await screen.findAllByTestId('chat-row');
    await fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('search')));
    await fireEvent.keyDown(window, { key: 'ArrowDown', altKey: true });
    expect(screen.getByRole('region', { name: /Conversation with Noor/ })).toBeTruthy();
    await fireEvent.keyDown(window, { key: 'ArrowDown', altKey: true });
    expect(screen.getByRole('region', { name: /Conversation with Ilse/ })).toBeTruthy();
    await fireEvent.keyDown(window, { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(rows[1]));
    await fireEvent.keyDown(window, { key: ',', ctrlKey: true });
    expect(screen.getByRole('heading', { name: 'Settings' })).toBeTruthy();
    await fireEvent.keyDown(window, { key: 'Escape' });
    await fireEvent.keyDown(window, { key: 'n', ctrlKey: true });
    expect(await screen.findByRole('dialog', { name: 'New chat' })).toBeTruthy();
  });
});

describe('the menu of a chat', () => {
  it('opens by keyboard, archives, and takes it back', async () => {
    const engine = await open('main');
    await screen.findAllByTestId('chat-row');
    await fireEvent.keyDown(row('Tomasz'), { key: 'F10', shiftKey: true });
    const menu = await screen.findByTestId('menu');
    const archive = [...menu.querySelectorAll('button')].find((item) => item.textContent.includes('Archive'));
    await fireEvent.click(archive as HTMLElement);
    await waitFor(() => expect(row('Tomasz')).toBeUndefined());
    expect(ran(engine, 'chat_archive')).toHaveLength(1);
    await fireEvent.click(await screen.findByTestId('toast-action'));
    await waitFor(() => expect(row('Tomasz')).toBeTruthy());
  });

  it('asks before it deletes', async () => {
    const engine = await open('main');
    await screen.findAllByTestId('chat-row');
    await fireEvent.contextMenu(row('Papá'));
    const menu = await screen.findByTestId('menu');
    const erase = [...menu.querySelectorAll('button')].find((item) => item.textContent.includes('Delete chat'));
    await fireEvent.click(erase as HTMLElement);
    expect(await screen.findByRole('dialog', { name: /Delete the chat with Papá/ })).toBeTruthy();
    expect(ran(engine, 'chat_delete')).toHaveLength(0);
    await fireEvent.click(screen.getByTestId('confirm'));
    await waitFor(() => expect(row('Papá')).toBeUndefined());
  });
});

describe('the palette', () => {
  it('finds people and messages, and opens one at its place', async () => {
    const engine = await open('main');
    await screen.findAllByTestId('chat-row');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    const field = await screen.findByTestId('palette-field');
    await type(field, 'cushion');
    await screen.findByTestId('palette-message');
    const found = await axe.run(document.body, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(await screen.findByRole('region', { name: /Conversation with Noor/ })).toBeTruthy();
    expect(ran(engine, 'search').length).toBeGreaterThan(0);
  });

  it('says when nothing matches', async () => {
    await open('main');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await type(await screen.findByTestId('palette-field'), 'zzzz');
    expect(await screen.findByTestId('palette-nothing')).toBeTruthy();
  });
});

describe('a search in a conversation', () => {
  it('counts, marks, and steps through what it finds', async () => {
    await open('main');
    await screen.findAllByTestId('chat-row');
    await fireEvent.click(row('Noor'));
    await fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    await type(await screen.findByTestId('chat-search'), 'the');
    await waitFor(() => expect(screen.getByTestId('chat-search-count').textContent).toMatch(/1 of \d/));
    await fireEvent.click(screen.getByTestId('found-older'));
    await waitFor(() => expect(screen.getByTestId('chat-search-count').textContent).toMatch(/2 of \d/));
  });
});

describe('what was looked for', () => {
  it('is marked whatever its accents, case and script', () => {
    const marked = (text: string, sought: string) =>
      pieces(text, sought)
        .filter((piece) => piece.found)
        .map((piece) => piece.text);
    expect(marked('Crème brûlée', 'BRULEE')).toEqual(['brûlée']);
    expect(marked('明天去東京看櫻花', '京')).toEqual(['京']);
    expect(marked('one two one', 'one')).toEqual(['one', 'one']);
    expect(marked('nothing', 'x')).toEqual([]);
  });
});
