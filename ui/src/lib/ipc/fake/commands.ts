// What each command does to the fake world.
import type { Country } from '../bindings/Country';
import type { NumberCheck } from '../bindings/NumberCheck';
import type { Settings } from '../bindings/Settings';
import { ACTIONS } from './actions';
import { CALLS } from './calls';
import { GROUP_CALLS } from './group-calls';
import { VOICE } from './voice';
import type { FakeEngine } from './engine';
import { CHAT_COMMANDS } from './chat-commands';
import { FILE_COMMANDS } from './files';
import { GALLERY_COMMANDS } from './gallery';
import { paintFace } from './faces';
import { GROUP_COMMANDS, mentioned } from './groups';
import { ONCE_COMMANDS } from './once';
import { LINK_COMMANDS } from './links';
import { PARTS } from './parts';
import { refuse } from './refuse';
import { send } from './sending';
import { STORAGE_COMMANDS } from './storage';
import { STORY_COMMANDS } from './stories';
import { LOCAL_RELAY, ME, SETTINGS, onboarding, person } from './world';

type Given = Record<string, unknown>;
type Command = (engine: FakeEngine, args: Given) => unknown;

const COUNTRIES: Country[] = (
  'AE971 AR54 AT43 AU61 BE32 BR55 CA1 CH41 CN86 CZ420 DE49 DK45 DZ213 EG20 ES34 FI358 FR33 GB44 GR30 HU36 IE353 IN91 ' +
  'IT39 JO962 JP81 KE254 KR82 LB961 MA212 MX52 NG234 NL31 NO47 PL48 PT351 QA974 RO40 SA966 SE46 SY963 TN216 TR90 UA380 US1 ZA27'
)
  .split(' ')
  .map((entry) => ({ region: entry.slice(0, 2), calling_code: Number(entry.slice(2)) }));

const CODE = '407123';
const INVITATION = 'K7QM-0X2V-9RTB-4HND';

function checkNumber(region: string, input: string): NumberCheck {
  const digits = input.replace(/\D/g, '');
  const country = input.trim().startsWith('+')
    ? COUNTRIES.find((one) => digits.startsWith(String(one.calling_code)))
    : COUNTRIES.find((one) => one.region === region);
  const national = input.trim().startsWith('+') && country ? digits.slice(String(country.calling_code).length) : digits;
  const valid = country !== undefined && national.length >= 9 && national.length <= 11;
  return {
    valid,
    number: valid ? `+${country.calling_code}${national}` : null,
    national: input,
    region: country?.region ?? region,
  };
}

