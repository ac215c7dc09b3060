// The call that there is, as the engine last told it, and for a moment the one that has just ended.
import type { CallNumbers } from '../lib/ipc/bindings/CallNumbers';
import type { CallUpdate } from '../lib/ipc/bindings/CallUpdate';
import type { CallView } from '../lib/ipc/bindings/CallView';
import type { ChatRow } from '../lib/ipc/bindings/ChatRow';
import { callAnswer, callCamera, callDeviceUse, callEnd, callMute, callScreen, callStart } from '../lib/ipc/client';
import { callSubscribe } from '../lib/ipc/events';
import { attempt } from './toasts.svelte';

export type Ended = Extract<CallUpdate, { kind: 'ended' }>;

/** How long the end of a call is shown. */
const SHOWN_FOR = 2_500;

class Calls {
  call = $state.raw<CallView | null>(null);
  ended = $state.raw<Ended | null>(null);
  levels = $state.raw({ own: 0, other: 0 });
  numbers = $state.raw<CallNumbers | null>(null);
  #watch = 0;
  #hiding: ReturnType<typeof setTimeout> | undefined;

  /** Somebody calls, and nothing was decided yet. */
  ringing = $derived(this.call?.stage.kind === 'incoming' ? this.call : null);

  /** A person to whom something can be said now. */
  possible(chat: ChatRow): boolean {
    return !chat.own && !chat.blocked && !chat.request && chat.group === null && chat.trust !== 'violated';
  }

  async watch(): Promise<void> {
    const watch = (this.#watch += 1);
    await callSubscribe((update) => {
      // What was asked for before a window was drawn anew goes on beside it.
      if (watch === this.#watch) this.receive(update);
    });
  }

  receive(update: CallUpdate): void {
    switch (update.kind) {
      case 'state':
        if (update.call && update.call.id !== this.call?.id) this.#begin();
        this.call = update.call;
        break;
      case 'ended':
        this.ended = update;
        clearTimeout(this.#hiding);
        this.#hiding = setTimeout(() => (this.ended = null), SHOWN_FOR);
        break;
      case 'levels':
        this.levels = { own: update.own, other: update.other };
        break;
      case 'numbers':
        this.numbers = update.numbers;
        break;
    }
  }

  #begin(): void {
    clearTimeout(this.#hiding);
    this.ended = null;
    this.numbers = null;
    this.levels = { own: 0, other: 0 };
  }

  start(chat: number, video: boolean): void {
    void attempt(callStart(chat, video));
  }

  answer(video: boolean): void {
    void attempt(callAnswer(video));
  }

  end(): void {
    void attempt(callEnd());
  }

  mute(muted: boolean): void {
    void attempt(callMute(muted));
  }

  camera(on: boolean): void {
    void attempt(callCamera(on));
  }

  screen(on: boolean): void {
    void attempt(callScreen(on));
  }

  use(kind: Parameters<typeof callDeviceUse>[0], id: string | null): void {
    void attempt(callDeviceUse(kind, id));
  }
}

export const calls = new Calls();
