// Polls, people, places and messages that leave later, over the fake engine: by pointer and by keyboard.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { momentOf, offers } from '../src/features/parts/later';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { place } from '../src/stores/place.svelte';
import { open, ran } from './stage';

async function conversation(): Promise<FakeEngine> {
  const engine = await open('parts');
  const row = await waitFor(() => {
    const found = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === '1');
    if (!found) throw new Error('not there yet');
    return found;
  });
  await fireEvent.click(row);
  await screen.findAllByTestId('poll');
  return engine;
}

const lastArgs = (engine: FakeEngine, command: string) => ran(engine, command).at(-1)?.args;
const pollOf = (words: string) => {
  const message = screen.getAllByTestId('message').find((one) => one.textContent.includes(words)) as HTMLElement;
  return within(message).getByTestId('poll');
};

async function send(kind: string): Promise<void> {
  await fireEvent.click(screen.getByTestId('more-to-send'));
  await fireEvent.click(await screen.findByRole('menuitem', { name: kind, hidden: true }));
}

describe('a poll', () => {
  it('takes one answer, another instead of it, and gives it back', async () => {
    const engine = await conversation();
    const answers = () => within(pollOf('Where do we eat')).getAllByRole('radio');
    await fireEvent.click(answers()[1] as HTMLElement);
    expect(lastArgs(engine, 'poll_vote')).toMatchObject({ chat: 1, choice: [1] });
    await waitFor(() => expect(answers()[1]?.getAttribute('aria-checked')).toBe('true'));
    expect(answers()[0]?.getAttribute('aria-checked')).toBe('false');
    await fireEvent.click(answers()[1] as HTMLElement);
    expect(lastArgs(engine, 'poll_vote')).toMatchObject({ choice: [] });
  });

  it('takes several where that is asked, shows who chose what, and is closed by its author', async () => {
    const engine = await conversation();
    const mine = () => pollOf('Which evenings');
    await fireEvent.click(within(mine()).getAllByRole('checkbox')[2] as HTMLElement);
    expect(lastArgs(engine, 'poll_vote')).toMatchObject({ choice: [0, 1, 2] });
    await fireEvent.click(within(mine()).getByTestId('poll-votes'));
    expect((await screen.findAllByTestId('votes-of'))[0]?.textContent).toContain('Noor Haddad');
    await fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(within(pollOf('Where do we eat')).queryByTestId('poll-close')).toBeNull();
    await fireEvent.click(within(mine()).getByTestId('poll-close'));
    await waitFor(() => expect(within(mine()).getAllByRole<HTMLButtonElement>('checkbox')[0]?.disabled).toBe(true));
  });

  it('is asked with at least two different answers', async () => {
    const engine = await conversation();
    await send('Poll');
    const fill = (testid: string, value: string) => fireEvent.input(screen.getByTestId(testid), { target: { value } });
    const button = () => screen.getByTestId<HTMLButtonElement>('poll-send');
    await fill('poll-question', 'Supper?');
    await fill('poll-answer-1', 'Soup');
    expect(button().disabled).toBe(true);
    await fill('poll-answer-2', 'Soup');
    expect(button().disabled).toBe(true);
    await fill('poll-answer-2', 'Bread');
    expect(screen.getByTestId('poll-answer-3')).toBeTruthy();
    expect(
      (await axe.run(screen.getByRole('dialog'), { rules: { 'color-contrast': { enabled: false } } })).violations,
    ).toEqual([]);
    await fireEvent.click(button());
    await waitFor(() => expect(ran(engine, 'poll_send')).toHaveLength(1));
    expect(lastArgs(engine, 'poll_send')).toMatchObject({
      question: 'Supper?',
      answers: ['Soup', 'Bread'],
      several: false,
    });
  });
});

