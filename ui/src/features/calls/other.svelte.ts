// The other side of a call, for a window that shows no list of chats.
import type { ChatRow } from '../../lib/ipc/bindings/ChatRow';
import { chatRow } from '../../lib/ipc/client';
import { attempt } from '../../stores/toasts.svelte';

export class Other {
  row = $state.raw<ChatRow | null>(null);

  constructor(chat: () => number | undefined) {
    $effect(() => {
      const wanted = chat();
      if (wanted !== undefined && wanted !== this.row?.id) void this.#learn(wanted);
    });
  }

  async #learn(chat: number): Promise<void> {
    this.row = (await attempt(chatRow(chat))) ?? this.row;
  }
}
