// Short sentences at the foot of the window: what failed and what to do about it, or what was done and can be undone.
import { type Refusal, refusal } from '../lib/ipc/client';

export type ToastAction = { label: string; run: () => void };
export type Toast = { id: number } & ({ refusal: Refusal } | { text: string; action?: ToastAction | undefined });

/** Long enough to read two sentences aloud. */
const SHOWN_FOR = 7000;

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 0;

  /** Tells that a command failed. The same sentence is not shown twice at once. */
  fail(reason: unknown): void {
    const why = refusal(reason);
    if (why.code === 'internal') console.error('the engine refused:', why.detail);
    this.list = this.list.filter((toast) => !('refusal' in toast) || toast.refusal.code !== why.code);
    this.#show({ id: (this.#next += 1), refusal: why });
  }

  /** Tells what was done; one such sentence at a time. */
  say(text: string, action?: ToastAction): void {
    this.list = this.list.filter((toast) => 'refusal' in toast);
    this.#show({ id: (this.#next += 1), text, action });
  }

  #show(toast: Toast): void {
    this.list = [...this.list, toast];
    setTimeout(() => this.dismiss(toast.id), SHOWN_FOR);
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

/** The same, for a command that answers nothing; true when it was done. */
export async function done(command: Promise<void>): Promise<boolean> {
  try {
    await command;
    return true;
  } catch (reason) {
    toasts.fail(reason);
    return false;
  }
}
