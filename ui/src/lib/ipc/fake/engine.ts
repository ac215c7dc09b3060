// The fake engine: keeps a world, answers commands, sends snapshots and diffs as the real one would.
import type { AppEvent } from '../bindings/AppEvent';
import type { CallUpdate } from '../bindings/CallUpdate';
import type { GroupCallUpdate } from '../bindings/GroupCallUpdate';
import type { ChatListUpdate } from '../bindings/ChatListUpdate';
import type { Error as Refusal } from '../bindings/Error';
import type { MessageItem } from '../bindings/MessageItem';
import type { MessageOp } from '../bindings/MessageOp';
import type { ThreadPage } from '../bindings/ThreadPage';
import type { ThreadUpdate } from '../bindings/ThreadUpdate';
import type { VoiceUpdate } from '../bindings/VoiceUpdate';
import type { Args, Streams } from '../shell';
import { COMMANDS } from './commands';
import { sendGroupPictures, sendPictures } from './pictures';
import { refuse } from './refuse';
import { spoken } from './voice';
import { type Person, type World, withLast } from './world';

type Update = Streams[keyof Streams];
type Stream = { command: keyof Streams; chat: number | null; rev: number; receive: (update: Update) => void };

const PAGE = 80;

export class FakeEngine {
  readonly world: World;
  /** Every command that was run, for tests. */
  readonly log: { command: string; args: Args }[] = [];
  /** Answers put in the way of a command by a test: it rejects with the refusal. */
  readonly refusals = new Map<string, Refusal>();
  /** Streams that a test keeps from ever beginning. */
  readonly held = new Set<string>();
  readonly #streams = new Map<number, Stream>();
  #nextStream = 0;

  constructor(world: World) {
    this.world = world;
  }

  async run(command: string, args: Args): Promise<unknown> {
    this.log.push({ command, args });
    const refusal = this.refusals.get(command);
    if (refusal) throw refusal;
    const answer = COMMANDS[command];
    if (!answer) throw refuse('internal', { detail: `no such command: ${command}` });
    await Promise.resolve();
    return answer(this, args instanceof Uint8Array ? { bytes: args } : args);
  }

  async subscribe(
    command: keyof Streams,
    args: Record<string, unknown>,
    receive: (update: Update) => void,
  ): Promise<number> {
    this.log.push({ command, args });
    await (this.held.has(command) ? new Promise<void>(() => undefined) : Promise.resolve());
    const id = (this.#nextStream += 1);
    const stream: Stream = { command, chat: (args.chat as number | undefined) ?? null, rev: 1, receive };
    this.#streams.set(id, stream);
    if (command === 'app_subscribe') this.#introduce(receive);
    else if (command === 'call_subscribe') receive({ kind: 'state', call: this.world.call });
    else if (command === 'group_call_subscribe')
      receive({ kind: 'state', calls: this.world.groupCall ? [this.world.groupCall] : [] });
    else if (command === 'group_call_frames') void sendGroupPictures(this.world.groupCall, receive);
    else if (command === 'voice_subscribe') receive(spoken(this.world));
    else if (command === 'call_frames') void sendPictures(receive);
    else if (command === 'thread_subscribe')
      receive({ kind: 'snapshot', rev: 1, page: this.opening(stream.chat ?? 0, args.around as number | null) });
    else if (!this.world.loading) receive({ kind: 'snapshot', rev: 1, items: this.rows() });
    return id;
  }

  unsubscribe(id: number): void {
    this.#streams.delete(id);
  }

  #introduce(receive: (event: AppEvent) => void): void {
    receive({ kind: 'state', state: this.world.state });
    receive({ kind: 'local_relay', state: this.world.localRelay });
    if (this.world.state.connection.kind !== 'online') return;
    for (const { row, contact, writing } of this.world.people) {
      receive({ kind: 'presence', chat: row.id, presence: contact.presence });
      if (writing)
        receive({ kind: 'typing', chat: row.id, writing: true, names: Array.isArray(writing) ? writing : [] });
    }
  }

