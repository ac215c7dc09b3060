// What people do to messages, over the fake engine: by pointer and by keyboard.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import { findEmoji, readEmoji, stepInGrid } from '../src/components/emoji/emojis';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { open, ran } from './stage';

const CHATS = { Noor: 1, Edda: 21 };

/** The rows of the scene before may still be there for a moment. */
const rowOf = (name: keyof typeof CHATS) =>
  waitFor(() => {
    const row = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === String(CHATS[name]));
    if (!row) throw new Error('not there yet');
    return row;
  });

async function conversation(scene: string, name: keyof typeof CHATS): Promise<FakeEngine> {
  const engine = await open(scene);
  await fireEvent.click(await rowOf(name));
  await screen.findAllByTestId('message');
  return engine;
}

const message = (text: string) =>
  screen.getAllByTestId('message').find((one) => one.textContent.includes(text)) as HTMLElement;
const orderOf = (text: string) => Number(message(text).dataset.order);
const composer = () => screen.getByTestId<HTMLTextAreaElement>('composer');
const lastArgs = (engine: FakeEngine, command: string) => ran(engine, command).at(-1)?.args;

async function choose(text: string, action: string): Promise<void> {
  await fireEvent.contextMenu(message(text));
  await fireEvent.click(await screen.findByTestId(`action-${action}`));
}

describe('the menu of a message', () => {
  it('opens by right click, by its button, and by Enter, and gives the focus back', async () => {
    await conversation('main', 'Noor');
    const row = message('Row F');
    await fireEvent.contextMenu(row);
    expect(document.activeElement?.getAttribute('data-testid')).toBe('action-reply');
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Escape' });
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(row);
    await fireEvent.keyDown(row, { key: 'Enter' });
    expect(screen.getByRole('menu')).toBeTruthy();
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'ArrowUp' });
    expect(document.activeElement?.getAttribute('data-testid')).toBe('quick-reaction');
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Escape' });
    await fireEvent.click(within(row).getByTestId('message-menu'));
    expect(screen.getByRole('menu')).toBeTruthy();
  });

  it('is walked to with arrows from the list, and back to where one writes', async () => {
    await conversation('main', 'Noor');
    const region = screen.getByRole('region', { name: 'Messages' });
    region.focus();
    await fireEvent.keyDown(region, { key: 'ArrowUp' });
    expect(document.activeElement).toBe(screen.getAllByTestId('message').at(-1));
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'ArrowUp' });
    expect(document.activeElement).toBe(screen.getAllByTestId('message').at(-2));
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Escape' });
    expect(document.activeElement).toBe(composer());
  });

  it('offers what can be done: edits only of one’s own, within their time', async () => {
    await conversation('actions', 'Edda');
    await fireEvent.contextMenu(message('Five, even'));
    expect(screen.queryByTestId('action-edit')).toBeNull();
    expect(screen.getByTestId('action-reply')).toBeTruthy();
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Escape' });
    await fireEvent.contextMenu(
      screen.getAllByTestId('message').find((one) => /You deleted/.test(one.textContent)) as HTMLElement,
    );
    expect(screen.queryByTestId('action-reply')).toBeNull();
    expect(screen.getByTestId('action-delete')).toBeTruthy();
  });

  it('copies text', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
    await conversation('main', 'Noor');
    await choose('Row F', 'copy');
    expect(writeText).toHaveBeenCalledWith('Did you get the tickets? Row F is fine by me');
  });
});

