// How long ago, and for how much longer.
import { dayWords, formattingLocale } from '../../i18n';
import { duration, rowTime } from '../../lib/time';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `12 minutes`, `3 hours`. */
export function span(milliseconds: number): string {
  const hours = Math.floor(milliseconds / HOUR);
  const seconds = hours > 0 ? hours * 3600 : Math.max(1, Math.floor(milliseconds / MINUTE)) * 60;
  return duration(seconds, formattingLocale());
}

/** How long ago, within three hours; else the time of day, or the day. */
export function when(at: number, now: number, style: 'long' | 'short' = 'long'): string {
  const passed = now - at;
  if (passed >= 3 * HOUR) return rowTime(at, now, dayWords());
  const format = new Intl.RelativeTimeFormat(formattingLocale(), { numeric: 'auto', style });
  return passed < HOUR
    ? format.format(-Math.floor(passed / MINUTE), 'minute')
    : format.format(-Math.floor(passed / HOUR), 'hour');
}
