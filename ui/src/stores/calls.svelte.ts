// The call that there is, as the engine last told it, and for a moment the one that has just ended.
import type { CallEntryView } from '../lib/ipc/bindings/CallEntryView';
import type { CallNumbers } from '../lib/ipc/bindings/CallNumbers';
import type { CallTrial } from '../lib/ipc/bindings/CallTrial';
import type { CallUpdate } from '../lib/ipc/bindings/CallUpdate';
import type { CallView } from '../lib/ipc/bindings/CallView';
import type { ChatRow } from '../lib/ipc/bindings/ChatRow';
import {
  callAnswer,
  callCamera,
  callDeviceUse,
  callEnd,
  callFloat,
  callFloatEnd,
  callHistory,
  callMute,
  callScreen,
  callStart,
  messageDelete,
} from '../lib/ipc/client';
import { callSubscribe } from '../lib/ipc/events';
import { app } from './app.svelte';
import { place } from './place.svelte';
import { attempt } from './toasts.svelte';

export type Ended = Extract<CallUpdate, { kind: 'ended' }>;

/** How long the end of a call is shown. */
const SHOWN_FOR = 2_500;

/** So many calls of the list come at once. */
const PAGE = 100;

class Calls {
  call = $state.raw<CallView | null>(null);
  ended = $state.raw<Ended | null>(null);
  levels = $state.raw({ own: 0, other: 0 });
  numbers = $state.raw<CallNumbers | null>(null);
  /** Calls there were, the newest first; null until they were asked for. */
  history = $state.raw<readonly CallEntryView[] | null>(null);
  /** There are older ones. */
  older = $state(false);
  /** The test of devices, while there is one. */
  trial = $state.raw<CallTrial | null>(null);
  /** It floats over the window, which goes on meanwhile. */
  small = $state(false);
  /** A small window of its own shows it, over other programs. */
  floating = $state(false);
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
      case 'trial':
        this.trial = update.trial;
        break;
      case 'numbers':
        this.numbers = update.numbers;
        break;
    }
  }

  #begin(): void {
    clearTimeout(this.#hiding);
    this.ended = null;
    this.small = false;
    this.numbers = null;
    this.levels = { own: 0, other: 0 };
  }

  /** The newest calls there were. */
  async loadHistory(): Promise<void> {
    const newest = await attempt(callHistory(null));
    if (!newest) return;
    this.history = newest;
    this.older = newest.length === PAGE;
  }

  async loadOlder(): Promise<void> {
    const last = this.history?.at(-1);
    const older = last && (await attempt(callHistory(last.order)));
    if (!older) return;
    this.history = [...(this.history ?? []), ...older];
    this.older = older.length === PAGE;
  }

  /** Takes a call out of the list, and its line out of the conversation. */
  async forget(entry: CallEntryView): Promise<void> {
    await attempt(messageDelete(entry.chat, [entry.order], false));
    await this.loadHistory();
  }

  /** Calls somebody. Before the first call one's own devices are shown, so that it does not begin with "can you hear me". */
  start(chat: number, video: boolean): void {
    if (app.settings?.devices_tried === false) place.overlay = { kind: 'try_devices', chat, video };
    else void attempt(callStart(chat, video));
  }

  /** The devices were tried, or seen. */
  async tried(chat: number, video: boolean): Promise<void> {
    place.overlay = null;
    await app.change({ devices_tried: true });
    await attempt(callStart(chat, video));
  }

  /** The call moves to a small window of its own, until that is gone. */
  async float(): Promise<void> {
    const floated = this.call?.id;
    this.floating = this.small = true;
    await attempt(callFloat());
    this.floating = false;
    if (this.call?.id === floated) this.small = false;
  }

  /** Back to the whole window, from whichever small form it has. */
  enlarge(): void {
    if (this.floating) void attempt(callFloatEnd());
    else this.small = false;
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