describe('answering', () => {
  it('quotes the message, and Escape takes it back', async () => {
    const engine = await conversation('main', 'Noor');
    message('Row F').focus();
    await fireEvent.keyDown(message('Row F'), { key: 'r' });
    expect(screen.getByTestId('answering').textContent).toContain('Row F');
    await waitFor(() => expect(document.activeElement).toBe(composer()));
    await fireEvent.keyDown(composer(), { key: 'Escape' });
    expect(screen.queryByTestId('answering')).toBeNull();

    const order = orderOf('Row F');
    await choose('Row F', 'reply');
    await fireEvent.input(composer(), { target: { value: 'F it is' } });
    await fireEvent.keyDown(composer(), { key: 'Enter' });
    await waitFor(() => expect(lastArgs(engine, 'message_reply')).toMatchObject({ text: 'F it is', order }));
    expect(screen.queryByTestId('answering')).toBeNull();
    await waitFor(() => expect(within(message('F it is')).getByTestId('quote').textContent).toContain('Row F'));
  });

  it('shows in a quote what the message says now, and nothing of one that was taken back', async () => {
    const engine = await conversation('main', 'Noor');
    await choose('Row F', 'reply');
    await fireEvent.input(composer(), { target: { value: 'F it is' } });
    await fireEvent.keyDown(composer(), { key: 'Enter' });
    await waitFor(() => expect(within(message('F it is')).getByTestId('quote').textContent).toContain('Row F'));
    const order = engine
      .person(1)
      .entries.find((item) => item.body.kind === 'text' && /Row F/.test(item.body.text))?.order;
    engine.change(engine.person(1), order ?? 0, { body: { kind: 'text', text: 'Row G, then' }, edited: true });
    await waitFor(() => expect(within(message('F it is')).getByTestId('quote').textContent).toContain('Row G, then'));
    engine.change(engine.person(1), order ?? 0, { body: { kind: 'deleted' } });
    await waitFor(() =>
      expect(within(message('F it is')).getByTestId('quote').textContent).toContain('Message deleted'),
    );
  });

  it('shows a quote whose message is gone without a way to it', async () => {
    await conversation('actions', 'Edda');
    expect(within(message('not here any more')).getByTestId('quote').tagName).toBe('SPAN');
    expect(within(message('about the key')).getByTestId('quote').textContent).toContain('Message deleted');
  });
});

describe('editing', () => {
  it('begins with the arrow up in an empty field, and gives back what was being written', async () => {
    const engine = await conversation('main', 'Noor');
    const order = orderOf('kleinersaal.example/late is 404');
    await fireEvent.keyDown(composer(), { key: 'ArrowUp' });
    await waitFor(() => expect(composer().value).toContain('is 404'));
    expect(screen.getByTestId('editing')).toBeTruthy();
    await fireEvent.keyDown(composer(), { key: 'Escape' });
    await waitFor(() => expect(composer().value).toBe(''));

    await fireEvent.input(composer(), { target: { value: 'half a thou' } });
    await choose('kleinersaal.example/late is 404', 'edit');
    await waitFor(() => expect(composer().value).toContain('is 404'));
    await fireEvent.input(composer(), { target: { value: 'https://kleinersaal.example/late' } });
    await fireEvent.keyDown(composer(), { key: 'Enter' });
    await waitFor(() =>
      expect(lastArgs(engine, 'message_edit')).toMatchObject({ order, text: 'https://kleinersaal.example/late' }),
    );
    await waitFor(() => expect(composer().value).toBe('half a thou'));
    expect(ran(engine, 'draft_set').some(({ args }) => JSON.stringify(args).includes('is 404'))).toBe(false);
  });

  it('shows earlier wordings on demand', async () => {
    await conversation('main', 'Noor');
    await fireEvent.click(screen.getByTestId('edited'));
    const list = await screen.findByTestId('history');
    await waitFor(() => expect(list.textContent).toContain('Two on the aisle, supper first?'));
  });
});

