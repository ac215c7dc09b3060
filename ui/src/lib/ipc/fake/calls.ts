// Calls in the fake world: somebody may call, and whoever is called answers when a scene says so.
import type { CallUpdate } from '../bindings/CallUpdate';
import type { CallView } from '../bindings/CallView';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';

type Given = Record<string, unknown>;

/** A call of the person of the first chat; scenes and tests change what they need. */
export const call = (part: Partial<CallView> = {}): CallView => ({
  id: 'ca11'.padStart(32, '0'),
  chat: 1,
  mine: true,
  stage: { kind: 'calling' },
  muted: false,
  other_muted: false,
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

function current(engine: FakeEngine): CallView {
  if (!engine.world.call) throw refuse('not_found');
  return engine.world.call;
}

export const CALLS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  call_start: (engine, { chat }) => {
    if (engine.world.call) throw refuse('in_call');
    setCall(engine, { chat: chat as number });
  },
  call_answer: (engine) => setCall(engine, { ...current(engine), stage: { kind: 'talking', since: Date.now() } }),
  call_end: (engine) => {
    const { id, chat, mine, stage } = current(engine);
    const talked = stage.kind === 'talking' || stage.kind === 'reconnecting';
    const outcome = talked ? 'answered' : mine ? 'cancelled' : 'declined';
    setCall(engine, null);
    engine.tellCalls({ kind: 'ended', id, chat, mine, outcome, fault: null } satisfies CallUpdate);
  },
  call_mute: (engine, { muted }) => setCall(engine, { muted: muted as boolean }),
  call_devices: () => [
    { kind: 'microphone', id: 'built-in', name: 'Built-in microphone' },
    { kind: 'microphone', id: 'headset', name: 'Headset' },
    { kind: 'speaker', id: 'built-in', name: 'Built-in speakers' },
    { kind: 'speaker', id: 'headset', name: 'Headset' },
  ],
  call_device_use: () => undefined,
};
