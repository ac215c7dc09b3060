// Voice messages in the fake world: nothing is heard, and everything happens at once.
import type { AttachmentView } from '../bindings/AttachmentView';
import type { MessageItem } from '../bindings/MessageItem';
import type { PlaybackView } from '../bindings/PlaybackView';
import type { RecordingView } from '../bindings/RecordingView';
import type { VoiceSpeed } from '../bindings/VoiceSpeed';
import type { VoiceUpdate } from '../bindings/VoiceUpdate';
import { UNTOUCHED } from '../../message';
import type { FakeEngine } from './engine';
import { attached } from './files';
import { refuse } from './refuse';
import { type Person, type World, moment, noted, person, said, wrote } from './world';

type Given = Record<string, unknown>;

/** The chat of Ines, who would rather speak than write. */
const CHAT = 26;

/** Something that rises and falls as speech does. */
const waveform = Array.from({ length: 64 }, (_, at) =>
  Math.round(31 * Math.abs(Math.sin(at * 0.9) * Math.sin(at * 0.17 + 0.4))),
);

const speech = (duration: number, part: Partial<AttachmentView> = {}) =>
  attached(0, 'voice-message.ogg', duration * 3, {
    kind: 'voice',
    media_type: 'audio/ogg',
    duration,
    waveform,
    ...part,
  });

const at = (time: string) => moment(0, time);

export const heard = (): Person =>
  person(
    { id: CHAT, title: 'Ines Prado', initials: 'IP', hue: 'moss' },
    {
      presence: { kind: 'online' },
      lines: [
        noted(at('07:55'), { kind: 'encrypted' }),
        said(at('08:00'), '', { attachments: [speech(42_000)], played: true }),
        said(at('08:02'), '', { attachments: [speech(8_000)] }),
        wrote(at('08:05'), '', 'read', { attachments: [speech(15_000)], played: true }),
        wrote(at('08:06'), '', 'delivered', { attachments: [speech(73_000)] }),
        said(at('08:07'), '', { attachments: [speech(21_000, { state: 'absent' })] }),
        said(at('08:08'), '', { attachments: [speech(5_000, { state: 'gone' })] }),
        wrote(at('08:09'), '', 'sending', { attachments: [speech(31_000, { state: 'uploading' })] }),
      ],
    },
  );

export const recording = (part: Partial<RecordingView> = {}): RecordingView => ({
  chat: CHAT,
  state: 'recording',
  duration: 12_400,
  fault: null,
  waveform: part.state ? waveform : [],
  ...part,
});

export const listening = (part: Partial<PlaybackView> = {}): PlaybackView => ({
  chat: CHAT,
  title: 'Ines Prado',
  order: heard().entries[1]?.order ?? null,
  playing: true,
  position: 15_000,
  duration: 42_000,
  speed: 'faster',
  fault: null,
  tone: null,
  ...part,
});

export const spoken = ({ recording, playback }: World): VoiceUpdate => ({
  kind: 'state',
  recording: recording ?? null,
  playback: playback ?? null,
});

function become(engine: FakeEngine, part: Pick<Partial<World>, 'recording' | 'playback'>): void {
  Object.assign(engine.world, part);
  engine.tellVoice(spoken(engine.world));
}

function found(engine: FakeEngine, order: number): { person: Person; item: MessageItem } {
  for (const one of engine.world.people) {
    const item = one.entries.find((entry) => entry.order === order && entry.attachments[0]?.kind === 'voice');
    if (item) return { person: one, item };
  }
  throw refuse('not_found');
}

function send(engine: FakeEngine, id: string): void {
  const now = engine.world.recording;
  if (!now) throw refuse('not_found');
  delete engine.world.recording;
  become(engine, {});
  const one = engine.person(now.chat);
  engine.put(one, {
    ...UNTOUCHED,
    id,
    order: engine.nextOrder(one),
    mine: true,
    at: Date.now(),
    state: 'sent',
    body: { kind: 'text', text: '' },
    attachments: [speech(now.duration)],
  });
}

function play(engine: FakeEngine, { order, from }: Given): void {
  const before = engine.world.playback;
  const speed = before?.speed ?? 'normal';
  if (order === null) {
    const duration = engine.world.recording?.duration ?? 0;
    become(engine, { playback: listening({ order: null, position: 0, duration, speed }) });
    return;
  }
  const { person: one, item } = found(engine, order as number);
  const position = (from as number | null) ?? (before && before.order === order ? before.position : 0);
  const duration = item.attachments[0]?.duration ?? 0;
  const { id: chat, title } = one.row;
  become(engine, { playback: listening({ chat, title, order: item.order, position, duration, speed }) });
  if (!item.mine) engine.put(one, { ...item, played: true });
}

const change = (engine: FakeEngine, part: Partial<PlaybackView>) => {
  if (engine.world.playback) become(engine, { playback: { ...engine.world.playback, ...part } });
};

export const VOICE: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  voice_record: (engine, { chat }) => {
    const now = engine.world.recording;
    if (now && now.chat !== chat) throw refuse('recording_elsewhere');
    become(engine, { recording: recording({ chat: chat as number, duration: now?.duration ?? 1_200 }) });
  },
  voice_pause: (engine) => {
    const now = engine.world.recording;
    if (now) become(engine, { recording: { ...now, state: 'paused', waveform } });
  },
  voice_discard: (engine) => {
    delete engine.world.recording;
    become(engine, {});
  },
  voice_send: (engine, { id }) => send(engine, id as string),
  voice_play: play,
  voice_rest: (engine) => change(engine, { playing: false }),
  voice_close: (engine) => {
    delete engine.world.playback;
    become(engine, {});
  },
  voice_seek: (engine, { position }) => change(engine, { position: position as number }),
  voice_speed: (engine, { speed }) => change(engine, { speed: speed as VoiceSpeed }),
};
