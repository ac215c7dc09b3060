// One open conversation: a window of its entries, kept current, with one's own sends drawn before the engine answers.
import type { MentionView } from '../lib/ipc/bindings/MentionView';
import type { MessageItem } from '../lib/ipc/bindings/MessageItem';
import type { MessageOp } from '../lib/ipc/bindings/MessageOp';
import type { QuoteView } from '../lib/ipc/bindings/QuoteView';
import type { SendFile } from '../lib/ipc/bindings/SendFile';
import type { ThreadPage } from '../lib/ipc/bindings/ThreadPage';
import type { ThreadUpdate } from '../lib/ipc/bindings/ThreadUpdate';
import { drawMessageId } from '../lib/id';
import {
  attachmentsSend,
  messageDiscard,
  messageReply,
  messageRetry,
  messageSend,
  onceSend,
  refusal,
  threadPage,
  threadPins,
} from '../lib/ipc/client';
import { threadSubscribe, unsubscribe } from '../lib/ipc/events';
import { rangesOf } from '../lib/mentions';
import { UNTOUCHED, isEditable, wordsOf } from '../lib/message';
import { RevisedStream } from './revised';
import { toasts } from './toasts.svelte';

const PAGE = 80;
/** Characters of a message that its quote shows. */
const EXCERPT = 160;
/** More rows than this cost memory and buy nothing: the far end is dropped and read again when wanted. */
const WINDOW = 600;

/** What answers a message shows it as it is now: edited, taken back, or gone. */
function requote(entries: MessageItem[], order: number, now: MessageItem | null): void {
  entries.forEach((entry, at) => {
    const { quote } = entry;
    if (quote?.order !== order) return;
    const text = now ? wordsOf(now).slice(0, EXCERPT) : '';
    const deleted = now?.body.kind === 'deleted';
    entries[at] = { ...entry, quote: { ...quote, text, deleted, order: now ? order : null } };
  });
}

export class Thread {
  readonly chat: number;
  #entries = $state.raw<MessageItem[]>([]);
  /** Sent from here and not yet in the engine's list. */
  #drawn = $state.raw<MessageItem[]>([]);

