// Stories in the fake world, and what commands do to them.
import type { AttachmentView } from '../bindings/AttachmentView';
import type { PersonView } from '../bindings/PersonView';
import type { StoryAudience } from '../bindings/StoryAudience';
import type { StoryPerson } from '../bindings/StoryPerson';
import type { StoryView } from '../bindings/StoryView';
import type { StoryViewer } from '../bindings/StoryViewer';
import type { FakeEngine } from './engine';
import { attached } from './files';
import { refuse } from './refuse';
import { ME, type World } from './world';

type Given = Record<string, unknown>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let last = 900_000;

export function story(ago: number, text: string, part: Partial<StoryView> = {}): StoryView {
  const at = Date.now() - ago;
  last += 1;
  return {
    id: last.toString(16).padStart(32, '0'),
    order: last,
    at,
    expires_at: at + DAY,
    text,
    ground: part.file ? null : 0,
    file: null,
    seen: false,
    reaction: null,
    state: 'received',
    failure: null,
    viewers: [],
    ...part,
  };
}

const photo = (name: string, width = 900, height = 1600): AttachmentView =>
  attached(0, name, 500_000, { width, height });

const me: PersonView = {
  account: '00',
  me: true,
  name: ME.name,
  initials: ME.initials,
  hue: ME.hue,
  chat: null,
  picture_rev: 0,
};

function personOf(world: World, name: string): PersonView {
  const row = world.people.map((one) => one.row).find(({ title }) => title.startsWith(name));
  if (!row) throw new Error(`nobody is called ${name}`);
  const { id, title, initials, hue, picture_rev } = row;
  return { account: id.toString(16).padStart(4, '0'), me: false, name: title, initials, hue, chat: id, picture_rev };
}

/** The world with stories of its people, and of oneself if wanted. */
export function withStories(world: World, own = false): World {
  const of = (name: string, stories: StoryView[], muted = false): StoryPerson => ({
    person: personOf(world, name),
    muted,
    stories,
  });
  const viewer = (name: string, ago: number | null, reaction: string | null = null): StoryViewer => ({
    person: personOf(world, name),
    seen_at: ago === null ? null : Date.now() - ago,
    reaction,
  });
  const viewers = [
    viewer('Noor', 9 * MINUTE, '❤️'),
    viewer('Tomasz', 20 * MINUTE, '🎻'),
    viewer('Maren', 38 * MINUTE),
    viewer('Ilse', null),
  ];
  const mine: StoryPerson = {
    person: me,
    muted: false,
    stories: [story(3 * HOUR, 'Row F.\nTwo on the aisle.', { seen: true, state: 'sent', viewers })],
  };
  world.stories = [
    ...(own ? [mine] : []),
    of('Tomasz', [
      story(2 * HOUR, 'The stage at noon', { seen: true, ground: 5 }),
      story(12 * MINUTE, 'Tonight, the little door on the left.', { file: photo('door.jpg') }),
      story(11 * MINUTE, 'Doors at eight', { ground: 2 }),
    ]),
    of('Noor', [story(48 * MINUTE, 'Morning at the jetty', { file: photo('jetty.jpg', 1200, 800) })]),
    of('Maren', [story(5 * HOUR, 'The cello is asleep in row nine', { seen: true, ground: 4 })]),
    of('Ilse', [story(6 * HOUR, 'Tea?', { ground: 6 })], true),
  ];
  return world;
}

export function storyAt(engine: FakeEngine, order: unknown): { one: StoryPerson; story: StoryView } {
  for (const one of engine.world.stories ?? []) {
    const found = one.stories.find((each) => each.order === order);
    if (found) return { one, story: found };
  }
  throw refuse('not_found');
}

function change(engine: FakeEngine, order: unknown, part: Partial<StoryView> | null): void {
  storyAt(engine, order);
  const people = (engine.world.stories ?? []).map((one) => ({
    ...one,
    stories: one.stories.flatMap((each) => (each.order !== order ? [each] : part ? [{ ...each, ...part }] : [])),
  }));
  engine.world.stories = people.filter(({ stories }) => stories.length > 0);
  engine.tell({ kind: 'stories' });
}

export const STORY_COMMANDS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  stories: (engine) => engine.world.stories ?? [],
  story_audience: (): StoryAudience => ({ kind: 'everybody' }),
  story_post: (engine, { id, text, ground, file }) => {
    const shown = story(0, text as string, {
      id: id as string,
      ground: ground as number | null,
      file: file === null ? null : photo('new.jpg'),
      seen: true,
      state: 'sent',
    });
    const others = (engine.world.stories ?? []).filter(({ person }) => !person.me);
    const mine = (engine.world.stories ?? []).find(({ person }) => person.me);
    engine.world.stories = [{ person: me, muted: false, stories: [...(mine?.stories ?? []), shown] }, ...others];
    engine.tell({ kind: 'stories' });
  },
  story_seen: (engine, { order }) => change(engine, order, { seen: true }),
  story_react: (engine, { order, emoji }) => change(engine, order, { reaction: emoji as string | null }),
  story_reply: (engine, { order }) => storyAt(engine, order).one.person.chat ?? 0,
  story_delete: (engine, { order }) => change(engine, order, null),
  story_retry: (engine, { order }) => change(engine, order, { state: 'sending', failure: null }),
  story_mute: (engine, { chat, muted }) => {
    engine.world.stories = (engine.world.stories ?? []).map((one) =>
      one.person.chat === chat ? { ...one, muted: muted as boolean } : one,
    );
    engine.tell({ kind: 'stories' });
  },
};
