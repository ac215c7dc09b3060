// The chat list: the engine's rows, newest first.
import type { ChatListUpdate } from '../lib/ipc/bindings/ChatListUpdate';
import type { ChatOp } from '../lib/ipc/bindings/ChatOp';
import type { ChatRow } from '../lib/ipc/bindings/ChatRow';
import { chatsSubscribe, unsubscribe } from '../lib/ipc/events';
import { RevisedStream } from './revised';

const newestFirst = (one: ChatRow, other: ChatRow) => other.order - one.order;

function applied(rows: readonly ChatRow[], ops: readonly ChatOp[]): ChatRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const op of ops) {
    if (op.kind === 'put') byId.set(op.item.id, op.item);
    else byId.delete(op.id);
  }
  return [...byId.values()].sort(newestFirst);
}

export class ChatList {
  rows = $state.raw<ChatRow[]>([]);
  loaded = $state(false);
  unreadChats = $derived(this.rows.filter((row) => row.unread > 0).length);

  readonly #stream = new RevisedStream<ChatListUpdate>(chatsSubscribe, unsubscribe, (update) => {
    this.rows = update.kind === 'snapshot' ? update.items : applied(this.rows, update.ops);
    this.loaded = true;
  });

  start(): Promise<void> {
    return this.#stream.start();
  }

  stop(): void {
    this.#stream.stop();
  }

  row(chat: number): ChatRow | undefined {
    return this.rows.find((row) => row.id === chat);
  }

  /** The chat above or below in the list, for the keyboard. */
  neighbour(chat: number | null, step: 1 | -1): number | undefined {
    const at = this.rows.findIndex((row) => row.id === chat);
    if (at < 0) return this.rows[0]?.id;
    return this.rows[at + step]?.id;
  }
}

export const chats = new ChatList();
