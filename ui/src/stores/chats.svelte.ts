// The chat list: the engine's rows, pinned ones first, then newest first; archived ones apart.
import type { ChatListUpdate } from '../lib/ipc/bindings/ChatListUpdate';
import type { ChatOp } from '../lib/ipc/bindings/ChatOp';
import type { ChatRow } from '../lib/ipc/bindings/ChatRow';
import { chatsSubscribe, unsubscribe } from '../lib/ipc/events';
import { m } from '../i18n';
import { RevisedStream } from './revised';

/** Pinned ones stay in the order in which they were pinned. */
function inOrder(one: ChatRow, other: ChatRow): number {
  if (one.pinned !== null && other.pinned !== null) return one.pinned - other.pinned;
  if (one.pinned !== null || other.pinned !== null) return one.pinned !== null ? -1 : 1;
  return other.order - one.order;
}

/** How often a mute that ends by itself is looked at. */
const LOOK = 20_000;

function applied(rows: readonly ChatRow[], ops: readonly ChatOp[]): ChatRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const op of ops) {
    if (op.kind === 'put') byId.set(op.item.id, op.item);
    else byId.delete(op.id);
  }
  return [...byId.values()].sort(inOrder);
}

export class ChatList {
  #rows = $state.raw<ChatRow[]>([]);
  #now = $state(Date.now());
  #looking: ReturnType<typeof setInterval> | undefined;
  loaded = $state(false);

  /** All of them. The chat with oneself has a name in each language. */
  rows = $derived(this.#rows.map((row) => (row.own ? { ...row, title: m.note_to_self() } : row)));
  listed = $derived(this.rows.filter((row) => !row.archived));
  archived = $derived(this.rows.filter((row) => row.archived));
  blocked = $derived(this.rows.filter((row) => row.blocked));
  unreadChats = $derived(this.listed.filter((row) => row.unread > 0 || row.marked_unread).length);

  readonly #stream = new RevisedStream<ChatListUpdate>(chatsSubscribe, unsubscribe, (update) => {
    this.#rows = update.kind === 'snapshot' ? [...update.items].sort(inOrder) : applied(this.#rows, update.ops);
    this.#now = Date.now();
    this.loaded = true;
  });

  start(): Promise<void> {
    this.#looking ??= setInterval(() => (this.#now = Date.now()), LOOK);
    return this.#stream.start();
  }

  stop(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#stream.stop();
  }

  /** Silent now. A mute that is over counts no more. */
  isMuted(row: ChatRow): boolean {
    return row.muted_until !== null && row.muted_until > this.#now;
  }

  row(chat: number): ChatRow | undefined {
    return this.rows.find((row) => row.id === chat);
  }

  /** The chat above or below in the list, for the keyboard. */
  neighbour(chat: number | null, step: 1 | -1): number | undefined {
    const at = this.listed.findIndex((row) => row.id === chat);
    if (at < 0) return this.listed[0]?.id;
    return this.listed[at + step]?.id;
  }
}

export const chats = new ChatList();
