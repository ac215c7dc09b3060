// What people show for a day, and which of it is open.
import type { StoryPerson } from '../lib/ipc/bindings/StoryPerson';
import type { StoryView } from '../lib/ipc/bindings/StoryView';
import * as engine from '../lib/ipc/client';
import { place } from './place.svelte';
import { attempt } from './toasts.svelte';

/** What lies on the sheet of the stories. */
export type Sheet = { kind: 'nothing' } | { kind: 'compose' } | { kind: 'story'; account: string; order: number };

const NOTHING: Sheet = { kind: 'nothing' };

class Stories {
  /** One's own first, then those not seen yet, as the engine orders them. */
  people = $state.raw<readonly StoryPerson[]>([]);
  sheet = $state.raw<Sheet>(NOTHING);
  readonly #byChat = $derived(new Map(this.people.flatMap((one) => (one.person.chat ? [[one.person.chat, one]] : []))));

  get mine(): StoryPerson | undefined {
    return this.people.find(({ person }) => person.me);
  }

  /** Somebody shows what was not seen yet. */
  get unseen(): boolean {
    return this.people.some((one) => !one.muted && !one.person.me && one.stories.some(({ seen }) => !seen));
  }

  /** What the person of a chat shows, unless it is out of the way. */
  of(chat: number): StoryPerson | undefined {
    const one = this.#byChat.get(chat);
    return one?.muted ? undefined : one;
  }

  /** The open story and who shows it. */
  get shown(): { one: StoryPerson; story: StoryView; at: number } | undefined {
    const { sheet } = this;
    if (sheet.kind !== 'story') return undefined;
    const one = this.people.find(({ person }) => person.account === sheet.account);
    const at = one?.stories.findIndex(({ order }) => order === sheet.order) ?? -1;
    const story = one?.stories[at];
    return one && story ? { one, story, at } : undefined;
  }

  async load(): Promise<void> {
    const people = await attempt(engine.stories());
    if (people) this.people = people;
  }

  /** At the first that was not seen, else at the first. */
  open(one: StoryPerson): void {
    const story = one.stories.find(({ seen }) => !seen) ?? one.stories[0];
    if (story) this.sheet = { kind: 'story', account: one.person.account, order: story.order };
  }

  /** The story at a place, as a quote names it; true while it is shown. */
  openAt(order: number): boolean {
    const one = this.people.find(({ stories }) => stories.some((story) => story.order === order));
    if (!one) return false;
    this.sheet = { kind: 'story', account: one.person.account, order };
    place.openStories();
    place.pane = 'sheet';
    return true;
  }

  compose(): void {
    this.sheet = { kind: 'compose' };
  }

  close(): void {
    this.sheet = NOTHING;
  }

  /** The next or the one before; past the last of a person comes the neighbour, past the last of all nothing. */
  step(by: 1 | -1): void {
    const { shown } = this;
    if (!shown) return;
    const beside = shown.one.stories[shown.at + by];
    if (beside) {
      this.sheet = { kind: 'story', account: shown.one.person.account, order: beside.order };
      return;
    }
    const next = this.neighbour(by);
    if (next) this.open(next);
    else if (by === 1) this.close();
  }

  /** Who comes after or before the open one, without those out of the way and without oneself. */
  neighbour(by: 1 | -1): StoryPerson | undefined {
    const { shown } = this;
    if (!shown || shown.one.person.me) return undefined;
    const others = this.people.filter((one) => !one.person.me && one.muted === shown.one.muted);
    return others[others.findIndex(({ person }) => person.account === shown.one.person.account) + by];
  }

  /** It was on the screen. */
  saw(story: StoryView): void {
    if (!story.seen) engine.storySeen(story.order).catch(() => undefined);
  }
}

export const stories = new Stories();
