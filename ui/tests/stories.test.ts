// Stories over the fake engine: looking, going on, saying something, showing something, by pointer and by keyboard.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { place } from '../src/stores/place.svelte';
import { stories } from '../src/stores/stories.svelte';
import { open, ran } from './stage';

async function storiesOpen(scene = 'stories'): Promise<FakeEngine> {
  stories.close();
  const engine = await open(scene);
  await fireEvent.click(await screen.findByTestId('stories'));
  await screen.findByTestId('story-mine');
  return engine;
}

async function look(name: string): Promise<void> {
  const rows = await screen.findAllByTestId('story-person');
  await fireEvent.click(rows.find((row) => row.textContent.includes(name)) as HTMLElement);
  await screen.findByTestId('story-card');
}

const shown = () => screen.getByTestId('story-card').textContent;
const lastArgs = (engine: FakeEngine, command: string) => ran(engine, command).at(-1)?.args;

describe('stories', () => {
  it('begin at the first that was not seen and go on to the next person', async () => {
    const engine = await storiesOpen();
    await look('Tomasz');
    expect(shown()).toContain('Tonight, the little door');
    await waitFor(() => expect(ran(engine, 'story_seen')).toHaveLength(1));
    await fireEvent.keyDown(window, { key: 'ArrowRight' });
    await waitFor(() => expect(shown()).toContain('Doors at eight'));
    await fireEvent.click(screen.getByTestId('story-next'));
    await waitFor(() => expect(shown()).toContain('Morning at the jetty'));
    await fireEvent.keyDown(window, { key: 'ArrowLeft' });
    await waitFor(() => expect(shown()).toContain('The stage at noon'));
    await fireEvent.keyDown(window, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('story-card')).toBeNull());
  });

  it('are held by a press, go on by a short one, and stop with the space bar', async () => {
    await storiesOpen();
    await look('Tomasz');
    const fill = () => document.querySelector('.fill') as HTMLElement;
    const half = screen.getByTestId('story-tap-next');
    await fireEvent.pointerDown(half, { button: 0 });
    expect(fill().classList.contains('paused')).toBe(true);
    await fireEvent.pointerLeave(half);
    expect(fill().classList.contains('paused')).toBe(false);
    await fireEvent.keyDown(window, { key: ' ' });
    expect(fill().classList.contains('paused')).toBe(true);
    await fireEvent.animationEnd(fill());
    await waitFor(() => expect(shown()).toContain('Doors at eight'));
  });

  it('are answered in the chat and reacted to', async () => {
    const engine = await storiesOpen();
    await look('Maren');
    await fireEvent.input(screen.getByTestId('story-reply'), { target: { value: 'Let it sleep' } });
    await fireEvent.submit(screen.getByTestId('story-reply').closest('form') as HTMLFormElement);
    await waitFor(() => expect(lastArgs(engine, 'story_reply')).toMatchObject({ text: 'Let it sleep' }));
    await fireEvent.click(screen.getAllByTestId('story-react')[0] as HTMLElement);
    expect(lastArgs(engine, 'story_react')).toMatchObject({ emoji: '❤️' });
    await waitFor(() => expect(screen.getAllByTestId('story-react')[0]?.getAttribute('aria-pressed')).toBe('true'));
  });

  it('are written, coloured, and shown to those who were chosen', async () => {
    const engine = await storiesOpen();
    await fireEvent.click(screen.getByTestId('story-new'));
    const share = () => screen.getByTestId<HTMLButtonElement>('story-share');
    expect(share().disabled).toBe(true);
    await fireEvent.input(screen.getByTestId('story-text-field'), { target: { value: 'Row F' } });
    await fireEvent.click(screen.getAllByTestId('story-ground')[4] as HTMLElement);
    await fireEvent.click(screen.getByTestId('story-audience'));
    await fireEvent.click(await screen.findByTestId('audience-only'));
    await fireEvent.click(screen.getAllByTestId('audience-person')[0] as HTMLElement);
    await fireEvent.click(screen.getByTestId('audience-done'));
    await waitFor(() => expect(share().disabled).toBe(false));
    await fireEvent.click(share());
    await waitFor(() => expect(ran(engine, 'story_post')).toHaveLength(1));
    expect(lastArgs(engine, 'story_post')).toMatchObject({ text: 'Row F', ground: 4, file: null });
    expect((lastArgs(engine, 'story_post') as { audience: { kind: string } }).audience.kind).toBe('only');
    await waitFor(() => expect(screen.getByTestId('story-mine').textContent).toContain('Seen by 0'));
  });

  it('of oneself say who has seen them, and go when they are taken back', async () => {
    const engine = await storiesOpen('stories_own');
    await fireEvent.click(screen.getByTestId('story-mine'));
    const list = await screen.findByTestId('story-seen-by');
    expect(within(list).getAllByTestId('story-viewer')).toHaveLength(3);
    await fireEvent.click(within(list).getByTestId('story-delete'));
    await fireEvent.click(within(list).getByTestId('story-delete-sure'));
    await waitFor(() => expect(ran(engine, 'story_delete')).toHaveLength(1));
    await waitFor(() => expect(screen.queryByTestId('story-card')).toBeNull());
  });

  it('leave a ring in the chat list, and none when they are hidden', async () => {
    const engine = await open('stories');
    const rings = () => screen.queryAllByTestId('story-ring').length;
    await waitFor(() => expect(rings()).toBe(3));
    await engine.run('story_mute', { chat: stories.people[0]?.person.chat, muted: true });
    await waitFor(() => expect(rings()).toBe(2));
    expect(place.section).toBe('chats');
  });

  it('can be used without seeing', async () => {
    await storiesOpen();
    await look('Tomasz');
    const { violations } = await axe.run(document.body, {
      rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
