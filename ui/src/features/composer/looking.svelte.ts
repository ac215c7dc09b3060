// The page behind the first address in what is being written, looked at by the engine while one writes.
import type { LinkPreviewView } from '../../lib/ipc/bindings/LinkPreviewView';
import { linkPreview, linkPreviewClose } from '../../lib/ipc/client';
import { app } from '../../stores/app.svelte';

/** After the last key: an address is rarely written by hand, and half of one is another page. */
const REST = 700;
/** Only whether it is worth asking; the engine decides what an address is. */
const ADDRESS = /https?:\/\/[^\s<>"`]+/u;

export type Look =
  { kind: 'none' } | { kind: 'loading' } | { kind: 'failed' } | { kind: 'page'; page: LinkPreviewView };

const NONE: Look = { kind: 'none' };

export class Looking {
  readonly #chat: number;
  look = $state.raw<Look>(NONE);
  /** The address that is looked at, as far as this side can tell. */
  #address = '';
  #closed = new Set<string>();
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(chat: number) {
    this.#chat = chat;
  }

  /** Something was written. */
  written(text: string): void {
    const address = ADDRESS.exec(text)?.[0] ?? '';
    if (address === this.#address) return;
    this.#address = address;
    clearTimeout(this.#rest);
    if (!address || this.#closed.has(address) || !app.settings?.link_previews) {
      this.look = NONE;
      return;
    }
    this.look = { kind: 'loading' };
    this.#rest = setTimeout(() => void this.#see(address, text), REST);
  }

  async #see(address: string, text: string): Promise<void> {
    let look: Look;
    try {
      const page = await linkPreview(this.#chat, text);
      look = page ? { kind: 'page', page } : NONE;
    } catch {
      look = { kind: 'failed' };
    }
    if (this.#address === address && !this.#closed.has(address)) this.look = look;
  }

  /** Not this page. */
  close(): void {
    this.#closed.add(this.#address);
    clearTimeout(this.#rest);
    this.look = NONE;
    linkPreviewClose(this.#chat).catch(() => undefined);
  }

  /** It was sent, or is not written any more: what comes next begins anew. */
  end(): void {
    clearTimeout(this.#rest);
    this.#address = '';
    this.#closed.clear();
    this.look = NONE;
  }
}
