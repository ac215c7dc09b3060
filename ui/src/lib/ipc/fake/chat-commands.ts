// What can be decided about a chat, and finding what was said, in the fake world.
import { matches } from '../../found';
import type { ChatRow } from '../bindings/ChatRow';
import type { MessageItem } from '../bindings/MessageItem';
import type { SearchFilter } from '../bindings/SearchFilter';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';
import { ME, person } from './world';

type Given = Record<string, unknown>;

const HOUR = 3_600_000;
const LENGTHS: Record<string, number> = { eight_hours: 8 * HOUR, week: 7 * 24 * HOUR };

function change(engine: FakeEngine, chat: unknown, part: Partial<ChatRow>): void {
  const one = engine.person(chat);
  one.row = { ...one.row, ...part };
  engine.putRow(one);
}

function found(engine: FakeEngine, text: string, filter: SearchFilter) {
  const hits = engine.world.people.flatMap((one) =>
    one.entries
      .filter((item): item is MessageItem & { body: { kind: 'text' } } => item.body.kind === 'text')
      .filter((item) => matches(item.body.text, text))
      .map((item) => ({ chat: one.row.id, item, excerpt: item.body.text.replace(/\s+/g, ' ').slice(0, 160) })),
  );
  return hits
    .filter(({ chat }) => filter.chat === null || chat === filter.chat)
    .filter(({ item }) => filter.mine === null || item.mine === filter.mine)
    .filter(({ item }) => item.at >= (filter.since ?? 0) && item.at < (filter.until ?? Infinity))
    .sort((one, other) => other.item.at - one.item.at);
}

export const CHAT_COMMANDS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  chat_pin: (engine, { chat, pinned }) => {
    const last = Math.max(0, ...engine.world.people.map((one) => one.row.pinned ?? 0));
    change(engine, chat, pinned ? { pinned: last + 1, archived: false } : { pinned: null });
  },
  chat_archive: (engine, { chat, archived }) =>
    change(engine, chat, archived ? { archived: true, pinned: null } : { archived: false }),
  chat_mute: (engine, { chat, duration }) => {
    const until =
      duration === null
        ? null
        : duration === 'always' || duration === 'but_mentions'
          ? Number.MAX_SAFE_INTEGER
          : Date.now() + (LENGTHS[String(duration)] ?? 0);
    change(engine, chat, { muted_until: until, but_mentions: duration === 'but_mentions' });
  },
  chat_mark: (engine, { chat, unread }) =>
    change(engine, chat, unread ? { marked_unread: true } : { marked_unread: false, unread: 0 }),
  chat_block: (engine, { chat, blocked }) => change(engine, chat, { blocked: blocked as boolean }),
  chat_clear: (engine, { chat }) => engine.clear(engine.person(chat)),
  chat_delete: (engine, { chat }) => engine.forget(chat as number),
  notes_open: (engine) => {
    const known = engine.world.people.find((one) => one.row.own);
    if (known) return known.row.id;
    const id = 1 + Math.max(0, ...engine.world.people.map((one) => one.row.id));
    const notes = person({ id, title: ME.name, initials: ME.initials, hue: ME.hue, own: true, order: Date.now() });
    engine.world.people.push(notes);
    engine.putRow(notes);
    return id;
  },

  chat_notify: (engine, { chat, quiet, discreet }) =>
    change(engine, chat, { quiet: quiet as boolean, discreet: discreet as boolean }),
  chat_wallpaper: (engine, { chat, wallpaper }) =>
    change(engine, chat, { wallpaper: wallpaper as ChatRow['wallpaper'] }),
  folders: (engine) => engine.world.folders,
  folders_set: (engine, { folders }) => {
    const wanted = folders as typeof engine.world.folders;
    if (new Set(wanted.map(({ name }) => name)).size !== wanted.length || wanted.some(({ name }) => !name.trim()))
      throw refuse('name_invalid');
    engine.world.folders = wanted;
  },

  search: (engine, { text, filter, before, limit }) => {
    const all = found(engine, text as string, filter as SearchFilter);
    const from = before === null ? 0 : 1 + all.findIndex(({ item }) => item.order === before);
    const hits = all.slice(from, from + (limit as number)).map(({ chat, item, excerpt }) => ({
      chat,
      order: item.order,
      id: item.id,
      mine: item.mine,
      at: item.at,
      excerpt,
    }));
    return { hits, more: all.length > from + (limit as number) };
  },
  search_chat: (engine, { chat, text }) => {
    const filter = { chat: chat as number, mine: null, since: null, until: null };
    return { orders: found(engine, text as string, filter).map(({ item }) => item.order), more: false };
  },
};
