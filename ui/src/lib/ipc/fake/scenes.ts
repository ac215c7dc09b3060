// The scenes the fake engine can start in, by the name in `?fake=`.
import { closedLago, forkedLago, lago, leftLago, linkedLago, namedLago, ownLago } from './group-people';
import { album, collected } from './files-people';
import { call } from './calls';
import { groupCall } from './group-calls';
import { actions, arabic, called, longThread, maren, marenViolated, noor, others, parts, states } from './people';
import { linked } from './links';
import { secretive } from './once';
import { heard, listening, recording } from './voice';
import { LOCAL_RELAY, ME, SETTINGS, type World, onboarding, signedIn } from './world';
import { withStories } from './stories';
import type { Stage } from '../bindings/Stage';

function before(stage: Stage, part: Partial<World['state']> = {}): World {
  return {
    state: { stage, me: null, settings: SETTINGS, connection: { kind: 'idle' }, version: '0.1.0', ...part },
    localRelay: { kind: 'running' },
    people: [noor(), ...others()],
    emoji: [],
    folders: [],
    lively: true,
    call: null,
  };
}

export const scenes: Record<string, () => World> = {
  main: () => signedIn([noor(), maren(), ...others()]),
  lively: () => ({ ...signedIn([{ ...noor(), writing: false }, maren(), ...others()]), lively: true }),
  empty: () => signedIn([]),
  loading: () => ({ ...signedIn([noor()]), loading: true }),
  offline: () =>
    signedIn([{ ...noor(), writing: false }, maren(), ...others()], {
      connection: { kind: 'offline', retry_at: Date.now() + 30_000 },
    }),
  relay_failed: () => ({
    ...signedIn([{ ...noor(), writing: false }, ...others()], { connection: { kind: 'offline', retry_at: 0 } }),
    localRelay: { kind: 'failed' },
  }),
  violated: () => signedIn([noor(), marenViolated(), ...others()]),
  states: () => signedIn([states(), ...others()]),
  actions: () => signedIn([actions(), ...others().filter(({ row }) => row.id !== 7)]),
  gallery: () => signedIn([collected(), noor(), maren(), ...others()]),
  gallery_offline: () =>
    signedIn([collected(), ...others()], { connection: { kind: 'offline', retry_at: Date.now() + 30_000 } }),
  files: () => signedIn([album(), noor(), maren(), ...others()]),
  links: () => signedIn([linked(), noor(), maren(), ...others()]),
  once: () => signedIn([secretive(), noor(), maren(), ...others()]),
  stories: () => withStories(signedIn([noor(), maren(), ...others()])),
  stories_own: () => withStories(signedIn([noor(), maren(), ...others()]), true),
  group: () => signedIn([lago(), noor(), maren(), ...others()]),
  group_mentions: () => signedIn([namedLago(), noor(), maren(), ...others()]),
  group_writing: () =>
    signedIn([{ ...lago(), writing: ['Anouk Duarte', 'Jonas Reuter'] }, noor(), maren(), ...others()]),
  group_link: () => signedIn([linkedLago(), noor(), maren(), ...others()]),
  group_own: () => signedIn([ownLago(), noor(), maren(), ...others()]),
  group_closed: () => signedIn([closedLago(), ...others()]),
  group_left: () => signedIn([leftLago(), ...others()]),
  group_forked: () => signedIn([forkedLago(), ...others()]),
  group_request: () => signedIn([lago({ request: true }), ...others()]),
  group_call_ringing: () => ({
    ...signedIn([lago(), noor(), maren(), ...others()]),
    groupCall: groupCall({ stage: 'rings', people: groupCall().people.slice(0, 1) }),
  }),
  group_call_under_way: () => ({ ...signedIn([lago(), noor(), maren(), ...others()]), groupCall: groupCall() }),
  group_call_talking: () => ({
    ...signedIn([lago(), noor(), maren(), ...others()]),
    groupCall: groupCall({ stage: 'talking', own: { muted: false, camera: true, screen: false, hand: false } }),
  }),
  group_call_troubled: () => ({
    ...signedIn([lago(), noor(), maren(), ...others()]),
    groupCall: groupCall({
      stage: 'reconnecting',
      own: { muted: true, camera: false, screen: false, hand: true },
      problems: [{ device: 'speaker', fault: 'no_server' }],
      voice_only: true,
    }),
  }),
  group_call_alone: () => ({
    ...signedIn([lago(), noor(), maren(), ...others()]),
    groupCall: groupCall({ stage: 'talking', people: [], since: Date.now() }),
  }),
  folders: () => ({
    ...signedIn([{ ...noor(), writing: false }, maren(), ...others()]),
    folders: [
      { name: 'Quartet', chats: [1, 4] },
      { name: 'Family', chats: [6] },
    ],
  }),
  parts: () => signedIn([parts(), maren(), ...others()]),
  long: () => ({ ...signedIn([longThread(5000)]), lively: true }),
  arabic: () => signedIn(arabic(), { settings: { ...SETTINGS, language: 'ar' } }),
  voice: () => signedIn([heard(), noor(), maren(), ...others()]),
  voice_recording: () => ({ ...signedIn([heard(), noor(), maren(), ...others()]), recording: recording() }),
  voice_paused: () => ({
    ...signedIn([heard(), noor(), maren(), ...others()]),
    recording: recording({ state: 'paused' }),
  }),
  voice_playing: () => ({ ...signedIn([heard(), noor(), maren(), ...others()]), playback: listening() }),
  call_incoming: () => ({
    ...signedIn([called(noor()), maren(), ...others()]),
    call: call({ mine: false, stage: { kind: 'incoming' } }),
  }),
  calls: () => signedIn([called(noor()), maren(), ...others()]),
  calls_broken: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    broken: [
      { device: 'microphone', fault: 'refused' },
      { device: 'speaker', fault: 'no_server' },
      { device: 'camera', fault: 'not_found' },
    ],
  }),
  call_ringing: () => ({ ...signedIn([noor(), maren(), ...others()]), call: call({ stage: { kind: 'ringing' } }) }),
  call_talking: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    call: call({ stage: { kind: 'talking', since: Date.now() - 767_000 } }),
  }),
  call_troubled: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    call: call({
      stage: { kind: 'reconnecting', since: Date.now() - 767_000 },
      quality: 'poor',
      own: { muted: true, camera: false, screen: false },
      other: { muted: true, camera: false, screen: false },
      problems: [{ device: 'speaker', fault: 'no_server' }],
    }),
  }),
  call_video_incoming: () => ({
    ...signedIn([called(noor()), maren(), ...others()]),
    call: call({ mine: false, video: true, stage: { kind: 'incoming' } }),
  }),
  call_video: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    call: call({
      video: true,
      stage: { kind: 'talking', since: Date.now() - 767_000 },
      quality: 'poor',
      own: { muted: false, camera: true, screen: false },
      other: { muted: false, camera: true, screen: false },
    }),
  }),
  call_shared: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    call: call({
      stage: { kind: 'talking', since: Date.now() - 767_000 },
      own: { muted: false, camera: true, screen: false },
      other: { muted: false, camera: true, screen: true },
    }),
  }),
  call_invited: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    call: call({
      stage: { kind: 'talking', since: Date.now() - 767_000 },
      own: { muted: false, camera: false, screen: true },
      other: { muted: false, camera: true, screen: false },
    }),
  }),
  call_no_camera: () => ({
    ...signedIn([noor(), maren(), ...others()]),
    call: call({
      stage: { kind: 'talking', since: Date.now() - 767_000 },
      problems: [{ device: 'camera', fault: 'busy' }],
    }),
  }),
  onboarding: () => before(onboarding(null)),
  number: () => before(onboarding(LOCAL_RELAY)),
  invitation: () => before(onboarding(LOCAL_RELAY, { invitation_needed: true })),
  code: () => before(onboarding(LOCAL_RELAY, { number: ME.number, number_display: ME.number_display })),
  profile: () => before({ kind: 'choose_profile' }, { me: { ...ME, name: '', about: '', initials: '#' } }),
  unlock: () => before({ kind: 'unlock' }, { settings: null }),
  passphrase: () => before({ kind: 'set_passphrase' }, { settings: null }),
  key_missing: () => before({ kind: 'key_missing' }, { settings: null }),
  in_use: () => before({ kind: 'profile_in_use' }, { settings: null }),
  signed_out: () => before({ kind: 'signed_out' }, { me: ME }),
};