describe('reactions', () => {
  it('are given from the bar, and taken back by a press on their chip', async () => {
    const engine = await conversation('main', 'Noor');
    const order = orderOf('resting');
    await fireEvent.contextMenu(message('resting'));
    await fireEvent.click(screen.getAllByTestId('quick-reaction')[1] as HTMLElement);
    await waitFor(() => expect(lastArgs(engine, 'message_react')).toMatchObject({ order, emoji: '👍' }));
    const chip = await waitFor(() => within(message('resting')).getByRole('button', { name: '👍 by You' }));
    expect(chip.getAttribute('aria-pressed')).toBe('true');
    await fireEvent.click(chip);
    await waitFor(() => expect(lastArgs(engine, 'message_react')).toMatchObject({ order, emoji: null }));
    await waitFor(() => expect(within(message('resting')).queryByTestId('reactions')).toBeNull());
  });

  it('show in the chat list without a count', async () => {
    await open('actions');
    const row = await rowOf('Edda');
    expect(row.textContent).toContain('Reacted 👍 to: Supper at eight, then');
    expect(row.textContent).not.toContain('unread');
  });
});

describe('deleting', () => {
  it('offers everyone only for one’s own within their time', async () => {
    const engine = await conversation('main', 'Noor');
    await choose('Row F', 'delete');
    expect(screen.queryByTestId('delete-for-all')).toBeNull();
    const theirs = orderOf('Row F');
    await fireEvent.click(screen.getByTestId('delete-here'));
    await waitFor(() =>
      expect(lastArgs(engine, 'message_delete')).toMatchObject({ orders: [theirs], everyone: false }),
    );

    const order = orderOf('is 404');
    await choose('is 404', 'delete');
    await fireEvent.click(screen.getByTestId('delete-for-all'));
    await waitFor(() => expect(lastArgs(engine, 'message_delete')).toMatchObject({ orders: [order], everyone: true }));
    await waitFor(() => expect(screen.getByText('You deleted this message')).toBeTruthy());
  });
});

describe('selecting several', () => {
  it('forwards them to several chats in their order', async () => {
    const engine = await conversation('main', 'Noor');
    const orders = [orderOf('resting'), orderOf('Row F')];
    await choose('Row F', 'select');
    await fireEvent.click(within(message('resting')).getByTestId('choose'));
    expect(screen.getByTestId('selection').textContent).toContain('2 selected');
    expect(screen.queryByTestId('composer')).toBeNull();
    await fireEvent.click(screen.getByTestId('selection-forward'));
    const list = within(await screen.findByTestId('forward-list'));
    await fireEvent.click(list.getByRole('checkbox', { name: /Ilse/ }));
    await fireEvent.click(list.getByRole('checkbox', { name: /Tomasz/ }));
    await fireEvent.click(screen.getByTestId('forward-send'));
    await waitFor(() => expect(lastArgs(engine, 'message_forward')).toMatchObject({ orders, to: [2, 3] }));
    await waitFor(() => expect(composer()).toBeTruthy());
  });

  it('ends with Escape', async () => {
    await conversation('main', 'Noor');
    await choose('Row F', 'select');
    await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Escape' });
    expect(screen.queryByTestId('selection')).toBeNull();
  });
});

describe('pinned, kept and disappearing messages', () => {
  it('walks through the pinned ones, and unpins', async () => {
    const engine = await conversation('actions', 'Edda');
    const bar = await screen.findByTestId('pin-bar');
    expect(bar.textContent).toContain('Bring the good lamp');
    await fireEvent.click(screen.getByTestId('pin-go'));
    expect(bar.textContent).toContain('Four bars earlier');
    await fireEvent.click(screen.getByTestId('unpin'));
    await waitFor(() => expect(lastArgs(engine, 'message_pin')).toMatchObject({ pinned: false }));
    await waitFor(() => expect(screen.getByTestId('pin-bar').textContent).toContain('Bring the good lamp'));
  });

  it('keeps a message and finds it in the panel', async () => {
    const engine = await conversation('main', 'Noor');
    const order = orderOf('Row F');
    await choose('Row F', 'keep');
    await waitFor(() => expect(lastArgs(engine, 'message_star')).toMatchObject({ orders: [order], starred: true }));
    await fireEvent.click(screen.getByTestId('info'));
    await fireEvent.click(await screen.findByTestId('kept'));
    const list = await screen.findByTestId('kept-list');
    await waitFor(() => expect(list.textContent).toContain('Row F'));
  });

  it('sets the timer in the panel, and tells it in the conversation and the header', async () => {
    const engine = await conversation('main', 'Noor');
    expect(screen.queryByTestId('timer')).toBeNull();
    await fireEvent.click(screen.getByTestId('info'));
    await fireEvent.click(await screen.findByTestId('disappearing'));
    await fireEvent.click(screen.getByRole('radio', { name: '1 week' }));
    await waitFor(() => expect(lastArgs(engine, 'timer_set')).toMatchObject({ seconds: 7 * 24 * 3600 }));
    await waitFor(() => expect(screen.getByText('You set messages to disappear after 1 week')).toBeTruthy());
    expect(screen.getByTestId('timer').getAttribute('aria-label')).toBe('Messages disappear after 1 week');
  });
});

