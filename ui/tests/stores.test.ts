// What the stores make of snapshots, diffs and lost changes.
import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { conversation, person, said } from '../src/lib/ipc/fake/world';
import { refuse } from '../src/lib/ipc/fake/refuse';
import { ChatList } from '../src/stores/chats.svelte';
import { Thread } from '../src/stores/thread.svelte';
import { toasts } from '../src/stores/toasts.svelte';
import { engineFor, ran } from './stage';

const texts = (thread: Thread) =>
  thread.entries.map(({ body }) =>
    body.kind === 'notice' ? body.notice.kind : body.kind === 'text' ? body.text : body.kind,
  );

describe('the chat list', () => {
  it('shows the snapshot, then moves a row that changed to its place', async () => {
    const engine = engineFor('main');
    const list = new ChatList();
    await list.start();
    expect(list.rows[0]?.title).toBe('Noor Haddad');
    const tomasz = engine.person(3);
    engine.put(tomasz, { ...conversation([said(Date.now() + 1e9, 'now')])[0], order: 999 } as never);
    expect(list.rows[0]?.title).toBe('Tomasz Wilk');
    expect(new Set(list.rows.map((row) => row.id)).size).toBe(list.rows.length);
  });

  it('asks for a new snapshot when a change was lost, and shows it', async () => {
    const engine = engineFor('main');
    const list = new ChatList();
    await list.start();
    const lost = engine.person(2);
    lost.row = { ...lost.row, title: 'Changed unseen' };
    engine.skipRev();
    engine.putRow(engine.person(3));
    await vi.waitFor(() => expect(list.row(2)?.title).toBe('Changed unseen'));
    expect(ran(engine, 'chats_subscribe')).toHaveLength(2);
    await vi.waitFor(() => expect(ran(engine, 'unsubscribe')).toHaveLength(1));
  });

  it('counts chats with unread messages', async () => {
    engineFor('main');
    const list = new ChatList();
    await list.start();
    expect(list.unreadChats).toBe(3);
  });
});

describe('a conversation', () => {
  async function opened(scene: string, chat: number) {
    const engine = engineFor(scene);
    const thread = new Thread(chat);
    await thread.open();
    flushSync();
    return { engine, thread };
  }

  it('draws a sent message at once and replaces it by the engine’s, under the same id', async () => {
    const { engine, thread } = await opened('main', 3);
    const sending = thread.send('Quietly');
    await vi.waitFor(() => expect(texts(thread)).toContain('Quietly'));
    const drawn = thread.entries.at(-1);
    expect(drawn?.state).toBe('sending');
    await sending;
    expect(thread.entries.filter((item) => item.id === drawn?.id)).toHaveLength(1);
    expect(thread.entries.at(-1)?.order).toBeLessThan(Number.MAX_SAFE_INTEGER);
    const entry = engine.person(3).entries.at(-1);
    if (entry) engine.put(engine.person(3), { ...entry, state: 'read' });
    expect(thread.entries.at(-1)?.state).toBe('read');
  });

  it('shows a refused message as failed, and sends it again under its id', async () => {
    const { engine, thread } = await opened('main', 3);
    engine.refusals.set('message_send', refuse('disk_full'));
    await thread.send('Later, then');
    const failed = thread.entries.at(-1);
    expect(failed).toMatchObject({ state: 'failed', failure: 'disk_full' });
    expect(toasts.list.at(-1)).toMatchObject({ refusal: { code: 'disk_full' } });
    engine.refusals.clear();
    if (failed) await thread.retry(failed);
    expect(thread.entries.at(-1)).toMatchObject({ id: failed?.id, state: 'sending', failure: null });
    expect(thread.entries.filter((item) => item.id === failed?.id)).toHaveLength(1);
  });

  it('forgets a refused message when it is deleted', async () => {
    const { engine, thread } = await opened('main', 3);
    engine.refusals.set('message_send', refuse('offline'));
    await thread.send('Never mind');
    const failed = thread.entries.at(-1);
    if (failed) await thread.discard(failed);
    expect(texts(thread)).not.toContain('Never mind');
    expect(ran(engine, 'message_discard')).toHaveLength(0);
  });

  it('puts an entry that arrives late into its place', async () => {
    const { engine, thread } = await opened('main', 2);
    const late = { ...conversation([said(Date.now(), 'late')])[0], order: 20 } as never;
    engine.put(engine.person(2), late);
    expect(texts(thread).indexOf('late')).toBe(1);
  });

  it('opens at the first unread message and remembers how many there were', async () => {
    const { thread } = await opened('main', 2);
    expect(thread.unread).toBe(4);
    expect(thread.firstUnread).toBe(thread.entries[0]?.order);
  });

  it('reads older pages without gaps or doubles, keeps a window, and finds its way back', async () => {
    const { engine, thread } = await opened('long', 30);
    for (let page = 0; page < 12; page += 1) {
      await thread.loadOlder();
      thread.trim('older');
    }
    const orders = thread.entries.map((item) => item.order);
    expect(orders).toHaveLength(600);
    expect(orders.every((order, at) => at === 0 || order === (orders[at - 1] ?? 0) + 16)).toBe(true);
    expect(thread.hasNewer).toBe(true);

    const arrived = { ...conversation([said(Date.now(), 'meanwhile')])[0], order: engine.nextOrder(engine.person(30)) };
    engine.put(engine.person(30), arrived as never);
    expect(texts(thread)).not.toContain('meanwhile');

    await thread.loadNewer();
    expect(thread.changedAtStart).toBe(false);
    await thread.toNewest();
    expect(texts(thread).at(-1)).toBe('meanwhile');
    expect(thread.hasNewer).toBe(false);
  });

  it('says that rows were added at the start only for that change', async () => {
    const { engine, thread } = await opened('long', 30);
    await thread.loadOlder();
    expect(thread.changedAtStart).toBe(true);
    engine.put(engine.person(30), {
      ...conversation([said(Date.now(), 'new')])[0],
      order: engine.nextOrder(engine.person(30)),
    } as never);
    expect(thread.changedAtStart).toBe(false);
  });

  it('mends a lost change with a new snapshot', async () => {
    const { engine, thread } = await opened('main', 3);
    const tomasz = engine.person(3);
    tomasz.entries.push({ ...conversation([said(Date.now(), 'unseen')])[0], order: engine.nextOrder(tomasz) } as never);
    engine.skipRev();
    engine.put(tomasz, { ...conversation([said(Date.now(), 'seen')])[0], order: engine.nextOrder(tomasz) } as never);
    await vi.waitFor(() => expect(texts(thread)).toEqual(['Bring your own stand', 'unseen', 'seen']));
  });

  it('tells when it cannot be opened', async () => {
    const engine = engineFor('main');
    engine.world.people.push(person({ id: 77, title: 'Gone', initials: 'G', hue: 'rose' }));
    const thread = new Thread(78);
    await thread.open();
    expect(thread.loaded).toBe(false);
    expect(toasts.list.at(-1)).toMatchObject({ refusal: { code: 'not_found' } });
  });
});
