// Sentences put together from what the engine says: presence and notices.
import type { NoticeKind } from '../lib/ipc/bindings/NoticeKind';
import type { PresenceView } from '../lib/ipc/bindings/PresenceView';
import { dayName, duration, isToday, timeOfDay } from '../lib/time';
import { m } from './generated/messages.js';
import { formattingLocale } from './locale.svelte';

/** `online`, `last seen at 19:58`, `last seen yesterday at 19:58`; empty when nothing is known. */
export function presenceText(presence: PresenceView, now: number): string {
  if (presence.kind === 'unknown') return '';
  if (presence.kind === 'online') return m.online();
  const locale = formattingLocale();
  const time = timeOfDay(presence.at, locale);
  if (isToday(presence.at, now)) return m.last_seen_today({ time });
  const words = { locale, today: m.today(), yesterday: m.yesterday_lower() };
  return m.last_seen_on({ day: dayName(presence.at, now, words), time });
}

function timerText(seconds: number, mine: boolean, name: string): string {
  if (seconds === 0) return mine ? m.notice_timer_off_mine() : m.notice_timer_off({ name });
  const time = duration(seconds, formattingLocale());
  return mine ? m.notice_timer_mine({ time }) : m.notice_timer({ name, time });
}

/** What the engine says in a conversation, about the person called `name`. */
export function noticeText(notice: NoticeKind, name: string): string {
  switch (notice.kind) {
    case 'encrypted':
      return m.notice_encrypted();
    case 'key_changed':
      return m.notice_key_changed({ name });
    case 'key_violated':
      return m.notice_key_violated({ name });
    case 'verified':
      return m.notice_verified({ name });
    case 'gap':
      return m.notice_gap({ count: notice.count });
    case 'lost':
      return m.notice_lost({ count: notice.count });
    case 'timer':
      return timerText(notice.seconds, notice.mine, name);
  }
}
