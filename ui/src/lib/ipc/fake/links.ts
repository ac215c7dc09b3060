// Pages behind links, in the fake world.
import type { LinkPreviewView } from '../bindings/LinkPreviewView';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';
import { type Person, moment, noted, person, said, wrote } from './world';

type Given = Record<string, unknown>;

const at = (time: string) => moment(0, time);

/** A hill under a sky, small enough to stand here. */
const HILL =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><path fill="#cfdfd9" d="M0 0h4v3H0z"/>' +
      '<circle cx="3" cy="1" r=".3" fill="#f4e3b5"/><path fill="#4f7a68" d="M0 3V2q1-1 2 0t2 0v1z"/></svg>',
  );

const page = (url: string, part: Partial<LinkPreviewView> = {}): LinkPreviewView => ({
  url,
  host: new URL(url).host,
  title: 'Weather for sailors: the sea at six',
  description: 'North-westerly, seven knots, rain later. Good visibility, and a moon until four in the morning.',
  picture: HILL,
  ...part,
});

const WEATHER = 'https://weather.example/sea';
const PLAIN = 'https://archive.example/scores/7';

export function linked(): Person {
  return person(
    { id: 27, title: 'Tomé Brito', initials: 'TB', hue: 'lagoon' },
    {
      presence: { kind: 'online' },
      lines: [
        noted(at('08:00'), { kind: 'encrypted' }),
        said(at('08:02'), `Have you seen this? ${WEATHER}`, { link: page(WEATHER) }),
        wrote(at('08:04'), `Then I would rather play: ${PLAIN}`, 'read', {
          link: page(PLAIN, { title: 'String quartet no. 7', description: '', picture: null }),
        }),
      ],
    },
  );
}

export const LINK_COMMANDS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  link_preview: (_, { text }) => {
    const url = /https?:\/\/\S+/.exec(text as string)?.[0];
    if (!url) return null;
    if (!url.includes('.example')) throw refuse('not_found');
    return page(url);
  },
  link_preview_close: () => undefined,
  person_report: () => undefined,
};
