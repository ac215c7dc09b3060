// All emoji with names, words to search for, and skin tones. Read when a picker first opens.
import type { CompactEmoji } from 'emojibase';
import type { IconName } from '../icons';

export type Emoji = {
  emoji: string;
  name: string;
  /** Everything it can be found by, in small letters. */
  words: string;
  shortcode: string;
  /** From light to dark; empty for those without. */
  tones: readonly string[];
};

export const SECTIONS = [
  { key: 'smileys', group: 0 },
  { key: 'people', group: 1 },
  { key: 'nature', group: 3 },
  { key: 'food', group: 4 },
  { key: 'activities', group: 6 },
  { key: 'travel', group: 5 },
  { key: 'objects', group: 7 },
  { key: 'symbols', group: 8 },
  { key: 'flags', group: 9 },
] as const;

export type SectionKey = (typeof SECTIONS)[number]['key'] | 'recent';

/** The tabs above the grid; people stand below the smileys. */
export const TABS: readonly { key: SectionKey; icon: IconName }[] = [
  { key: 'recent', icon: 'clock' },
  { key: 'smileys', icon: 'smile' },
  { key: 'nature', icon: 'leaf' },
  { key: 'food', icon: 'cup' },
  { key: 'activities', icon: 'ball' },
  { key: 'travel', icon: 'car' },
  { key: 'objects', icon: 'bulb' },
  { key: 'symbols', icon: 'heart' },
  { key: 'flags', icon: 'flag' },
];

/** The six that are offered first. */
export const QUICK = ['❤️', '👍', '😂', '😮', '😢', '🙏'] as const;

export type Section = { key: SectionKey; emoji: readonly Emoji[] };

let reading: Promise<Section[]> | undefined;

/** All sections. A failed read is tried again the next time. */
export function readEmoji(): Promise<Section[]> {
  reading ??= read().catch((reason: unknown) => {
    reading = undefined;
    throw reason;
  });
  return reading;
}

async function read(): Promise<Section[]> {
  const [{ default: data }, { default: codes }] = await Promise.all([
    import('emojibase-data/en/compact.json'),
    import('emojibase-data/en/shortcodes/emojibase.json'),
  ]);
  return sectionsOf(data, codes);
}

export function sectionsOf(
  data: readonly CompactEmoji[],
  codes: Readonly<Record<string, string | string[]>>,
): Section[] {
  return SECTIONS.map(({ key, group }) => ({
    key,
    emoji: data
      .filter((one) => one.group === group)
      .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
      .map((one) => emojiOf(one, [codes[one.hexcode] ?? []].flat())),
  }));
}

function emojiOf({ unicode, label, tags = [], skins = [] }: CompactEmoji, codes: readonly string[]): Emoji {
  const [shortcode = ''] = codes;
  // Two people can have two tones each; the picker offers those where both have the same.
  const tones = skins.filter((skin) => !/-1F3F[B-F]-.*-1F3F[B-F]/.test(skin.hexcode)).slice(0, 5);
  return {
    emoji: unicode,
    name: label.charAt(0).toUpperCase() + label.slice(1),
    words: [label, ...tags, ...codes].join(' ').toLowerCase(),
    shortcode,
    tones: tones.length === 5 ? tones.map((skin) => skin.unicode) : [],
  };
}

/** Those in which every word occurs, the ones that begin with it first. */
export function findEmoji(sections: readonly Section[], sought: string): Emoji[] {
  const words = sought.toLowerCase().replaceAll(':', ' ').split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  const found = sections.flatMap((section) => section.emoji).filter((one) => words.every((w) => one.words.includes(w)));
  const begins = (one: Emoji) => (one.words.startsWith(first) || one.shortcode.startsWith(first) ? 0 : 1);
  return found.sort((one, other) => begins(one) - begins(other));
}

/** The same emoji is written with and without the mark that asks for a picture. */
const bare = (form: string) => form.replaceAll('\ufe0f', '');

/** Finds an emoji by itself and by its toned forms. */
export function indexOf(sections: readonly Section[]): (form: string) => Emoji | undefined {
  const all = sections.flatMap((section) => section.emoji);
  const index = new Map(all.flatMap((one) => [one.emoji, ...one.tones].map((form) => [bare(form), one] as const)));
  return (form) => index.get(bare(form));
}

/** Where an arrow leads in sections of rows of `columns`; each section begins a row of its own. */
export function stepInGrid(lengths: readonly number[], at: number, key: string, columns: number, rtl: boolean): number {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (key === (rtl ? 'ArrowLeft' : 'ArrowRight')) return Math.min(at + 1, total - 1);
  if (key === (rtl ? 'ArrowRight' : 'ArrowLeft')) return Math.max(at - 1, 0);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return at;
  let start = 0;
  for (const [section, length] of lengths.entries()) {
    if (at < start + length) return key === 'ArrowDown' ? below(section, start) : above(section, start);
    start += length;
  }
  return at;

  function below(section: number, first: number): number {
    const length = lengths[section] ?? 0;
    if (at + columns < first + length) return at + columns;
    const next = lengths[section + 1] ?? 0;
    // The last row of a section may be shorter than the column one is in.
    if (Math.floor((at - first) / columns) < Math.floor((length - 1) / columns)) return first + length - 1;
    return next === 0 ? at : first + length + Math.min((at - first) % columns, next - 1);
  }

  function above(section: number, first: number): number {
    if (at - columns >= first) return at - columns;
    const length = lengths[section - 1] ?? 0;
    if (length === 0) return at;
    const lastRow = Math.floor((length - 1) / columns) * columns;
    return first - length + Math.min(lastRow + ((at - first) % columns), length - 1);
  }
}
