// How moments are written: a time of day today, then "Yesterday", a weekday, a date.
export type Words = { locale: string; today: string; yesterday: string };

const DAY = 24 * 60 * 60 * 1000;

/** Formatters are costly to make and asked for on every row, so each is made once. */
const made = new Map<string, Intl.DateTimeFormat>();

function format(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(options);
  let formatter = made.get(key);
  if (!formatter) made.set(key, (formatter = new Intl.DateTimeFormat(locale, options)));
  return formatter.format(at);
}

/** The start of that day on this computer's calendar. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** Whole calendar days from one moment to another, whatever summer time does to their length. */
function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);
}

export function timeOfDay(at: number, locale: string): string {
  return format(at, locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

function date(at: number, now: number, locale: string, month: 'short' | 'long'): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, locale, { day: 'numeric', month, ...(sameYear ? {} : { year: 'numeric' }) });
}

/** For a row of the chat list: `20:41`, `Yesterday`, `Sunday`, `3 Nov`. */
export function rowTime(at: number, now: number, words: Words): string {
  const days = daysBetween(at, now);
  if (days <= 0) return timeOfDay(at, words.locale);
  if (days === 1) return words.yesterday;
  if (days < 7) return format(at, words.locale, { weekday: 'long' });
  return date(at, now, words.locale, 'short');
}

/** For the mark between two days of a conversation. */
export function dayName(at: number, now: number, words: Words): string {
  const days = daysBetween(at, now);
  if (days <= 0) return words.today;
  if (days === 1) return words.yesterday;
  if (days < 7) return format(at, words.locale, { weekday: 'long' });
  return date(at, now, words.locale, 'long');
}

/** For what lies in one month: `November`, `March 2025`. */
export function monthName(at: number, now: number, locale: string): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(at, locale, { month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** Whether a moment lies on today's page of the calendar. */
export function isToday(at: number, now: number): boolean {
  return daysBetween(at, now) <= 0;
}

const UNITS = [
  [7 * 24 * 3600, 'week'],
  [24 * 3600, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** `4 weeks`, `8 hours`: in the greatest unit that fits without a rest. */
export function duration(seconds: number, locale: string): string {
  const [length, unit] = UNITS.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, 'second'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / length);
}

/** `0:42`, for a countdown. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `12:47`, `1:02:03`: how long something has lasted. */
export function clockTime(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const rest = two(Math.floor(seconds % 60));
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}
