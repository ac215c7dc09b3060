// Both languages say everything, and Arabic counts as Arabic does.
import { describe, expect, it } from 'vitest';
import ar from '../messages/ar.json';
import en from '../messages/en.json';
import { codeText, m, refusalText, speak } from '../src/i18n';
import { refuse } from '../src/lib/ipc/fake/refuse';

type Variants = { match: Record<string, string> }[];
const files: Record<string, Record<string, unknown>> = { en, ar };

const sentences = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : (value as Variants).flatMap(({ match }) => Object.values(match));

const blanks = (value: unknown) => new Set(sentences(value).flatMap((text) => text.match(/\{\w+\}/g) ?? []));

describe('the message files', () => {
  it('have the same keys', () => expect(Object.keys(ar).sort()).toEqual(Object.keys(en).sort()));

  it.each(Object.entries(files))('%s leaves no sentence empty', (_, messages) => {
    for (const value of Object.values(messages)) for (const text of sentences(value)) expect(text.trim()).not.toBe('');
  });

  it('fill the same blanks', () => {
    for (const [key, value] of Object.entries(files.en ?? {}))
      expect([key, blanks(files.ar?.[key])]).toEqual([key, blanks(value)]);
  });

  it('have Arabic words in the Arabic file', () => {
    const foreign = Object.entries(ar).filter(
      ([key, value]) => key !== '$schema' && !sentences(value).every((text) => /\p{Script=Arabic}/u.test(text)),
    );
    // A kind and a time, or a time and people, with a comma between them, and a name and a text with a colon.
    expect(foreign.map(([key]) => key)).toEqual(['group_call_line', 'call_line_length', 'announced']);
  });

  it('give Arabic all six of its plurals', () => {
    const counted = Object.values(ar).filter((value) => Array.isArray(value)) as Variants[];
    expect(counted.length).toBeGreaterThan(3);
    for (const [variant] of counted) {
      expect(
        Object.keys(variant?.match ?? {})
          .map((form) => form.split('=')[1])
          .sort(),
      ).toEqual(['few', 'many', 'one', 'other', 'two', 'zero']);
    }
  });
});

describe('counting', () => {
  it('in English', () => {
    speak('en', []);
    expect([1, 2].map((count) => m.new_messages({ count }))).toEqual(['1 new message', '2 new messages']);
  });

  it('in Arabic', () => {
    speak('ar', []);
    expect([1, 2, 3, 11, 100].map((count) => m.new_messages({ count }))).toEqual([
      'رسالة جديدة',
      'رسالتان جديدتان',
      '3 رسائل جديدة',
      '11 رسالة جديدة',
      '100 رسالة جديدة',
    ]);
    speak('en', []);
  });
});

describe('the language', () => {
  it('follows the computer until one is chosen', () => {
    speak(null, ['ar-EG', 'en']);
    expect(m.close()).toBe('إغلاق');
    speak(null, ['fi', 'en-US']);
    expect(m.close()).toBe('Close');
    speak('ar', ['en']);
    expect(m.close()).toBe('إغلاق');
    speak('en', []);
  });
});

describe('refusals', () => {
  it('say how many tries are left, and when to come back', () => {
    expect(refusalText(refuse('code_wrong', { tries_left: 1 }))).toBe('The code is wrong. 1 try is left.');
    expect(refusalText(refuse('rate_limited', { retry_at: new Date(2026, 1, 1, 20, 41).getTime() }))).toContain(
      '20:41',
    );
  });

  it('say what happened and what to do', () => expect(codeText('offline')).toMatch(/\..+\./));
});
