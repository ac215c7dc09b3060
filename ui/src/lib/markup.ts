// Text of a message as a tree: *bold*, _italic_, ~strike~, `code` and links. Drawn as elements, never as HTML.
import { LinkifyIt } from 'linkify-it';

export type Span =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; url: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Span[] };

const linkify = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true });

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
type Mark = keyof typeof STYLES;

const isMark = (character: string | undefined): character is Mark => character !== undefined && character in STYLES;
const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
const isSpace = (character: string | undefined) => character === undefined || /\s/.test(character);

type Link = { start: number; end: number; url: string };

/** Links are found first: what stands inside an address is never a mark. */
function linksOf(text: string): Link[] {
  return (linkify.match(text) ?? [])
    .filter((match) => /^(https?|mailto):/.test(match.url))
    .map((match) => ({ start: match.index, end: match.lastIndex, url: match.url }));
}

class Parser {
  readonly #text: string;
  readonly #links: Map<number, Link>;

  constructor(text: string) {
    this.#text = text;
    this.#links = new Map(linksOf(text).map((link) => [link.start, link]));
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
      const link = this.#links.get(at);
      const character = this.#text[at];
      if (link && link.end <= end) {
        push({ kind: 'link', text: this.#text.slice(link.start, link.end), url: link.url }, link.end);
      } else if (character === '`') {
        const close = this.#text.indexOf('`', at + 1);
        if (close > at + 1 && close < end) push({ kind: 'code', text: this.#text.slice(at + 1, close) }, close + 1);
        else at += 1;
      } else if (isMark(character) && !open.includes(character)) {
        const close = this.#closing(character, at, end);
        if (close === undefined) at += 1;
        else push({ kind: STYLES[character], children: this.parse(at + 1, close, [...open, character]) }, close + 1);
      } else {
        at += 1;
      }
    }
    if (plain < end) spans.push({ kind: 'text', text: this.#text.slice(plain, end) });
    return spans;
  }

  /** Where the mark opened at `start` closes: both touch their words, on one line, and `a_b_c` opens nothing. */
  #closing(mark: Mark, start: number, end: number): number | undefined {
    if (isWord(this.#text[start - 1]) || isSpace(this.#text[start + 1])) return undefined;
    for (let at = start + 1; at < end; at += 1) {
      const link = this.#links.get(at);
      if (link) at = link.end;
      const character = this.#text[at];
      if (at >= end || character === '\n') return undefined;
      if (character === '`') {
        const close = this.#text.indexOf('`', at + 1);
        if (close > 0 && close < end) at = close;
      } else if (character === mark && at > start + 1) {
        if (!isSpace(this.#text[at - 1]) && !isWord(this.#text[at + 1])) return at;
      }
    }
    return undefined;
  }
}

export function parseMarkup(text: string): Span[] {
  return new Parser(text).parse(0, text.length);
}
