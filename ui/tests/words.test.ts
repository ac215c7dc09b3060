// Times, names, codes and keys.
import { describe, expect, it } from 'vitest';
import { found } from '../src/features/chats/finding';
import { LIMIT, sends } from '../src/features/composer/writing';
import { digitsOf, spaced } from '../src/features/onboarding/code';
import { matching, named } from '../src/components/countries';
import { person } from '../src/lib/ipc/fake/world';
import { shortName } from '../src/lib/names';
import { countdown, dayName, rowTime } from '../src/lib/time';

const words = { locale: 'en-GB', today: 'Today', yesterday: 'Yesterday' };
const now = new Date(2026, 10, 24, 12, 0).getTime();
const on = (month: number, day: number, hour = 20, year = 2026) => new Date(year, month - 1, day, hour, 41).getTime();

describe('times', () => {
  it.each([
    [on(11, 24, 9), '09:41'],
    [on(11, 23), 'Yesterday'],
    [on(11, 20), 'Friday'],
    [on(11, 3), '3 Nov'],
    [on(11, 3, 20, 2024), '3 Nov 2024'],
  ])('in a row of the list', (at, written) => expect(rowTime(at, now, words)).toBe(written));

  it('names days in a conversation', () => {
    expect(dayName(on(11, 24, 0), now, words)).toBe('Today');
    expect(dayName(on(11, 23), now, words)).toBe('Yesterday');
    expect(dayName(on(3, 3), now, words)).toBe('3 March');
  });

  it('counts calendar days over a change of clocks', () => {
    const sunday = new Date(2026, 9, 25, 23, 30).getTime();
    expect(rowTime(new Date(2026, 9, 24, 0, 10).getTime(), sunday, words)).toBe('Yesterday');
  });

  it('counts down and stops at nought', () => {
    expect(countdown(42_000)).toBe('0:42');
    expect(countdown(61_001)).toBe('1:02');
    expect(countdown(-5)).toBe('0:00');
  });
});

it('calls people by a name that reads well in a sentence', () => {
  expect(shortName('Noor Haddad')).toBe('Noor');
  expect(shortName('Dr. Priya Raman')).toBe('Dr. Priya Raman');
  expect(shortName('+49 151 23456789')).toBe('+49 151 23456789');
  expect(shortName('نور حداد')).toBe('نور');
});

describe('codes', () => {
  it.each([
    ['407123', '407123'],
    ['407 123', '407123'],
    [' 407-123\n', '407123'],
    ['٤٠٧١٢٣', '407123'],
    ['۴۰۷۱۲۳', '407123'],
    ['Your code is 4071239', '407123'],
  ])('takes %j', (pasted, code) => expect(digitsOf(pasted)).toBe(code));

  it('is shown in two halves', () => expect(spaced('407123')).toBe('407 123'));
});

describe('the Enter key', () => {
  const key = (part: Partial<KeyboardEvent>) => ({
    key: 'Enter',
    shiftKey: false,
    isComposing: false,
    keyCode: 13,
    ...part,
  });

  it('sends or breaks the line, as chosen', () => {
    expect(sends(key({}), true)).toBe(true);
    expect(sends(key({ shiftKey: true }), true)).toBe(false);
    expect(sends(key({}), false)).toBe(false);
    expect(sends(key({ shiftKey: true }), false)).toBe(true);
  });

  it('never sends while a word is being composed', () => {
    expect(sends(key({ isComposing: true }), true)).toBe(false);
    expect(sends(key({ keyCode: 229 }), true)).toBe(false);
  });

  it('has a limit the engine shares', () => expect(LIMIT).toBe(16_000));
});

describe('searching the list', () => {
  const rows = [
    person({ id: 1, title: 'Júlia Vas', initials: 'JV', hue: 'olive', unread: 1 }),
    person({ id: 2, title: '+49 151 23456789', initials: '#', hue: 'slate' }),
  ].map((one) => one.row);
  const ids = (sought: string, filter: 'all' | 'unread' = 'all') => found(rows, filter, sought).map((row) => row.id);

  it('ignores accents and case', () => expect(ids('JULIA')).toEqual([1]));
  it('finds a number however it is spaced', () => expect(ids('+49 1512 345')).toEqual([2]));
  it('does not take digits inside words for numbers', () => expect(ids('mp3 4')).toEqual([]));
  it('combines with the filter', () => expect(ids('', 'unread')).toEqual([1]));
});

describe('countries', () => {
  const list = named(
    [
      { region: 'PT', calling_code: 351 },
      { region: 'DE', calling_code: 49 },
      { region: 'CI', calling_code: 225 },
    ],
    'en',
  );

  it('are found by name, code and region', () => {
    expect(matching(list, 'port').map((one) => one.region)).toEqual(['PT']);
    expect(matching(list, '+49').map((one) => one.region)).toEqual(['DE']);
    expect(matching(list, 'cote').map((one) => one.region)).toEqual(['CI']);
  });

  it('carry their flag and are sorted by name', () => {
    expect(list.map((one) => one.region)).toEqual(['CI', 'DE', 'PT']);
    expect(list[2]?.flag).toBe('🇵🇹');
  });
});