export const COMMANDS: Record<string, Command> = {
  ...ACTIONS,
  ...PARTS,
  ...CALLS,
  ...GROUP_CALLS,
  ...VOICE,
  ...FILE_COMMANDS,
  ...LINK_COMMANDS,
  ...ONCE_COMMANDS,
  ...GALLERY_COMMANDS,
  ...STORAGE_COMMANDS,
  ...STORY_COMMANDS,
  app_state: (engine) => engine.world.state,
  autostart: (engine) => engine.world.autostart ?? false,
  autostart_set: (engine, { on }) => void (engine.world.autostart = on as boolean),
  countries: () => COUNTRIES,
  number_check: (_, { region, input }) => checkNumber(region as string, input as string),

  unlock: (engine, { passphrase }) => {
    if (passphrase !== 'correct horse') throw refuse('passphrase_wrong');
    engine.setState({ stage: { kind: 'ready' }, me: ME, settings: SETTINGS });
  },
  passphrase_set: (engine, { passphrase }) => {
    if ((passphrase as string).length < 8) throw refuse('passphrase_too_short');
    engine.setState({ stage: onboarding(null), settings: SETTINGS });
  },

  relay_use_local: () => LOCAL_RELAY,
  relay_use: (_, { address }) => {
    if (!/relay/.test(address as string)) throw refuse('relay_unreachable');
    return { address, name: 'Relay', local: false };
  },
  reconnect: (engine) => engine.tell({ kind: 'connection', connection: { kind: 'connecting' } }),

  code_request: (engine, { number, invitation }) => {
    const { stage } = engine.world.state;
    const closed = stage.kind === 'onboarding' && stage.invitation_needed;
    if (closed && invitation !== INVITATION) throw refuse('invitation_needed');
    return {
      number,
      number_display: number,
      expires_at: Date.now() + 600_000,
      resend_at: Date.now() + 42_000,
      code_shown: CODE,
    };
  },
  code_submit: (engine, { code }) => {
    if (code !== CODE) throw refuse('code_wrong', { tries_left: 3 });
    engine.setState({ stage: { kind: 'choose_profile' }, me: { ...ME, name: '', about: '' }, settings: SETTINGS });
  },
  number_change: (engine) => engine.setState({ stage: onboarding(LOCAL_RELAY) }),

  profile_set: (engine, { name, about }) => {
    const me = { ...(engine.world.state.me ?? ME), name: name as string, about: about as string };
    engine.setState({ me, stage: { kind: 'ready' } });
    return me;
  },
  picture_set: (engine) => ({ ...(engine.world.state.me ?? ME), picture_rev: 1 }),
  picture_remove: (engine) => ({ ...(engine.world.state.me ?? ME), picture_rev: 0 }),
  picture_load: (engine, { chat }) =>
    paintFace((chat === null ? null : engine.person(chat).face) ?? ['#e4b38b', '#a86f58', '#3b2430']),

  settings_set: (engine, { settings }) => engine.setState({ settings: settings as Settings }),

  chat_start: (engine, { number }) => {
    if ((number as string).endsWith('00')) throw refuse('number_not_found');
    if (number === ME.number) throw refuse('number_own');
    const id = engine.world.people.length + 1;
    const one = person({
      id,
      title: number as string,
      initials: '#',
      hue: 'slate',
      order: Date.now(),
      trust: 'unknown',
    });
    engine.world.people.push(one);
    engine.putRow(one);
    return id;
  },
  chat_row: (engine, { chat }) => engine.person(chat).row,
  chat_read: (engine, { chat }) => {
    const one = engine.person(chat);
    if (one.row.unread === 0 || !engine.world.lively) return;
    one.row = { ...one.row, unread: 0 };
    engine.putRow(one);
  },
  chat_focus: () => undefined,
  draft_set: (engine, { chat, text }) => {
    const one = engine.person(chat);
    one.row = { ...one.row, draft: (text as string) || null };
    engine.putRow(one);
  },
  typing_set: () => undefined,
  request_accept: (engine, { chat }) => {
    const one = engine.person(chat);
    one.row = { ...one.row, request: false };
    engine.putRow(one);
  },

  ...CHAT_COMMANDS,
  ...GROUP_COMMANDS,

  thread_page: (engine, { chat, before, after, limit }) =>
    engine.page(chat as number, before as number | null, after as number | null, limit as number),
  message_send: (engine, { chat, id, text, mentions }) => {
    send(engine, chat, id as string, text as string, { mentions: mentioned(engine.person(chat), mentions) });
  },
  message_retry: (engine, { chat, id }) => {
    const one = engine.person(chat);
    const item = one.entries.find((entry) => entry.id === id);
    if (item) engine.put(one, { ...item, state: 'sending', failure: null });
  },
  message_discard: (engine, { chat, id }) => engine.remove(engine.person(chat), id as string),

  contact_view: (engine, { chat }) => {
    const { row, contact } = engine.person(chat);
    if (row.group) throw refuse('not_found');
    return { ...contact, title: row.title, trust: row.trust, request: row.request };
  },
  contact_rename: (engine, { chat, name }) => {
    const one = engine.person(chat);
    const title = (name as string | null) ?? one.contact.own_name;
    one.contact = { ...one.contact, title, given_name: name as string | null };
    one.row = { ...one.row, title };
    engine.putRow(one);
    return one.contact;
  },
  safety_number: () => ({
    digits: '40719 82264 13058 97731 05526 64180 28893 71045 36612 50974 19307 84421'.split(' '),
    signs: [0, 1, 2, 3, 4, 5, 6],
    qr: 'SOTTO1:407198226413058977310552664180288937104536612509741930784421',
  }),
  trust_verify: (engine, { chat }) => settle(engine, chat, 'verified'),
  trust_accept: (engine, { chat }) => settle(engine, chat, 'first_seen'),

  link_open: () => undefined,
  unsubscribe: (engine, { subscription }) => engine.unsubscribe(subscription as number),
};

/** Once a changed key is decided about, what was held goes out. */
function settle(engine: FakeEngine, chat: unknown, trust: 'verified' | 'first_seen'): void {
  const one = engine.person(chat);
  one.row = { ...one.row, trust };
  for (const item of one.entries.filter((entry) => entry.state === 'held')) engine.put(one, { ...item, state: 'sent' });
  engine.putRow(one);
}
