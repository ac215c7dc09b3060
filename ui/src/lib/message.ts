// What is asked of messages in more than one place.
import { m } from '../i18n';
import type { FileKind } from './ipc/bindings/FileKind';
import type { MessageItem } from './ipc/bindings/MessageItem';
import { withNames } from './mentions';

/** What nothing has become of yet. */
export const UNTOUCHED = {
  author: null,
  failure: null,
  quote: null,
  poll: null,
  card: null,
  place: null,
  once: null,
  mentions: [],
  link: null,
  attachments: [],
  reactions: [],
  edited: false,
  forwarded: false,
  starred: false,
  played: false,
  pinned: false,
  expires_after: null,
  expires_at: null,
  editable_until: null,
  deletable_until: null,
} satisfies Partial<MessageItem>;

/** The words of a message, else of what it carries; nothing for a notice and for what was taken back. */
export const wordsOf = ({ body, card, mentions, place }: MessageItem): string =>
  body.kind === 'text' ? withNames(body.text, mentions) || (card?.name ?? place?.shown ?? '') : '';

const FILE_WORDS = { photo: m.photo, video: m.video, voice: m.voice_message, file: m.file };

/** What a file is, in a word. */
export const fileWord = (kind: FileKind): string => FILE_WORDS[kind]();

/** The files of a message as they are read aloud; the name of a picture or of speech says nothing. */
export const spokenFiles = ({ attachments }: MessageItem): string[] =>
  attachments.map(({ kind, name }) =>
    kind === 'photo' || kind === 'voice' ? fileWord(kind) : `${fileWord(kind)} ${name}`,
  );

/** What photos that may be looked at once are called. */
export const onceWord = ({ once }: MessageItem): string =>
  once && once.photos > 1 ? m.once_photos({ count: once.photos }) : m.photo();

/** It may be passed on, copied and kept: what may be looked at once is not. */
export const isLasting = (item: MessageItem): boolean => item.body.kind === 'text' && item.once === null;

/** The engine has given it its place. */
export const isPlaced = (item: MessageItem): boolean => item.order !== Number.MAX_SAFE_INTEGER;

/** Others have it, so that they can follow what is done to it. */
export const isShared = (item: MessageItem): boolean =>
  isPlaced(item) && item.body.kind === 'text' && item.state !== 'held' && item.state !== 'failed';

export const isEditable = (item: MessageItem, now: number): boolean =>
  isShared(item) && item.editable_until !== null && now < item.editable_until;

export const isRetractable = (item: MessageItem, now: number): boolean =>
  isShared(item) && item.deletable_until !== null && now < item.deletable_until;
