// Polls, people, places, and messages that leave later, in the fake world.
import type { PlaceView } from '../bindings/PlaceView';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';
import { send } from './sending';
import { ME, type Person } from './world';

type Given = Record<string, unknown>;
type Command = (engine: FakeEngine, args: Given) => unknown;

const MILLION = 1_000_000;

export function placeAt(latitude: number, longitude: number): PlaceView {
  return {
    shown: `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`,
    latitude: Math.round(latitude * MILLION),
    longitude: Math.round(longitude * MILLION),
    url: `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`,
  };
}

function readPlace(input: string): PlaceView | null {
  const found = /^(-?[\d.]+)\s*,\s*(-?[\d.]+)$/.exec(input.trim());
  return found ? placeAt(Number(found[1]), Number(found[2])) : null;
}

const entry = (engine: FakeEngine, chat: unknown, order: unknown) => {
  const found = engine.person(chat).entries.find((item) => item.order === order);
  if (!found) throw refuse('not_found');
  return found;
};

function keep(engine: FakeEngine, one: Person, waiting: Person['waiting']): void {
  one.waiting = waiting.sort((first, second) => first.at - second.at);
  one.row = { ...one.row, scheduled: waiting.length };
  engine.putRow(one);
}

function whoseIs(engine: FakeEngine, id: unknown): Person {
  const found = engine.world.people.find((one) => one.waiting.some((row) => row.id === id));
  if (!found) throw refuse('not_found');
  return found;
}

export const PARTS: Record<string, Command> = {
  poll_send: (engine, { chat, id, question, answers, several }) => {
    const views = (answers as string[]).map((text) => ({ text, votes: 0, mine: false }));
    const poll = { answers: views, several: several as boolean, closed: false, voters: 0 };
    send(engine, chat, id as string, question as string, { poll, editable_until: null });
  },
  poll_vote: (engine, { chat, order, choice }) => {
    const { poll } = entry(engine, chat, order);
    if (!poll || poll.closed) throw refuse('not_possible');
    const chosen = new Set(choice as number[]);
    const before = poll.answers.some((answer) => answer.mine);
    const answers = poll.answers.map((answer, at) => ({
      ...answer,
      mine: chosen.has(at),
      votes: answer.votes - Number(answer.mine) + Number(chosen.has(at)),
    }));
    const voters = poll.voters - Number(before) + Number(chosen.size > 0);
    engine.change(engine.person(chat), order as number, { poll: { ...poll, answers, voters } });
  },
  poll_close: (engine, { chat, order }) => {
    const { poll } = entry(engine, chat, order);
    if (poll) engine.change(engine.person(chat), order as number, { poll: { ...poll, closed: true } });
  },
  poll_votes: (engine, { chat, order }) => {
    const { row } = engine.person(chat);
    const them = {
      account: 'them',
      me: false,
      name: row.title,
      initials: row.initials,
      hue: row.hue,
      chat: row.id,
      picture_rev: row.picture_rev,
    };
    const me = { ...them, account: 'me', me: true, name: ME.name, initials: ME.initials, hue: ME.hue, chat: null };
    const answers = entry(engine, chat, order).poll?.answers ?? [];
    return answers.map(({ text, votes, mine }) => ({
      text,
      people: [...(mine ? [me] : []), ...(votes > Number(mine) ? [them] : [])],
    }));
  },
  card_send: (engine, { chat, id, of }) => {
    const whose = of === null ? null : engine.person(of);
    const { name, initials, hue, number, number_display } = whose
      ? {
          name: whose.row.title,
          initials: whose.row.initials,
          hue: whose.row.hue,
          number: whose.contact.number ?? '',
          number_display: whose.contact.number_display ?? '',
        }
      : ME;
    const card = { name, initials, hue, number, number_display, me: of === null };
    send(engine, chat, id as string, '', { card, editable_until: null });
  },
  card_open: (engine, { chat, order }) => {
    const { card } = entry(engine, chat, order);
    const known = engine.world.people.find((one) => one.row.title === card?.name);
    if (!known) throw refuse('number_not_found');
    return known.row.id;
  },
  place_check: (_, { input }) => readPlace(input as string),
  place_send: (engine, { chat, id, place, text }) => {
    const read = readPlace(place as string);
    if (!read) throw refuse('not_possible');
    send(engine, chat, id as string, text as string, { place: read });
  },

  message_schedule: (engine, { chat, id, text, at }) => {
    if ((at as number) <= Date.now()) throw refuse('not_possible');
    const one = engine.person(chat);
    const row = { id: id as string, text: text as string, at: at as number, state: 'waiting' as const };
    keep(engine, one, [...one.waiting, row]);
  },
  scheduled: (engine, { chat }) => engine.person(chat).waiting,
  scheduled_move: (engine, { id, at }) => {
    const one = whoseIs(engine, id);
    const moved = one.waiting.map((row) =>
      row.id === id ? { ...row, at: at as number, state: 'waiting' as const } : row,
    );
    keep(engine, one, moved);
  },
  scheduled_cancel: (engine, { id }) => {
    const one = whoseIs(engine, id);
    keep(
      engine,
      one,
      one.waiting.filter((row) => row.id !== id),
    );
  },
  scheduled_send: (engine, { id }) => {
    const one = whoseIs(engine, id);
    const row = one.waiting.find((waiting) => waiting.id === id);
    keep(
      engine,
      one,
      one.waiting.filter((waiting) => waiting.id !== id),
    );
    if (row) send(engine, one.row.id, row.id, row.text);
  },
};
