// Calls in the fake world: somebody may call, and whoever is called answers when a scene says so.
import type { CallSide } from '../bindings/CallSide';
import type { CallUpdate } from '../bindings/CallUpdate';
import type { CallView } from '../bindings/CallView';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';

type Given = Record<string, unknown>;

const NOTHING: CallSide = { muted: false, camera: false, screen: false };

/** A call of the person of the first chat; scenes and tests change what they need. */
export const call = (part: Partial<CallView> = {}): CallView => ({
  id: 'ca11'.padStart(32, '0'),
  chat: 1,
  mine: true,
  stage: { kind: 'calling' },
  video: false,
  own: NOTHING,
  other: NOTHING,
  quality: 'good',
  relayed: false,
  problems: [],
  ...part,
});

/** It is another one from now on, and the windows know. */
export function setCall(engine: FakeEngine, part: Partial<CallView> | null): void {
  engine.world.call = part && call({ ...(engine.world.call ?? {}), ...part });
  engine.tellCalls({ kind: 'state', call: engine.world.call });
}

function send(engine: FakeEngine, part: Partial<CallSide>): void {
  setCall(engine, { own: { ...current(engine).own, ...part } });
}

function current(engine: FakeEngine): CallView {
  if (!engine.world.call) throw refuse('not_found');
  return engine.world.call;
}

/** How the window is told that the small one is gone. */
const floating = new WeakMap<FakeEngine, () => void>();

export const CALLS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  call_start: (engine, { chat, video }) => {
    if (engine.world.call) throw refuse('in_call');
    setCall(engine, { chat: chat as number, video: video as boolean, own: { ...NOTHING, camera: video as boolean } });
  },
  call_answer: (engine, { video }) =>
    setCall(engine, {
      ...current(engine),
      own: { ...NOTHING, camera: video as boolean },
      stage: { kind: 'talking', since: Date.now() },
    }),
  call_end: (engine) => {
    const { id, chat, mine, stage } = current(engine);
    const talked = stage.kind === 'talking' || stage.kind === 'reconnecting';
    const outcome = talked ? 'answered' : mine ? 'cancelled' : 'declined';
    setCall(engine, null);
    engine.tellCalls({ kind: 'ended', id, chat, mine, outcome, fault: null } satisfies CallUpdate);
  },
  call_float: (engine) => new Promise<void>((done) => floating.set(engine, done)),
  call_float_end: (engine) => floating.get(engine)?.(),
  call_float_move: () => undefined,
  call_mute: (engine, { muted }) => send(engine, { muted: muted as boolean }),
  call_camera: (engine, { on }) => send(engine, { camera: on as boolean }),
  call_screen: (engine, { on }) => send(engine, { screen: on as boolean }),
  call_history: (engine, { before }) =>
    (before === null ? engine.world.people : [])
      .flatMap(({ row, entries }) =>
        entries.flatMap(({ id, order, mine, at, body }) =>
          body.kind === 'call' ? [{ chat: row.id, title: row.title, id, order, mine, at, call: body.call }] : [],
        ),
      )
      .sort((one, other) => other.at - one.at),
  call_frame_drawn: () => undefined,
  call_devices: () => [
    { kind: 'microphone', id: 'built-in', name: 'Built-in microphone' },
    { kind: 'microphone', id: 'headset', name: 'Headset' },
    { kind: 'speaker', id: 'built-in', name: 'Built-in speakers' },
    { kind: 'speaker', id: 'headset', name: 'Headset' },
    { kind: 'camera', id: '/dev/video0', name: 'Built-in camera' },
    { kind: 'screen', id: '1', name: 'Screen 1' },
  ],
  call_device_use: (engine, { kind, id }) => {
    const { settings } = engine.world.state;
    if (settings) engine.setState({ settings: { ...settings, [kind as string]: id as string | null } });
  },
  call_trial: (engine, { on }) => {
    const problems = engine.world.broken ?? [];
    engine.tellCalls({ kind: 'trial', trial: on ? { camera: false, problems } : null });
    if (on) engine.tellCalls({ kind: 'levels', own: 0.6, other: 0 });
  },
  call_trial_camera: (engine, { on }) =>
    engine.tellCalls({ kind: 'trial', trial: { camera: on as boolean, problems: engine.world.broken ?? [] } }),
  call_trial_sound: () => undefined,
};
