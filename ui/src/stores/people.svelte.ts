// Who is online and who is writing. Apart from the chat list, so that a keystroke elsewhere redraws no rows.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { PresenceView } from '../lib/ipc/bindings/PresenceView';

const NOTHING_KNOWN: PresenceView = { kind: 'unknown' };

class People {
  readonly #presence = new SvelteMap<number, PresenceView>();
  readonly #writing = new SvelteSet<number>();

  presence(chat: number): PresenceView {
    return this.#presence.get(chat) ?? NOTHING_KNOWN;
  }

  isOnline(chat: number): boolean {
    return this.presence(chat).kind === 'online';
  }

  isWriting(chat: number): boolean {
    return this.#writing.has(chat);
  }

  seen(chat: number, presence: PresenceView): void {
    this.#presence.set(chat, presence);
  }

  wrote(chat: number, writing: boolean): void {
    if (writing) this.#writing.add(chat);
    else this.#writing.delete(chat);
  }

  /** After a lost connection nothing is known of anybody. */
  forget(): void {
    this.#presence.clear();
    this.#writing.clear();
  }
}

export const people = new People();
