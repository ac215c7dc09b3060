// What a scene is made of.
import type { AppState } from '../bindings/AppState';
import type { CallLineView } from '../bindings/CallLineView';
import type { CallProblem } from '../bindings/CallProblem';
import type { CallView } from '../bindings/CallView';
import type { ChatRow } from '../bindings/ChatRow';
import type { ContactView } from '../bindings/ContactView';
import type { GroupCallView } from '../bindings/GroupCallView';
import type { GroupView } from '../bindings/GroupView';
import type { Folder } from '../bindings/Folder';
import type { LocalRelay } from '../bindings/LocalRelay';
import type { Me } from '../bindings/Me';
import type { MessageItem } from '../bindings/MessageItem';
import type { MessageState } from '../bindings/MessageState';
import type { NoticeKind } from '../bindings/NoticeKind';
import type { PresenceView } from '../bindings/PresenceView';
import type { RelayInfo } from '../bindings/RelayInfo';
import type { PlaybackView } from '../bindings/PlaybackView';
import type { RecordingView } from '../bindings/RecordingView';
import type { ScheduledView } from '../bindings/ScheduledView';
import type { Settings } from '../bindings/Settings';
import type { Stage } from '../bindings/Stage';
import type { StoryPerson } from '../bindings/StoryPerson';
import { UNTOUCHED, wordsOf } from '../../message';

export type Person = {
  row: ChatRow;
  contact: ContactView;
  entries: MessageItem[];
  /** Or who, in a group. */
  writing: boolean | string[];
  /** Colours of a painted face, for those who have a picture. */
  face: readonly [string, string, string] | null;
  /** Set for a group. */
  group?: GroupView;
  /** Messages that leave later. */
  waiting: ScheduledView[];
};

export type World = {
  state: AppState;
  localRelay: LocalRelay;
  people: Person[];
  /** Emoji last used, the newest first. */
  emoji: string[];
  /** The computer starts the program. */
  autostart?: boolean;
  /** Chats kept together. */
  folders: Folder[];
  /** Other people answer and messages move on by themselves. */
  lively: boolean;
  /** What people show for a day. */
  stories?: StoryPerson[];
  /** The call that there is. */
  call: CallView | null;
  /** Devices that do not serve when they are tested. */
  broken?: CallProblem[];
  /** The call of a group that there is. */
  groupCall?: GroupCallView | null;
  /** What is recorded. */
  recording?: RecordingView;
  /** What is listened to. */
  playback?: PlaybackView;
  /** Never answers the list, to see it load. */
  loading?: boolean;
};

export const SETTINGS: Settings = {
  theme: 'system',
  language: null,
  text_size: 15,
  spacing: 'roomy',
  enter_sends: true,
  reduce_motion: false,
  more_contrast: false,
  notifications: true,
  notification_text: true,
  notification_sound: true,
  do_not_disturb: false,
  keep_running: true,
  wallpaper: null,
  sidebar_width: 348,
  read_receipts: true,
  share_presence: true,
  findable: true,
  fetch_photos: true,
  fetch_files_mib: 10,
  hide_address: false,
  microphone: null,
  speaker: null,
  camera: null,
  push_to_talk: false,
  devices_tried: true,
  link_previews: true,
};

export const LOCAL_RELAY: RelayInfo = { address: 'http://127.0.0.1:7300', name: 'Desk', local: true };

type Onboarding = Extract<Stage, { kind: 'onboarding' }>;

export const onboarding = (relay: RelayInfo | null, part: Partial<Onboarding> = {}): Onboarding => ({
  kind: 'onboarding',
  relay,
  number: null,
  number_display: null,
  invitation_needed: false,
  ...part,
});

export const ME: Me = {
  name: 'Lídia Ferraz',
  about: 'Viola, mostly. Slow to answer before noon.',
  number: '+351912345678',
  number_display: '+351 912 345 678',
  initials: 'LF',
  hue: 'brass',
  picture_rev: 0,
  relay: LOCAL_RELAY,
};

export function signedIn(people: Person[], part: Partial<AppState> = {}): World {
  return {
    state: {
      stage: { kind: 'ready' },
      me: ME,
      settings: SETTINGS,
      connection: { kind: 'online', catching_up: false },
      version: '0.1.0',
      ...part,
    },
    localRelay: { kind: 'running' },
    people,
    emoji: ['❤️', '🌒', '🎻', '☕', '😂', '🙏🏽', '⛵', '🥂', '🌿', '🫶', '👋🏽', '😮', '🍊', '👏'],
    folders: [],
    lively: false,
    call: null,
  };
}

/** A moment `days` ago at that time of day. */
export function moment(days: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const day = new Date();
  day.setDate(day.getDate() - days);
  return day.setHours(hours, minutes, 0, 0);
}

