// The voice message that is being recorded, and the one that is listened to, as the engine last told it.
import { drawMessageId } from '../lib/id';
import type { PlaybackView } from '../lib/ipc/bindings/PlaybackView';
import type { RecordingView } from '../lib/ipc/bindings/RecordingView';
import type { VoiceSpeed } from '../lib/ipc/bindings/VoiceSpeed';
import type { VoiceUpdate } from '../lib/ipc/bindings/VoiceUpdate';
import {
  voiceClose,
  voiceDiscard,
  voicePause,
  voicePlay,
  voiceRecord,
  voiceRest,
  voiceSeek,
  voiceSend,
  voiceSpeed,
} from '../lib/ipc/client';
import { voiceSubscribe } from '../lib/ipc/events';
import { attempt } from './toasts.svelte';

const FASTER: Record<VoiceSpeed, VoiceSpeed> = { normal: 'faster', faster: 'double', double: 'normal' };
/** Levels that are drawn while recording. */
const LEVELS = 40;

class Voice {
  recording = $state.raw<RecordingView | null>(null);
  playback = $state.raw<PlaybackView | null>(null);
  /** Loudness from 0 to 1, the newest last. */
  levels = $state.raw<readonly number[]>([]);
  duration = $state(0);
  position = $state(0);
  /** The button is held: letting go sends. */
  held = $state(false);
  /** As it was chosen last; the engine keeps it for the next message. */
  speed = $state<VoiceSpeed>('normal');
  #watch = 0;

  async watch(): Promise<void> {
    const watch = (this.#watch += 1);
    await voiceSubscribe((update) => {
      // What was asked for before a window was drawn anew goes on beside it.
      if (watch === this.#watch) this.receive(update);
    });
  }

  receive(update: VoiceUpdate): void {
    switch (update.kind) {
      case 'state':
        if (update.recording?.chat !== this.recording?.chat) this.levels = [];
        this.recording = update.recording;
        this.duration = update.recording?.duration ?? 0;
        this.playback = update.playback;
        this.position = update.playback?.position ?? 0;
        if (update.playback) this.speed = update.playback.speed;
        break;
      case 'level':
        this.levels = [...this.levels, update.level].slice(-LEVELS);
        this.duration = update.duration;
        break;
      case 'position':
        this.position = update.position;
        break;
    }
  }

  /** What plays or waits of a message; of the recording for null. */
  of(order: number | null): PlaybackView | null {
    return this.playback?.order === order ? this.playback : null;
  }

  async record(chat: number): Promise<void> {
    await attempt(voiceRecord(chat));
  }

  pause(): void {
    void attempt(voicePause());
  }

  discard(): void {
    void attempt(voiceDiscard());
  }

  async send(answered: number | null): Promise<void> {
    await attempt(voiceSend(drawMessageId(), answered));
  }

  toggle(order: number | null): void {
    void attempt(this.of(order)?.playing ? voiceRest() : voicePlay(order));
  }

  /** Goes on from there; what does not play yet begins there. */
  seek(order: number | null, position: number): void {
    const at = Math.max(0, Math.round(position));
    if (this.of(order)) {
      this.position = at;
      void attempt(voiceSeek(at));
    } else void attempt(voicePlay(order, at));
  }

  faster(): void {
    this.speed = FASTER[this.speed];
    void attempt(voiceSpeed(this.speed));
  }

  close(): void {
    void attempt(voiceClose());
  }
}

export const voice = new Voice();
