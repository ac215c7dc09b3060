// When a message can leave later: what is offered, and how a day and a time are read.
import { startOfDay } from '../../lib/time';

/** So many days ahead are offered. */
const AHEAD = 60;

/** Starts of the days that can be chosen. */
export function days(now: number): number[] {
  return Array.from({ length: AHEAD + 1 }, (_, ahead) => {
    const day = new Date(startOfDay(now));
    day.setDate(day.getDate() + ahead);
    return day.getTime();
  });
}

/** `9:05`, `09.05` or `0905` on that day; null when it is no time of day. */
export function momentOf(day: number, time: string): number | null {
  const found = /^(\d{1,2})[:.h]?(\d{2})$/.exec(time.trim());
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2])];
  if (hours > 23 || minutes > 59) return null;
  return new Date(day).setHours(hours, minutes, 0, 0);
}

/** In an hour, this evening, tomorrow morning, Monday morning: those that are still to come, each once. */
export function offers(now: number): number[] {
  const [today = now, tomorrow = now] = days(now);
  const hour = new Date(now);
  hour.setHours(hour.getHours() + 1, 0, 0, 0);
  const monday = new Date(today);
  monday.setDate(monday.getDate() + ((8 - monday.getDay()) % 7 || 7));
  const moments = [
    hour.getTime(),
    momentOf(today, '20:00') ?? now,
    momentOf(tomorrow, '09:00') ?? now,
    momentOf(monday.getTime(), '09:00') ?? now,
  ];
  return [...new Set(moments.filter((moment) => moment > now))].sort((one, other) => one - other);
}