  loaded = $state(false);
  #tellRead: () => void = () => undefined;
  /** Settles once there is something to draw. */
  readonly read = new Promise<void>((read) => (this.#tellRead = read));
  hasOlder = $state(false);
  hasNewer = $state(false);
  olderFailed = $state(false);
  /** Where unread messages began when the thread was opened, and how many there were. */
  firstUnread = $state<number | null>(null);
  unread = $state(0);
  /** True while the last change added or removed rows at the start, which the list must be told. */
  changedAtStart = $state(false);

  /** Messages pinned for everybody, oldest first. */
  pins = $state.raw<MessageItem[]>([]);

  entries = $derived([...this.#entries, ...this.#drawn]);

  /** What is looked for in it. */
  sought = $state('');

  #loading: Promise<void> | undefined;
  readonly #stream: RevisedStream<ThreadUpdate>;

  constructor(chat: number) {
    this.chat = chat;
    this.#stream = new RevisedStream<ThreadUpdate>(
      (receive) => threadSubscribe(chat, this.#around(), receive),
      unsubscribe,
      (update) => this.#receive(update),
    );
  }

  async open(): Promise<void> {
    try {
      await this.#stream.start();
      await this.#readPins();
    } catch (reason) {
      toasts.fail(reason);
    }
  }

  close(): void {
    this.#stream.stop();
  }

  /** Where a mended stream begins again: here, unless the newest entries are in view anyway. */
  #around(): number | null {
    return this.hasNewer ? (this.#entries[this.#entries.length >> 1]?.order ?? null) : null;
  }

  #receive(update: ThreadUpdate): void {
    this.changedAtStart = false;
    if (update.kind === 'snapshot') {
      this.#show(update.page);
      // Only the first snapshot tells what was unread on opening; a later one mends a lost change.
      if (!this.loaded) {
        this.firstUnread = update.page.first_unread;
        this.unread = update.page.unread;
      }
      this.loaded = true;
      this.#tellRead();
    } else {
      this.#apply(update.ops);
    }
  }

  #show(page: ThreadPage): void {
    this.#entries = page.items;
    this.hasOlder = page.has_older;
    this.hasNewer = page.has_newer;
    this.#forgetDrawn(new Set(page.items.map((item) => item.id)));
  }

  #apply(ops: readonly MessageOp[]): void {
    const entries = [...this.#entries];
    for (const op of ops) {
      const id = op.kind === 'put' ? op.item.id : op.id;
      const at = entries.findIndex((entry) => entry.id === id);
      const order = op.kind === 'put' ? op.item.order : entries[at]?.order;
      if (order !== undefined) requote(entries, order, op.kind === 'put' ? op.item : null);
      if (op.kind === 'remove') {
        if (at >= 0) entries.splice(at, 1);
      } else if (at >= 0) {
        entries[at] = op.item;
      } else if (this.#belongs(op.item, entries)) {
        const after = entries.findLastIndex((entry) => entry.order < op.item.order);
        entries.splice(after + 1, 0, op.item);
      }
    }
    this.#entries = entries;
    if (ops.some((op) => this.#touchesPins(op))) this.#readPins().catch(() => undefined);
    this.#forgetDrawn(new Set(ops.map((op) => (op.kind === 'put' ? op.item.id : op.id))));
  }

  #touchesPins(op: MessageOp): boolean {
    if (op.kind === 'put') return op.item.pinned || this.pins.some((pin) => pin.id === op.item.id);
    return this.pins.some((pin) => pin.id === op.id);
  }

  async #readPins(): Promise<void> {
    this.pins = await threadPins(this.chat);
  }

  /** Entries beyond the window are read when it gets there. */
  #belongs(item: MessageItem, entries: readonly MessageItem[]): boolean {
    const first = entries[0];
    const last = entries.at(-1);
    if (this.hasNewer && last && item.order > last.order) return false;
    return !(this.hasOlder && first && item.order < first.order);
  }

  #forgetDrawn(known: ReadonlySet<string>): void {
    if (this.#drawn.some((item) => known.has(item.id))) {
      this.#drawn = this.#drawn.filter((item) => !known.has(item.id));
    }
  }

