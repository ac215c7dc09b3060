// Files of messages as addresses that pages can show, and how far those on their way have come.
import { SvelteMap } from 'svelte/reactivity';
import type { AttachmentView } from '../lib/ipc/bindings/AttachmentView';
import { attachmentLoad } from '../lib/ipc/client';

/** Pictures kept though nothing shows them: scrolling back must not read them again. */
const KEPT = 48;

type Loaded = { shown: number; url: string | undefined };
export type Way = { done: number; total: number };

const key = (order: number, place: number) => `${order}.${place}`;

class Files {
  readonly #urls = new SvelteMap<string, string>();
  /** By when they were last let go of. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #ways = new SvelteMap<string, Way>();

  /** The address of a file, undefined while it loads. Only for what is held. */
  url(order: number, place: number): string | undefined {
    return this.#urls.get(key(order, place));
  }

  /** Holds a file while something shows it; the answer lets go of it. */
  hold(order: number, file: AttachmentView, type: string): () => void {
    const name = key(order, file.place);
    const known = this.#loaded.get(name);
    const loaded = known ?? { shown: 0, url: undefined };
    loaded.shown += 1;
    this.#loaded.delete(name);
    this.#loaded.set(name, loaded);
    if (!known) void this.#load(name, order, file.place, type, loaded);
    return () => {
      loaded.shown -= 1;
      this.#tidy();
    };
  }

  async #load(name: string, order: number, place: number, type: string, loaded: Loaded): Promise<void> {
    try {
      const bytes = await attachmentLoad(order, place);
      if (this.#loaded.get(name) !== loaded) return;
      loaded.url = URL.createObjectURL(new Blob([bytes], { type }));
      this.#urls.set(name, loaded.url);
    } catch {
      // Its preview stays; whoever asks for it again tries again.
      if (this.#loaded.get(name) === loaded) this.#loaded.delete(name);
    }
  }

  #tidy(): void {
    const idle = [...this.#loaded].filter(([, loaded]) => loaded.shown === 0);
    for (const [name, loaded] of idle.slice(0, Math.max(0, idle.length - KEPT))) {
      this.#loaded.delete(name);
      this.#urls.delete(name);
      if (loaded.url) URL.revokeObjectURL(loaded.url);
    }
  }

  /** The engine says how far a file has come. */
  moved(order: number, place: number, done: number, total: number): void {
    if (done >= total) this.#ways.delete(key(order, place));
    else this.#ways.set(key(order, place), { done, total });
  }

  /** How far a file has come, while it is on its way. */
  way(order: number, place: number): Way | undefined {
    return this.#ways.get(key(order, place));
  }
}

export const files = new Files();
