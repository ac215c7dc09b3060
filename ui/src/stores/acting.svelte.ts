// What one is about to do in an open conversation: answer, edit, select, delete, forward.
import type { MessageItem } from '../lib/ipc/bindings/MessageItem';
import { emojiUsed, messagePin, messageReact, messageStar } from '../lib/ipc/client';
import { attempt } from './toasts.svelte';

export type ActionDialog =
  | { kind: 'delete' | 'forward'; items: readonly MessageItem[] }
  | { kind: 'history' | 'receipts' | 'votes'; item: MessageItem }
  | { kind: 'poll' | 'card' | 'place' }
  | { kind: 'later'; text: string };

export class Acting {
  readonly chat: number;
  /** Several people are in it. */
  readonly group: boolean;
  /** The message that the next one answers. */
  answering = $state.raw<MessageItem | null>(null);
  /** The message that is being given other words. */
  editing = $state.raw<MessageItem | null>(null);
  /** The messages chosen, while one chooses. */
  selected = $state.raw<ReadonlyMap<number, MessageItem> | null>(null);
  /** The message whose menu is open. */
  menuOf = $state.raw<MessageItem | null>(null);
  dialog = $state.raw<ActionDialog | null>(null);
  /** The message one has just jumped to. */
  found = $state<number | null>(null);

  constructor(chat: number, group = false) {
    this.chat = chat;
    this.group = group;
  }

  answer(item: MessageItem): void {
    this.editing = null;
    this.answering = item;
  }

  edit(item: MessageItem): void {
    this.answering = null;
    this.editing = item;
  }

  /** Neither answers nor edits any more. */
  rest(): void {
    this.answering = null;
    this.editing = null;
  }

  select(item: MessageItem): void {
    const next = new Map(this.selected);
    if (!next.delete(item.order)) next.set(item.order, item);
    this.selected = next;
  }

  endSelection(): void {
    this.selected = null;
  }

  /** The chosen ones, oldest first. */
  get chosen(): MessageItem[] {
    return [...(this.selected?.values() ?? [])].sort((one, other) => one.order - other.order);
  }

  /** The same emoji again takes it back. */
  react(item: MessageItem, emoji: string): void {
    const mine = item.reactions.some((reaction) => reaction.mine && reaction.emoji === emoji);
    void attempt(messageReact(this.chat, item.order, mine ? null : emoji));
    // Only the order of the picker hangs on it.
    if (!mine) emojiUsed(emoji).catch(() => undefined);
  }

  star(items: readonly MessageItem[], starred: boolean): void {
    const orders = items.map((item) => item.order);
    void attempt(messageStar(this.chat, orders, starred));
  }

  pin(item: MessageItem): void {
    void attempt(messagePin(this.chat, item.order, !item.pinned));
  }
}