describe('people and places', () => {
  it('are sent, and lead to a chat and to a map outside', async () => {
    const engine = await conversation();
    await send('Contact');
    await fireEvent.click(await screen.findByTestId('card-me'));
    expect(lastArgs(engine, 'card_send')).toMatchObject({ chat: 1, of: null });
    await waitFor(() => expect(screen.queryByTestId('card-list')).toBeNull());
    await send('Location');
    await fireEvent.input(screen.getByTestId('place-input'), { target: { value: 'nowhere' } });
    await screen.findByRole('alert');
    await fireEvent.input(screen.getByTestId('place-input'), { target: { value: '38.71, -9.13' } });
    await waitFor(() => expect(screen.getByTestId<HTMLButtonElement>('place-send').disabled).toBe(false));
    await fireEvent.click(screen.getByTestId('place-send'));
    await waitFor(() => expect(ran(engine, 'place_send')).toHaveLength(1));
    expect(ran(engine, 'link_open')).toEqual([]);
    await fireEvent.click(screen.getAllByTestId('place')[0] as HTMLElement);
    expect(lastArgs(engine, 'link_open')).toMatchObject({
      url: expect.stringContaining('openstreetmap.org') as string,
    });
    await fireEvent.click(screen.getByTestId('card-open'));
    await waitFor(() => expect(place.chat).toBe(4));
  });
});

describe('messages that leave later', () => {
  it('are put off from the send button, and the composer is empty then', async () => {
    const engine = await conversation();
    const composer = screen.getByTestId<HTMLTextAreaElement>('composer');
    await fireEvent.input(composer, { target: { value: 'Good morning' } });
    await fireEvent.contextMenu(screen.getByTestId('send'));
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Send later…', hidden: true }));
    const time = screen.getByTestId('later-time');
    await fireEvent.input(time, { target: { value: '25:00' } });
    expect(screen.getByTestId<HTMLButtonElement>('later-keep').disabled).toBe(true);
    await fireEvent.click(screen.getAllByTestId('later-offer').at(-1) as HTMLElement);
    await waitFor(() => expect(ran(engine, 'message_schedule')).toHaveLength(1));
    expect(lastArgs(engine, 'message_schedule')).toMatchObject({ chat: 1, text: 'Good morning', order: null });
    await waitFor(() => expect(composer.value).toBe(''));
    expect(ran(engine, 'message_send')).toEqual([]);
  });

  it('are listed with what has become of them, sent now, and given up', async () => {
    const engine = await conversation();
    await fireEvent.click(screen.getByTestId('scheduled-open'));
    const rows = await screen.findAllByTestId('scheduled');
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining('not running in time') as string,
      expect.stringContaining('The cake') as string,
    ]);
    await fireEvent.click(within(rows[0] as HTMLElement).getByTestId('scheduled-menu'));
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Send now', hidden: true }));
    await waitFor(() => expect(screen.getAllByTestId('scheduled')).toHaveLength(1));
    await fireEvent.click(screen.getByTestId('scheduled-menu'));
    await fireEvent.click(await screen.findByRole('menuitem', { name: 'Delete', hidden: true }));
    await waitFor(() => expect(screen.queryByTestId('scheduled-bar')).toBeNull());
    expect(ran(engine, 'scheduled_send')).toHaveLength(1);
  });

  it('have times that are read as people write them', () => {
    const day = new Date(2026, 10, 24).getTime();
    const clock = (moment: number | null) => moment && new Date(moment).toTimeString().slice(0, 5);
    expect(['9:05', '09.05', '0905', '23:59'].map((time) => clock(momentOf(day, time)))).toEqual([
      '09:05',
      '09:05',
      '09:05',
      '23:59',
    ]);
    expect(['', '24:00', '9:60', 'noon'].map((time) => momentOf(day, time))).toEqual([null, null, null, null]);
    const late = new Date(2026, 10, 24, 21, 10).getTime();
    expect(offers(late).map(clock)).toEqual(['22:00', '09:00', '09:00']);
    expect(offers(late).every((moment) => moment > late)).toBe(true);
  });
});
