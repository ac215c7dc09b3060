// Pictures of people as addresses an <img> can show, each loaded once per revision.
import { SvelteMap } from 'svelte/reactivity';
import { pictureLoad } from '../lib/ipc/client';

/** Whose picture: a chat's, or one's own. */
export type Sitter = number | 'me';

class Pictures {
  readonly #urls = new SvelteMap<Sitter, string>();
  readonly #revisions = new Map<Sitter, number>();

  /** The address, undefined while it loads, when there is none, or when it cannot be read: initials stand in. */
  url(sitter: Sitter, revision: number): string | undefined {
    if (revision === 0) return undefined;
    if (this.#revisions.get(sitter) !== revision) {
      this.#revisions.set(sitter, revision);
      void this.#load(sitter, revision);
    }
    return this.#urls.get(sitter);
  }

  async #load(sitter: Sitter, revision: number): Promise<void> {
    try {
      const bytes = await pictureLoad(sitter === 'me' ? null : sitter);
      if (this.#revisions.get(sitter) !== revision) return;
      const before = this.#urls.get(sitter);
      this.#urls.set(sitter, URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })));
      if (before) URL.revokeObjectURL(before);
    } catch {
      // The initials are already on the screen; a missing picture needs no sentence.
    }
  }
}

export const pictures = new Pictures();
