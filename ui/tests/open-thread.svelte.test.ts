// Going from one conversation to another: what is drawn meanwhile, and what nobody waits for any more.
import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { OpenThread } from '../src/stores/open-thread.svelte';
import { engineFor, ran } from './stage';

async function reading(chat: number) {
  const engine = engineFor('main');
  const opened = new OpenThread();
  opened.turnTo(chat);
  await vi.waitFor(() => expect(opened.thread?.loaded).toBe(true));
  return { engine, opened };
}

describe('the open conversation', () => {
  it('stays until the next one can be drawn whole', async () => {
    const { opened } = await reading(1);
    opened.turnTo(2);
    expect(opened.thread?.chat).toBe(1);
    expect(opened.turning).toBe(true);
    await vi.waitFor(() => expect(opened.thread?.chat).toBe(2));
    expect(opened.thread?.loaded).toBe(true);
    expect(opened.turning).toBe(false);
  });

  it('is the one chosen last, and the others are closed', async () => {
    const { engine, opened } = await reading(1);
    const drawn: (number | undefined)[] = [];
    const end = $effect.root(() => {
      $effect(() => void drawn.push(opened.thread?.chat));
    });
    flushSync();
    opened.turnTo(2);
    opened.turnTo(3);
    await vi.waitFor(() => expect(opened.thread?.chat).toBe(3));
    flushSync();
    end();
    expect(drawn).toEqual([1, 3]);
    await vi.waitFor(() => expect(ran(engine, 'unsubscribe')).toHaveLength(2));
  });

  it('stays when one comes back to it before the next is there', async () => {
    const { opened } = await reading(1);
    const before = opened.thread;
    opened.turnTo(2);
    opened.turnTo(1);
    await vi.waitFor(() => expect(opened.turning).toBe(false));
    expect(opened.thread).toBe(before);
  });

  it('says that it waits when the next one takes long', async () => {
    const { engine, opened } = await reading(1);
    engine.held.add('thread_subscribe');
    opened.turnTo(2);
    await vi.waitFor(() => expect(opened.thread?.chat).toBe(2));
    expect(opened.thread?.loaded).toBe(false);
  });

  it('is none once the chat is gone', async () => {
    const { engine, opened } = await reading(1);
    opened.turnTo(undefined);
    expect(opened.thread).toBe(null);
    await vi.waitFor(() => expect(ran(engine, 'unsubscribe')).toHaveLength(1));
  });
});
