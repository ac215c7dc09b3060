// One drawer of what a conversation has collected: read in pages, newest first, and kept as it is by now.
import type { GalleryCounts } from '../lib/ipc/bindings/GalleryCounts';
import type { GalleryDrawer } from '../lib/ipc/bindings/GalleryDrawer';
import type { GalleryItem } from '../lib/ipc/bindings/GalleryItem';
import type { MessageOp } from '../lib/ipc/bindings/MessageOp';
import type { ThreadUpdate } from '../lib/ipc/bindings/ThreadUpdate';
import { gallery } from '../lib/ipc/client';
import { threadSubscribe, unsubscribe } from '../lib/ipc/events';
import { RevisedStream } from './revised';

const PAGE = 60;
/** As many as the engine gives at once. */
const LONGEST = 200;
const NOTHING: GalleryCounts = { media: 0, files: 0, links: 0 };

export class Gallery {
  readonly chat: number;
  readonly drawer: GalleryDrawer;
  items = $state.raw<GalleryItem[]>([]);
  counts = $state.raw<GalleryCounts>(NOTHING);
  loaded = $state(false);
  failed = $state(false);
  more = $state(false);

  #reading: Promise<void> | undefined;
  /** Something changed while it was read. */
  #stale = false;
  readonly #stream: RevisedStream<ThreadUpdate>;

  constructor(chat: number, drawer: GalleryDrawer) {
    this.chat = chat;
    this.drawer = drawer;
    // The conversation itself is drawn elsewhere: its changes alone matter here.
    this.#stream = new RevisedStream<ThreadUpdate>(
      (receive) => threadSubscribe(chat, null, receive),
      unsubscribe,
      (update) => {
        if (update.kind === 'diff') this.#apply(update.ops);
        else void this.refresh();
      },
    );
  }

  open(): void {
    this.#stream.start().catch(() => (this.failed = true));
  }

  close(): void {
    this.#stream.stop();
  }

  #apply(ops: readonly MessageOp[]): void {
    let items = this.items;
    const oldest = this.more ? (items.at(-1)?.message.order ?? 0) : 0;
    let unknown = false;
    for (const op of ops) {
      const id = op.kind === 'put' ? op.item.id : op.id;
      const known = items.some(({ message }) => message.id === id);
      if (op.kind === 'remove' || op.item.body.kind === 'deleted') {
        if (known) items = items.filter(({ message }) => message.id !== id);
        unknown ||= known;
      } else if (known && this.drawer !== 'links') {
        items = items.map((one) => (one.message.id === id ? { ...one, message: op.item } : one));
      } else unknown ||= op.item.order >= oldest;
    }
    this.items = items;
    if (unknown) void this.refresh();
  }

  /** Reads what was read again. */
  refresh(): Promise<void> {
    if (this.#reading) {
      this.#stale = true;
      return this.#reading;
    }
    return this.#read(async () => {
      const page = await gallery(this.chat, this.drawer, null, Math.min(LONGEST, Math.max(PAGE, this.items.length)));
      const last = page.items.at(-1)?.message.order ?? 0;
      const rest = page.more ? this.items.filter(({ message }) => message.order < last) : [];
      if (rest.length === 0) this.more = page.more;
      this.items = [...page.items, ...rest];
      this.counts = page.counts;
      this.loaded = true;
    });
  }

  /** Reads what is older, if there is any. */
  loadMore(): Promise<void> {
    const last = this.items.at(-1);
    if (!this.more || !last || this.#reading) return this.#reading ?? Promise.resolve();
    return this.#read(async () => {
      const page = await gallery(this.chat, this.drawer, last.message.order, PAGE);
      this.items = [...this.items, ...page.items];
      this.more = page.more;
    });
  }

  #read(read: () => Promise<void>): Promise<void> {
    const reading = async () => {
      try {
        await read();
        this.failed = false;
      } catch {
        this.failed = true;
      } finally {
        this.#reading = undefined;
      }
      if (this.#stale) {
        this.#stale = false;
        await this.refresh();
      }
    };
    this.#reading = reading();
    return this.#reading;
  }
}
