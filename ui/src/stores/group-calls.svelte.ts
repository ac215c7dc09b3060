// The calls of groups that there are, as the engine last told it, and who is heard in the one that this person is in.
import { m } from '../i18n';
import type { ChatRow } from '../lib/ipc/bindings/ChatRow';
import type { GroupCallReceived } from '../lib/ipc/bindings/GroupCallReceived';
import type { GroupCallUpdate } from '../lib/ipc/bindings/GroupCallUpdate';
import type { GroupCallView } from '../lib/ipc/bindings/GroupCallView';
import {
  groupCallCamera,
  groupCallHand,
  groupCallJoin,
  groupCallLeave,
  groupCallMute,
  groupCallScreen,
  groupCallStart,
} from '../lib/ipc/client';
import { groupCallSubscribe } from '../lib/ipc/events';
import { attempt, toasts } from './toasts.svelte';

/** As many as a call takes. */
const MOST = 32;

class GroupCalls {
  all = $state.raw<readonly GroupCallView[]>([]);
  own = $state(0);
  levels = $state.raw<ReadonlyMap<number, number>>(new Map());
  speaker = $state<number | null>(null);
  received = $state.raw<readonly GroupCallReceived[]>([]);
  #watch = 0;
  /** The one that this person is in, or was in a moment ago: only its end is told. */
  #was: string | null = null;

  /** The one that this person is in, or is coming into. */
  call = $derived(this.all.find(({ stage }) => stage !== 'rings' && stage !== 'under_way') ?? null);
  /** One that rings, while this person is in none. */
  ringing = $derived(this.call ? null : (this.all.find(({ stage }) => stage === 'rings') ?? null));

  /** The one of a group. */
  of(chat: number): GroupCallView | null {
    return this.all.find((call) => call.chat === chat) ?? null;
  }

  /** A group that can be called now. */
  possible(chat: ChatRow): boolean {
    const { group } = chat;
    return group !== null && group.member && !group.forked && !chat.request && group.members <= MOST;
  }

  async watch(): Promise<void> {
    const watch = (this.#watch += 1);
    await groupCallSubscribe((update) => {
      // What was asked for before a window was drawn anew goes on beside it.
      if (watch === this.#watch) this.receive(update);
    });
  }

  receive(update: GroupCallUpdate): void {
    switch (update.kind) {
      case 'state': {
        this.all = update.calls;
        const now = this.call?.id ?? null;
        if (now !== null && now !== this.#was) this.#begin(now);
        break;
      }
      case 'ended':
        if (update.id === this.#was && update.fault !== null) toasts.say(m.group_call_ended_lost());
        break;
      case 'levels':
        this.own = update.own;
        this.levels = new Map(update.others.map(({ id, level }) => [id, level]));
        this.speaker = update.speaker;
        break;
      case 'numbers':
        this.received = update.received;
        break;
    }
  }

  #begin(call: string): void {
    this.#was = call;
    this.own = 0;
    this.levels = new Map();
    this.speaker = null;
    this.received = [];
  }

  start(chat: number, video: boolean): void {
    void attempt(groupCallStart(chat, video));
  }

  join(call: string, video: boolean): void {
    void attempt(groupCallJoin(call, video));
  }

  leave(call: string): void {
    void attempt(groupCallLeave(call));
  }

  mute(muted: boolean): void {
    void attempt(groupCallMute(muted));
  }

  camera(on: boolean): void {
    void attempt(groupCallCamera(on));
  }

  screen(on: boolean): void {
    void attempt(groupCallScreen(on));
  }

  hand(up: boolean): void {
    void attempt(groupCallHand(up));
  }
}

export const groupCalls = new GroupCalls();
