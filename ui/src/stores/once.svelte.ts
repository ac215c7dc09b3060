// Photos that may be looked at once, while somebody looks at them. Nothing else has them any more.
import type { MessageItem } from '../lib/ipc/bindings/MessageItem';
import { onceOpen } from '../lib/ipc/client';
import { attempt } from './toasts.svelte';

type Looked = { urls: string[]; name: string; at: number };

/** Photos, each behind its length in four bytes. */
function photosIn(bytes: ArrayBuffer): Blob[] {
  const view = new DataView(bytes);
  const photos: Blob[] = [];
  for (let at = 0; at + 4 <= bytes.byteLength;) {
    const end = at + 4 + view.getUint32(at);
    photos.push(new Blob([bytes.slice(at + 4, end)], { type: 'image/jpeg' }));
    at = end;
  }
  return photos;
}

class Once {
  looked = $state.raw<Looked | null>(null);
  #opening = false;

  /** Opens them; from then on they are here alone. */
  async open(chat: number, item: MessageItem, name: string): Promise<void> {
    if (this.#opening || this.looked) return;
    this.#opening = true;
    const bytes = await attempt(onceOpen(chat, item.order));
    this.#opening = false;
    if (!bytes) return;
    this.looked = { urls: photosIn(bytes).map((photo) => URL.createObjectURL(photo)), name, at: item.at };
  }

  close(): void {
    for (const url of this.looked?.urls ?? []) URL.revokeObjectURL(url);
    this.looked = null;
  }
}

export const once = new Once();