  async loadOlder(): Promise<void> {
    const first = this.#entries[0];
    if (!first || !this.hasOlder) return;
    await this.#load(async () => {
      const page = await threadPage(this.chat, first.order, null, PAGE);
      this.changedAtStart = true;
      this.#entries = [...page.items, ...this.#entries];
      this.hasOlder = page.has_older;
    });
  }

  async loadNewer(): Promise<void> {
    const last = this.#entries.at(-1);
    if (!last || !this.hasNewer) return;
    await this.#load(async () => {
      const page = await threadPage(this.chat, null, last.order, PAGE);
      this.changedAtStart = false;
      this.#entries = [...this.#entries, ...page.items];
      this.hasNewer = page.has_newer;
    });
  }

  /** One page at a time: a second wish for one that is on its way is no wish. */
  #load(read: () => Promise<void>): Promise<void> {
    this.#loading ??= this.#reading(read);
    return this.#loading;
  }

  async #reading(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.olderFailed = false;
    } catch {
      this.olderFailed = true;
    } finally {
      this.#loading = undefined;
    }
  }

  /** Drops what lies beyond the window at the end that is not being read. Called once the last change is drawn. */
  trim(looking: 'older' | 'newer'): void {
    const excess = this.#entries.length - WINDOW;
    if (excess <= 0) return;
    this.changedAtStart = looking === 'newer';
    if (looking === 'older') {
      this.#entries = this.#entries.slice(0, WINDOW);
      this.hasNewer = true;
    } else {
      this.#entries = this.#entries.slice(excess);
      this.hasOlder = true;
    }
  }

  /** Makes sure that the newest entries are in the window. */
  async toNewest(): Promise<void> {
    await this.#loading;
    if (!this.hasNewer) return;
    await this.#load(async () => {
      const page = await threadPage(this.chat, null, null, PAGE);
      this.changedAtStart = false;
      this.#show(page);
    });
  }

  /** Makes sure that an entry is in the window. False when it is not there any more. */
  async reach(order: number): Promise<boolean> {
    const here = () => this.#entries.some((entry) => entry.order === order);
    await this.#loading;
    if (here()) return true;
    await this.#load(async () => {
      const upTo = await threadPage(this.chat, order + 1, null, PAGE / 2);
      const after = await threadPage(this.chat, null, order, PAGE / 2);
      this.changedAtStart = false;
      this.#entries = [...upTo.items, ...after.items];
      this.hasOlder = upTo.has_older;
      this.hasNewer = after.has_newer;
    });
    return here();
  }

  /** One's own newest message that can still be edited. */
  get lastEditable(): MessageItem | undefined {
    return this.#entries.findLast((item) => isEditable(item, Date.now()));
  }

  async send(text: string, answered: MessageItem | null = null, mentions: readonly MentionView[] = []): Promise<void> {
    await this.toNewest();
    const quote = answered && {
      mine: answered.mine,
      name: '',
      text: wordsOf(answered),
      order: answered.order,
      deleted: false,
      story: false,
    };
    await this.#sendAs(drawMessageId(), text, quote, [...mentions]);
  }

  /** Sends chosen files; the engine has them already, so it draws the message by itself. Throws what it refuses. */
  async sendFiles(
    text: string,
    mentions: readonly MentionView[],
    chosen: SendFile[],
    once: boolean,
    answered: MessageItem | null,
  ): Promise<void> {
    await this.toNewest();
    const order = answered?.order ?? null;
    if (once) await onceSend(this.chat, drawMessageId(), chosen, order);
    else await attachmentsSend(this.chat, drawMessageId(), text, rangesOf(mentions), chosen, order);
  }

  async #sendAs(id: string, text: string, quote: QuoteView | null, mentions: MentionView[]): Promise<void> {
    this.changedAtStart = false;
    this.#draw({
      ...UNTOUCHED,
      id,
      order: Number.MAX_SAFE_INTEGER,
      mine: true,
      at: Date.now(),
      state: 'sending',
      body: { kind: 'text', text },
      mentions,
      quote,
    });
    try {
      const answered = quote?.order ?? null;
      const ranges = rangesOf(mentions);
      if (answered !== null) await messageReply(this.chat, id, text, answered, ranges);
      else await messageSend(this.chat, id, text, ranges);
    } catch (reason) {
      const drawn = this.#drawn.find((item) => item.id === id);
      if (drawn) this.#draw({ ...drawn, state: 'failed', failure: refusal(reason).code });
      toasts.fail(reason);
    }
  }

  #draw(item: MessageItem): void {
    if (this.#entries.some((entry) => entry.id === item.id)) return;
    this.#drawn = [...this.#drawn.filter((other) => other.id !== item.id), item];
  }

  async retry(item: MessageItem): Promise<void> {
    try {
      if (this.#drawn.includes(item) && item.body.kind === 'text') {
        await this.#sendAs(item.id, item.body.text, item.quote, item.mentions);
      } else await messageRetry(this.chat, item.id);
    } catch (reason) {
      toasts.fail(reason);
    }
  }

  async discard(item: MessageItem): Promise<void> {
    if (this.#drawn.includes(item)) {
      this.#drawn = this.#drawn.filter((other) => other !== item);
      return;
    }
    try {
      await messageDiscard(this.chat, item.id);
    } catch (reason) {
      toasts.fail(reason);
    }
  }
}
