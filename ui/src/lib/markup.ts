// Text of a message as a tree: *bold*, _italic_, ~strike~, `code`, links and people. Drawn as elements, never as HTML.
import { LinkifyIt } from 'linkify-it';
import type { MentionView } from './ipc/bindings/MentionView';
import type { PersonView } from './ipc/bindings/PersonView';

export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; url: string }
  | { kind: 'mention'; text: string; person: PersonView }
  | { kind: 'bold' | 'italic' | 'strike'; children: Span[] };

/** How a link into a group begins; the window opens it, not a browser. */
export const JOIN = 'sotto://join/';

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true }).add('sotto:', {
  validate: (text: string, at: number) => /^\/\/join\/[\w-]+/.exec(text.slice(at))?.[0].length ?? 0,
});

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
type Mark = keyof typeof STYLES;

const isMark = (character: string | undefined): character is Mark => character !== undefined && character in STYLES;
const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
const isSpace = (character: string | undefined) => character === undefined || /\s/.test(character);

/** A stretch that is taken as it is: an address, a person, or code. Marks inside it are characters. */
type Opaque = { end: number; span: Span };

function linksOf(text: string): Map<number, Opaque> {
  const links = (linkify.match(text) ?? []).filter((match) => /^(https?:|mailto:|sotto:\/\/join\/)/.test(match.url));
  return new Map(
    links.map(({ index, lastIndex, url }) => [
      index,
      { end: lastIndex, span: { kind: 'link', text: text.slice(index, lastIndex), url } },
    ]),
  );
}

const mentionsOf = (mentions: readonly MentionView[]): Map<number, Opaque> =>
  new Map(
    mentions.map(({ start, length, person }) => [
      start,
      { end: start + length, span: { kind: 'mention', text: `@${person.name}`, person } },
    ]),
  );

function codeAt(text: string, at: number): Opaque | undefined {
  const close = text[at] === '`' ? text.indexOf('`', at + 1) : -1;
  return close > at + 1 ? { end: close + 1, span: { kind: 'code', text: text.slice(at + 1, close) } } : undefined;
}

/** The first of ascending positions that is not before `from`. */
function firstFrom(positions: readonly number[], from: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return positions[low] ?? Number.POSITIVE_INFINITY;
}

/** One pass over the text finds what could close, so that a message made to stall the parser does not. */
class Parser {
  readonly #text: string;
  readonly #opaque = new Map<number, Opaque>();
  readonly #closers: Record<Mark, number[]> = { '*': [], _: [], '~': [] };
  readonly #lineEnds: number[] = [];

  constructor(text: string, mentions: readonly MentionView[]) {
    this.#text = text;
    const links = linksOf(text);
    const people = mentionsOf(mentions);
    let at = 0;
    while (at < text.length) {
      const opaque = people.get(at) ?? links.get(at) ?? codeAt(text, at);
      if (opaque) {
        this.#opaque.set(at, opaque);
        at = opaque.end;
        continue;
      }
      const character = text[at];
      if (character === '\n') this.#lineEnds.push(at);
      else if (isMark(character) && !isSpace(text[at - 1]) && !isWord(text[at + 1])) this.#closers[character].push(at);
      at += 1;
    }
  }

  /** Spans of the stretch from `start` to `end`; `open` are the marks already around it. */
  parse(start: number, end: number, open: readonly Mark[] = []): Span[] {
    const spans: Span[] = [];
    let plain = start;
    let at = start;
    const push = (span: Span, next: number) => {
      if (plain < at) spans.push({ kind: 'text', text: this.#text.slice(plain, at) });
      spans.push(span);
      at = plain = next;
    };
    while (at < end) {
      const opaque = this.#opaque.get(at);
      const character = this.#text[at];
      const close = isMark(character) && !open.includes(character) ? this.#closing(character, at, end) : undefined;
      if (opaque) push(opaque.span, opaque.end);
      else if (isMark(character) && close !== undefined) {
        push({ kind: STYLES[character], children: this.parse(at + 1, close, [...open, character]) }, close + 1);
      } else at += 1;
    }
    if (plain < end) spans.push({ kind: 'text', text: this.#text.slice(plain, end) });
    return spans;
  }

  /** Where the mark opened at `start` closes: both touch their words, on one line, and `a_b_c` opens nothing. */
  #closing(mark: Mark, start: number, end: number): number | undefined {
    if (isWord(this.#text[start - 1]) || isSpace(this.#text[start + 1])) return undefined;
    const close = firstFrom(this.#closers[mark], start + 2);
    return close < end && close < firstFrom(this.#lineEnds, start) ? close : undefined;
  }
}

export function parseMarkup(text: string, mentions: readonly MentionView[] = []): Span[] {
  return new Parser(text, mentions).parse(0, text.length);
}
