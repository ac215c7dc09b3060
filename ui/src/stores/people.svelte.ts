// Who is online and who is writing. Apart from the chat list, so that a keystroke elsewhere redraws no rows.
import { SvelteMap } from 'svelte/reactivity';
import type { PresenceView } from '../lib/ipc/bindings/PresenceView';

const NOTHING_KNOWN: PresenceView = { kind: 'unknown' };

class People {
  readonly #presence = new SvelteMap<number, PresenceView>();
  /** In a group, what those are called who write. */
  readonly #writing = new SvelteMap<number, readonly string[]>();

  presence(chat: number): PresenceView {
    return this.#presence.get(chat) ?? NOTHING_KNOWN;
  }

  isOnline(chat: number): boolean {
    return this.presence(chat).kind === 'online';
  }

  isWriting(chat: number): boolean {
    return this.#writing.has(chat);
  }

  /** Who writes in a group; nobody is named in a chat with one person. */
  writers(chat: number): readonly string[] {
    return this.#writing.get(chat) ?? [];
  }

  seen(chat: number, presence: PresenceView): void {
    this.#presence.set(chat, presence);
  }

  wrote(chat: number, writing: boolean, names: readonly string[] = []): void {
    if (writing) this.#writing.set(chat, names);
    else this.#writing.delete(chat);
  }

  /** After a lost connection nothing is known of anybody. */
  forget(): void {
    this.#presence.clear();
    this.#writing.clear();
  }
}

export const people = new People();
