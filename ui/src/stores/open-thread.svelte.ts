// The conversation that is drawn. The one before stays until the next can be drawn whole: an empty one in between costs
// the eye a flash and WebKit a painting of the whole sheet.
import { Thread } from './thread.svelte';

/** From here on a wait is shown as one, milliseconds. */
const PATIENCE = 150;

export class OpenThread {
  /** What is drawn. */
  thread = $state.raw<Thread | null>(null);
  /** What will be drawn next, while it is read. */
  #next = $state.raw<Thread | null>(null);
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** While the next one is read, nothing may be done in the one before: it would go to the wrong people. */
  get turning(): boolean {
    return this.#next !== null;
  }

  /** Draws a chat's conversation as soon as it is read, or none at all. */
  turnTo(chat: number | undefined): void {
    const latest = this.#next ?? this.thread;
    if (latest?.chat === chat) return;
    this.#give();
    // Back to what is still drawn, before the next one was there.
    if (this.thread?.chat === chat) return;
    if (chat === undefined) {
      this.#draw(null);
      return;
    }
    const next = new Thread(chat);
    const opening = next.open();
    if (this.thread === null) {
      this.#draw(next);
      return;
    }
    this.#next = next;
    const draw = () => {
      if (this.#next !== next) return;
      this.#give(next);
      this.#draw(next);
    };
    this.#waiting = setTimeout(draw, PATIENCE);
    void next.read.then(draw);
    void opening.then(draw);
  }

  /** Forgets what was waited for; closes it, unless it is what will be drawn. */
  #give(kept?: Thread): void {
    clearTimeout(this.#waiting);
    if (this.#next !== kept) this.#next?.close();
    this.#next = null;
  }

  #draw(thread: Thread | null): void {
    this.thread?.close();
    this.thread = thread;
  }
}