  tell(event: AppEvent): void {
    for (const stream of this.#streams.values()) if (stream.command === 'app_subscribe') stream.receive(event);
  }

  tellCalls(update: CallUpdate): void {
    for (const stream of this.#streams.values()) if (stream.command === 'call_subscribe') stream.receive(update);
  }

  tellGroupCalls(update: GroupCallUpdate): void {
    for (const stream of this.#streams.values()) if (stream.command === 'group_call_subscribe') stream.receive(update);
  }

  tellVoice(update: VoiceUpdate): void {
    for (const stream of this.#streams.values()) if (stream.command === 'voice_subscribe') stream.receive(update);
  }

  setState(part: Partial<World['state']>): void {
    this.world.state = { ...this.world.state, ...part };
    this.tell({ kind: 'state', state: this.world.state });
  }

  rows() {
    return this.world.people.map((one) => one.row).sort((one, other) => other.order - one.order);
  }

  person(chat: unknown): Person {
    const found = this.world.people.find((one) => one.row.id === chat);
    if (!found) throw refuse('not_found');
    return found;
  }

  putRow(person: Person): void {
    for (const stream of this.#streams.values()) {
      if (stream.command !== 'chats_subscribe') continue;
      const update: ChatListUpdate = { kind: 'diff', rev: (stream.rev += 1), ops: [{ kind: 'put', item: person.row }] };
      stream.receive(update);
    }
  }

  /** Everything said in a chat goes away. */
  clear(person: Person): void {
    person.entries = person.entries.filter(({ body }) => body.kind === 'notice' && body.notice.kind === 'encrypted');
    person.row = { ...withLast({ ...person.row, last: null }, person.entries), unread: 0, marked_unread: false };
    for (const stream of this.#streams.values()) {
      if (stream.command !== 'thread_subscribe' || stream.chat !== person.row.id) continue;
      stream.receive({ kind: 'snapshot', rev: (stream.rev += 1), page: this.opening(person.row.id) });
    }
    this.putRow(person);
  }

  /** A chat goes away. */
  forget(chat: number): void {
    this.world.people = this.world.people.filter((one) => one.row.id !== chat);
    for (const stream of this.#streams.values()) {
      if (stream.command !== 'chats_subscribe') continue;
      stream.receive({ kind: 'diff', rev: (stream.rev += 1), ops: [{ kind: 'remove', id: chat }] });
    }
  }

  opening(chat: number, around: number | null = null): ThreadPage {
    const { entries, row } = this.person(chat);
    const unread = entries
      .filter((item) => item.body.kind === 'text' && !item.mine)
      .slice(entries.length ? -row.unread : 0);
    const first = row.unread > 0 ? unread[0] : undefined;
    const wanted = around === null ? -1 : entries.findIndex((item) => item.order >= around);
    const at = wanted >= 0 ? wanted : first ? entries.indexOf(first) : entries.length;
    const start = Math.max(0, Math.min(at, entries.length) - PAGE);
    const end = Math.min(entries.length, at + PAGE);
    return {
      items: entries.slice(start, end),
      has_older: start > 0,
      has_newer: end < entries.length,
      first_unread: first?.order ?? null,
      unread: row.unread,
    };
  }

  page(chat: number, before: number | null, after: number | null, limit: number): ThreadPage {
    const { entries } = this.person(chat);
    const whole = entries.filter(
      (item) => (before === null || item.order < before) && (after === null || item.order > after),
    );
    const items = after === null ? whole.slice(-limit) : whole.slice(0, limit);
    const first = items[0];
    const last = items.at(-1);
    return {
      items,
      has_older: first !== undefined && entries[0] !== first,
      has_newer: last !== undefined && entries.at(-1) !== last,
      first_unread: null,
      unread: 0,
    };
  }

  /** Puts an entry into a conversation and into its row, and tells who is looking. */
  put(person: Person, item: MessageItem): void {
    const at = person.entries.findIndex((other) => other.id === item.id);
    if (at >= 0) person.entries[at] = item;
    else person.entries.push(item);
    this.#threads(person, { kind: 'put', item });
    person.row = withLast(person.row, person.entries);
    this.putRow(person);
  }

  /** Changes an entry where it is, as it is by now. */
  change(person: Person, order: number, change: Partial<MessageItem>): void {
    const item = person.entries.find((other) => other.order === order);
    if (item) this.put(person, { ...item, ...change });
  }

  remove(person: Person, id: string): void {
    person.entries = person.entries.filter((item) => item.id !== id);
    this.#threads(person, { kind: 'remove', id });
  }

  #threads(person: Person, op: MessageOp): void {
    for (const stream of this.#streams.values()) {
      if (stream.command !== 'thread_subscribe' || stream.chat !== person.row.id) continue;
      const update: ThreadUpdate = { kind: 'diff', rev: (stream.rev += 1), ops: [op] };
      stream.receive(update);
    }
  }

  /** Loses a change on the way to every window, as a bug in a channel would. */
  skipRev(): void {
    for (const stream of this.#streams.values()) stream.rev += 1;
  }

  nextOrder(person: Person): number {
    return (person.entries.at(-1)?.order ?? 0) + 16;
  }
}
