// Short sentences at the foot of the window: what failed, and what to do about it.
import { type Refusal, refusal } from '../lib/ipc/client';

export type Toast = { id: number; refusal: Refusal };

/** Long enough to read two sentences aloud. */
const SHOWN_FOR = 7000;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 0;

  /** Tells that a command failed. The same sentence is not shown twice at once. */
  fail(reason: unknown): void {
    const why = refusal(reason);
    if (why.code === 'internal') console.error('the engine refused:', why.detail);
    this.list = this.list.filter((toast) => toast.refusal.code !== why.code);
    const id = (this.#next += 1);
    this.list = [...this.list, { id, refusal: why }];
    setTimeout(() => this.dismiss(id), SHOWN_FOR);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

/** Runs a command whose failure only needs telling; answers undefined then. */
export async function attempt<Answer>(command: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await command;
  } catch (reason) {
    toasts.fail(reason);
    return undefined;
  }
}
