// Calls of groups in the fake world: others are in one, and whoever comes in is in it at once.
import type { GroupCallPerson } from '../bindings/GroupCallPerson';
import type { GroupCallSide } from '../bindings/GroupCallSide';
import type { GroupCallView } from '../bindings/GroupCallView';
import type { FakeEngine } from './engine';
import { MYSELF, who } from './groups';
import { refuse } from './refuse';

type Given = Record<string, unknown>;

const SIDE: GroupCallSide = { muted: false, camera: false, screen: false, hand: false };

const someone = (id: number, name: string, initials: string, hue: string, side: Partial<GroupCallSide> = {}) =>
  ({
    id,
    person: who(name, initials, hue),
    side: { ...SIDE, ...side },
    hand_since: side.hand ? Date.now() - 48_000 : null,
  }) satisfies GroupCallPerson;

const PEOPLE = [
  someone(11, 'Anouk Duarte', 'AD', 'iris', { camera: true }),
  someone(12, 'Tomasz Wilk', 'TW', 'brass', { camera: true }),
  someone(13, 'Ilse Vermeer', 'IV', 'lagoon', { camera: true, hand: true }),
  someone(14, 'Jonas Reuter', 'JR', 'clay', { camera: true, muted: true }),
  someone(15, 'Edda Brandt', 'EB', 'moss', { muted: true }),
];

/** A call of the house by the lake; scenes and tests change what they need. */
export const groupCall = (part: Partial<GroupCallView> = {}): GroupCallView => ({
  id: '9ca11'.padStart(32, '0'),
  chat: 40,
  video: true,
  by: PEOPLE[0]?.person ?? MYSELF,
  stage: 'under_way',
  since: Date.now() - 1_865_000,
  own: SIDE,
  people: PEOPLE,
  problems: [],
  voice_only: false,
  ...part,
});

/** It is another one from now on, and the windows know. */
export function setGroupCall(engine: FakeEngine, part: Partial<GroupCallView> | null): void {
  engine.world.groupCall = part && groupCall({ ...(engine.world.groupCall ?? {}), ...part });
  const calls = engine.world.groupCall ? [engine.world.groupCall] : [];
  engine.tellGroupCalls({ kind: 'state', calls });
}

function current(engine: FakeEngine): GroupCallView {
  if (!engine.world.groupCall) throw refuse('not_found');
  return engine.world.groupCall;
}

function show(engine: FakeEngine, part: Partial<GroupCallSide>): void {
  setGroupCall(engine, { own: { ...current(engine).own, ...part } });
}

export const GROUP_CALLS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  group_call_start: (engine, { chat, video }) => {
    if (engine.world.groupCall) throw refuse('in_call');
    const own = { ...SIDE, camera: video as boolean };
    const since = Date.now();
    setGroupCall(engine, {
      chat: chat as number,
      video: video as boolean,
      by: MYSELF,
      people: [],
      own,
      since,
      stage: 'talking',
    });
  },
  group_call_join: (engine, { video }) =>
    setGroupCall(engine, { stage: 'talking', own: { ...SIDE, camera: video as boolean } }),
  group_call_leave: (engine) =>
    setGroupCall(engine, current(engine).people.length > 0 ? { stage: 'under_way', own: SIDE } : null),
  group_call_mute: (engine, { muted }) => show(engine, { muted: muted as boolean }),
  group_call_camera: (engine, { on }) => show(engine, { camera: on as boolean, screen: false }),
  group_call_screen: (engine, { on }) => show(engine, { screen: on as boolean, camera: false }),
  group_call_hand: (engine, { up }) => show(engine, { hand: up as boolean }),
  group_call_frame_drawn: () => undefined,
};
