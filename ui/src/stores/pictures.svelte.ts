// Pictures of people as addresses an <img> can show, each loaded once per revision.
import { SvelteMap } from 'svelte/reactivity';
import { pictureLoad } from '../lib/ipc/client';

/** Whose picture: a chat's, or one's own. */
export type Sitter = number | 'me';

/** Wider than this, in pixels of the page, a circle shows the whole picture; decoded, that takes a megabyte. */
const LARGEST_SMALL = 64;

class Pictures {
  readonly #urls = new SvelteMap<string, string>();
  readonly #revisions = new Map<string, number>();

  /** The address, undefined while it loads, when there is none, or when it cannot be read: initials stand in. */
  url(sitter: Sitter, revision: number, size: number): string | undefined {
    if (revision === 0) return undefined;
    const small = size <= LARGEST_SMALL;
    const key = `${sitter} ${small ? 'small' : 'whole'}`;
    if (this.#revisions.get(key) !== revision) {
      this.#revisions.set(key, revision);
      void this.#load(key, sitter, small, revision);
    }
    return this.#urls.get(key);
  }

  async #load(key: string, sitter: Sitter, small: boolean, revision: number): Promise<void> {
    try {
      const bytes = await pictureLoad(sitter === 'me' ? null : sitter, small);
      if (this.#revisions.get(key) !== revision) return;
      const before = this.#urls.get(key);
      this.#urls.set(key, URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })));
      if (before) URL.revokeObjectURL(before);
    } catch {
      // The initials are already on the screen; a missing picture needs no sentence.
    }
  }
}

export const pictures = new Pictures();
