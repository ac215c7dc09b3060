// What is done to messages in the fake world.
import type { MessageItem } from '../bindings/MessageItem';
import type { ReactionView } from '../bindings/ReactionView';
import type { FakeEngine } from './engine';
import { mentioned } from './groups';
import { refuse } from './refuse';
import { send } from './sending';

type Given = Record<string, unknown>;
type Command = (engine: FakeEngine, args: Given) => unknown;

function entry(engine: FakeEngine, chat: unknown, order: unknown): MessageItem {
  const found = engine.person(chat).entries.find((item) => item.order === order);
  if (!found) throw refuse('not_found');
  return found;
}

/** The reactions after one's own has changed. */
function reacted(before: readonly ReactionView[], emoji: string | null): ReactionView[] {
  const others = before
    .map((one) => (one.mine ? { ...one, mine: false, count: one.count - 1 } : one))
    .filter((one) => one.count > 0);
  if (emoji === null) return others;
  const same = others.find((one) => one.emoji === emoji);
  if (!same) return [...others, { emoji, count: 1, mine: true, names: [] }];
  return others.map((one) => (one === same ? { ...one, mine: true, count: one.count + 1 } : one));
}

const textOf = (item: MessageItem) => (item.body.kind === 'text' ? item.body.text : '');

export const ACTIONS: Record<string, Command> = {
  message_reply: (engine, { chat, id, text, order, mentions }) => {
    const original = entry(engine, chat, order);
    const { mine } = original;
    const name = mine ? '' : engine.person(chat).row.title;
    const quote = { mine, name, text: textOf(original), order: original.order, deleted: false, story: false };
    send(engine, chat, id as string, text as string, { quote, mentions: mentioned(engine.person(chat), mentions) });
  },
  message_react: (engine, { chat, order, emoji }) => {
    const { reactions } = entry(engine, chat, order);
    engine.change(engine.person(chat), order as number, { reactions: reacted(reactions, emoji as string | null) });
  },
  message_edit: (engine, { chat, order, text, mentions }) => {
    const item = entry(engine, chat, order);
    if (item.editable_until === null || item.editable_until < Date.now()) throw refuse('too_late');
    const body = { kind: 'text', text: text as string } as const;
    const one = engine.person(chat);
    engine.change(one, order as number, { body, edited: true, mentions: mentioned(one, mentions) });
  },
  message_history: (engine, { chat, order }) => {
    const item = entry(engine, chat, order);
    return [
      { text: 'Two on the aisle, supper first?', at: item.at },
      { text: textOf(item), at: item.at + 60_000 },
    ];
  },
  message_delete: (engine, { chat, orders, everyone }) => {
    const one = engine.person(chat);
    for (const order of orders as number[]) {
      const item = entry(engine, chat, order);
      if (everyone)
        engine.change(one, order, { body: { kind: 'deleted' }, reactions: [], pinned: false, starred: false });
      else engine.remove(one, item.id);
    }
  },
  message_forward: (engine, { chat, orders, to }) => {
    const texts = (orders as number[]).map((order) => textOf(entry(engine, chat, order)));
    for (const target of to as number[]) {
      for (const text of texts) {
        send(engine, target, crypto.randomUUID().replaceAll('-', ''), text, { forwarded: true });
      }
    }
  },
  message_star: (engine, { chat, orders, starred }) => {
    for (const order of orders as number[]) {
      engine.change(engine.person(chat), order, { starred: starred as boolean });
    }
  },
  starred: (engine, { chat }) =>
    engine.world.people
      .filter(({ row }) => chat === null || row.id === chat)
      .flatMap(({ row, entries }) =>
        entries.filter((item) => item.starred).map((item) => ({ chat: row.id, title: row.title, item })),
      )
      .reverse(),
  message_pin: (engine, { chat, order, pinned }) => {
    engine.change(engine.person(chat), order as number, { pinned: pinned as boolean });
  },
  thread_pins: (engine, { chat }) => engine.person(chat).entries.filter((item) => item.pinned),
  timer_set: (engine, { chat, seconds }) => {
    const one = engine.person(chat);
    one.row = { ...one.row, timer: seconds as number };
    engine.put(one, {
      ...(one.entries[0] as MessageItem),
      id: crypto.randomUUID().replaceAll('-', ''),
      order: engine.nextOrder(one),
      at: Date.now(),
      body: { kind: 'notice', notice: { kind: 'timer', seconds: seconds as number, mine: true } },
    });
  },
  emoji_recent: (engine) => engine.world.emoji,
  emoji_used: (engine, { emoji }) => {
    engine.world.emoji = [emoji as string, ...engine.world.emoji.filter((one) => one !== emoji)].slice(0, 27);
  },
};