describe('the emoji picker', () => {
  it('is searched, and puts an emoji where one writes', async () => {
    const engine = await conversation('main', 'Noor');
    await fireEvent.input(composer(), { target: { value: 'hi ' } });
    composer().setSelectionRange(3, 3);
    await fireEvent.click(screen.getByTestId('emoji'));
    const search = await screen.findByTestId('emoji-search');
    await waitFor(() => expect(screen.getByText('Smileys')).toBeTruthy(), { timeout: 5000 });
    await fireEvent.input(search, { target: { value: 'waving hand' } });
    await fireEvent.keyDown(search, { key: 'Enter' });
    await waitFor(() => expect(composer().value).toBe('hi 👋'));
    expect(lastArgs(engine, 'emoji_used')).toMatchObject({ emoji: '👋' });
    await fireEvent.keyDown(search, { key: 'Escape' });
    expect(screen.queryByTestId('emoji-picker')).toBeNull();
    expect(document.activeElement).toBe(composer());
  });

  it('finds by every word, and the nearest first', async () => {
    const sections = await readEmoji();
    expect(findEmoji(sections, 'thumbs up')[0]?.emoji.startsWith('👍')).toBe(true);
    expect(findEmoji(sections, ':wave:')[0]?.emoji).toBe('👋');
    expect(findEmoji(sections, 'no such thing at all')).toEqual([]);
    const wave = findEmoji(sections, 'waving hand')[0];
    expect(wave?.tones).toHaveLength(5);
  });

  it('is walked through with arrows over the ends of sections', () => {
    const lengths = [12, 20];
    const step = (at: number, key: string, rtl = false) => stepInGrid(lengths, at, key, 9, rtl);
    expect(step(0, 'ArrowRight')).toBe(1);
    expect(step(0, 'ArrowLeft', true)).toBe(1);
    expect(step(1, 'ArrowDown')).toBe(10);
    expect(step(5, 'ArrowDown')).toBe(11);
    expect(step(10, 'ArrowDown')).toBe(13);
    expect(step(13, 'ArrowUp')).toBe(10);
    expect(step(20, 'ArrowUp')).toBe(11);
    expect(step(31, 'ArrowDown')).toBe(31);
    expect(step(0, 'ArrowUp')).toBe(0);
  });
});

describe('for everybody', () => {
  async function faults(): Promise<string[]> {
    const { violations } = await axe.run(document.body, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
  }

  it('has no fault that axe finds, in the conversation', async () => {
    await conversation('actions', 'Edda');
    expect(await faults()).toEqual([]);
  });

  it('has none with the menu of a message', async () => {
    await conversation('actions', 'Edda');
    await fireEvent.contextMenu(message('Supper'));
    expect(await faults()).toEqual([]);
  });

  it('has none while one selects', async () => {
    await conversation('actions', 'Edda');
    await choose('Supper', 'select');
    expect(await faults()).toEqual([]);
  });
});
