// The parser of message text.
import { describe, expect, it } from 'vitest';
import { type Span, parseMarkup } from '../src/lib/markup';

/** The tree written short: `b(…)`, `i(…)`, `s(…)`, `c(…)`, `a(…)`. */
function short(spans: readonly Span[]): string {
  return spans
    .map((span) => {
      if (span.kind === 'text') return span.text;
      if (span.kind === 'code') return `c(${span.text})`;
      if (span.kind === 'link') return `a(${span.text}→${span.url})`;
      if (span.kind === 'mention') return span.text;
      return `${span.kind[0]}(${short(span.children)})`;
    })
    .join('');
}

const parsed = (text: string) => short(parseMarkup(text));

describe('marks', () => {
  it.each([
    ['plain', 'plain'],
    ['*bold*', 'b(bold)'],
    ['_italic_ and ~gone~', 'i(italic) and s(gone)'],
    ['`code *with* stars`', 'c(code *with* stars)'],
    ['*bold with _italic_ inside*', 'b(bold with i(italic) inside)'],
    ['(*bold*), then', '(b(bold)), then'],
    ['*عريض* هنا', 'b(عريض) هنا'],
  ])('%s', (text, tree) => expect(parsed(text)).toBe(tree));

  it.each([
    'two * three * four',
    '2*3*4',
    'snake_case_name',
    '*never closed',
    '*over\nlines*',
    '**',
    '``',
    '* spaced *',
    '*',
    '`',
  ])('leaves %j as it is', (text) => expect(parsed(text)).toBe(text));

  it('does not close one mark with another', () => expect(parsed('*a _b* c_')).toBe('b(a _b) c_'));

  it('keeps what a mark wraps around code', () => expect(parsed('*run `a*b` now*')).toBe('b(run c(a*b) now)'));
});

describe('links', () => {
  it('finds addresses with and without a scheme', () => {
    expect(parsed('see https://a.example/x, or b.com')).toBe(
      'see a(https://a.example/x→https://a.example/x), or a(b.com→http://b.com)',
    );
  });

  it('finds mail addresses', () => expect(parsed('to me@a.com')).toBe('to a(me@a.com→mailto:me@a.com)'));

  it('leaves marks inside addresses alone', () => {
    expect(parsed('https://a.example/_x_/*y*')).toBe('a(https://a.example/_x_/*y*→https://a.example/_x_/*y*)');
    expect(parsed('*https://a.example/a*b*')).toContain('a(https://a.example/a*b');
  });

  it('never makes a link of a scheme that runs something', () => {
    expect(parsed('javascript:alert(1) file:///etc/passwd ftp://a.com')).not.toContain('a(');
  });
});

it('loses no character, whatever is typed', () => {
  const letters = ['*', '_', '~', '`', ' ', 'a', '\n', 'é', 'b.com'];
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const flat = (spans: readonly Span[]): string =>
    spans.map((span) => ('children' in span ? flat(span.children) : span.text)).join('');
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: next(14) }, () => letters[next(letters.length)]).join('');
    const kept = flat(parseMarkup(text));
    const marks = /[*_~`]/g;
    expect(kept.replace(marks, '')).toBe(text.replace(marks, ''));
  }
});

it('takes a long message without stalling', () => {
  const begun = performance.now();
  parseMarkup('*'.repeat(8000) + 'a_'.repeat(4000));
  parseMarkup('*a '.repeat(5300));
  expect(performance.now() - begun).toBeLessThan(500);
});