let drawn = 0;
const nextId = () => (drawn += 1).toString(16).padStart(32, '0');

type Line = Omit<MessageItem, 'id' | 'order'>;

const DAY = 24 * 60 * 60 * 1000;

/** A message of one's own, as it is once the relay has it. */
export const changeable = (at: number) => ({ ...UNTOUCHED, editable_until: at + DAY, deletable_until: at + 2 * DAY });

export const said = (at: number, text: string, more: Partial<MessageItem> = {}): Line => ({
  ...UNTOUCHED,
  at,
  body: { kind: 'text', text },
  mine: false,
  state: 'received',
  ...more,
});

export const wrote = (
  at: number,
  text: string,
  state: MessageState = 'read',
  more: Partial<MessageItem> = {},
): Line => ({
  ...changeable(at),
  at,
  body: { kind: 'text', text },
  mine: true,
  state,
  failure: state === 'failed' ? 'mailbox_full' : null,
  ...more,
});

export const tookBack = (at: number, mine: boolean): Line => ({
  ...UNTOUCHED,
  at,
  body: { kind: 'deleted' },
  mine,
  state: mine ? 'read' : 'received',
});

export const noted = (at: number, notice: NoticeKind): Line => ({
  ...UNTOUCHED,
  at,
  body: { kind: 'notice', notice },
  mine: false,
  state: 'received',
});

export const rang = (at: number, mine: boolean, call: CallLineView): Line => ({
  ...UNTOUCHED,
  at,
  body: { kind: 'call', call },
  mine,
  state: 'received',
});

/** The same person, who goes on with these. */
export function withLines(one: Person, lines: readonly Line[]): Person {
  const last = one.entries.at(-1)?.order ?? 0;
  const entries = [
    ...one.entries,
    ...lines.map((line, at) => ({ ...line, id: nextId(), order: last + (at + 1) * 16 })),
  ];
  return { ...one, entries, row: withLast(one.row, entries) };
}

export function conversation(lines: readonly Line[]): MessageItem[] {
  return lines.map((line, at) => ({ ...line, id: nextId(), order: (at + 1) * 16 }));
}

type Given = Partial<ChatRow> & Pick<ChatRow, 'id' | 'title' | 'initials' | 'hue'>;
type Extra = Partial<Pick<Person, 'writing' | 'face' | 'waiting'>> & {
  lines?: readonly Line[];
  presence?: PresenceView;
  about?: string;
  number?: string;
};

export function person(given: Given, extra: Extra = {}): Person {
  const entries = conversation(extra.lines ?? []);
  const face = extra.face ?? null;
  const row: ChatRow = {
    order: 0,
    picture_rev: face ? 1 : 0,
    last: null,
    unread: 0,
    draft: null,
    timer: 0,
    scheduled: 0,
    trust: 'first_seen',
    request: false,
    own: false,
    pinned: null,
    archived: false,
    muted_until: null,
    but_mentions: false,
    mention: null,
    marked_unread: false,
    quiet: false,
    discreet: false,
    wallpaper: null,
    blocked: false,
    group: null,
    ...given,
    ...(extra.waiting ? { scheduled: extra.waiting.length } : {}),
  };
  return {
    row: withLast(row, entries),
    contact: {
      chat: row.id,
      title: row.title,
      own_name: row.title,
      given_name: null,
      about: extra.about ?? '',
      number: '+351912000000',
      number_display: extra.number ?? '+351 912 000 000',
      initials: row.initials,
      hue: row.hue,
      picture_rev: row.picture_rev,
      trust: row.trust,
      request: row.request,
      own: row.own,
      blocked: row.blocked,
      presence: extra.presence ?? { kind: 'unknown' },
    },
    entries,
    writing: extra.writing ?? false,
    waiting: extra.waiting ?? [],
    face,
  };
}

/** The row as its newest entry makes it. */
export function withLast(row: ChatRow, entries: readonly MessageItem[]): ChatRow {
  const last = entries.at(-1);
  if (!last) return row;
  const { body } = last;
  return {
    ...row,
    order: last.at,
    last: {
      file: last.attachments[0]?.kind ?? null,
      preview: body.kind === 'text' ? (wordsOf(last).split('\n')[0] ?? '').replace(/[*_~`]/g, '') : '',
      author: last.author?.name.split(' ')[0] ?? null,
      part: last.poll ? 'poll' : last.card ? 'card' : last.place ? 'place' : last.once ? 'once' : null,
      deleted: body.kind === 'deleted',
      call: body.kind === 'call' ? body.call : null,
      reaction: null,
      notice: body.kind === 'notice' ? body.notice : null,
      mine: last.mine,
      state: last.state,
      at: last.at,
    },
  };
}
