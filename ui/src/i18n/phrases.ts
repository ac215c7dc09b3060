// Sentences put together from what the engine says: presence and notices.
import { shortName } from '../lib/names';
import type { FileState } from '../lib/ipc/bindings/FileState';
import type { GroupNotice } from '../lib/ipc/bindings/GroupNotice';
import type { GroupRole } from '../lib/ipc/bindings/GroupRole';
import type { NoticeKind } from '../lib/ipc/bindings/NoticeKind';
import type { PersonView } from '../lib/ipc/bindings/PersonView';
import type { PresenceView } from '../lib/ipc/bindings/PresenceView';
import { type Words, dayName, duration, isToday, timeOfDay } from '../lib/time';
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

const called = (who: PersonView) => (who.me ? m.you() : who.name);

/** A change of a group as a sentence that holds for everybody, this person included. */
function groupText(by: PersonView, what: GroupNotice): string {
  const name = called(by);
  switch (what.kind) {
    case 'created':
      return m.group_line_created({ name, title: what.name });
    case 'added': {
      const list = new Intl.ListFormat(formattingLocale(), { type: 'conjunction' });
      return m.group_line_added({ name, who: list.format(what.who.map(called)) });
    }
    case 'removed':
      return m.group_line_removed({ name, who: called(what.who) });
    case 'left':
      return m.group_line_left({ name });
    case 'role':
      return m.group_line_role({ name, who: called(what.who), role: roleText(what.role) });
    case 'renamed':
      return m.group_line_renamed({ name, title: what.name });
    case 'link':
      return what.there ? m.group_line_link({ name }) : m.group_line_unlinked({ name });
    case 'approval':
      return what.asked ? m.group_line_approval({ name }) : m.group_line_no_approval({ name });
    case 'described':
      return what.about ? m.group_line_described({ name }) : m.group_line_undescribed({ name });
    case 'pictured':
      return what.there ? m.group_line_pictured({ name }) : m.group_line_unpictured({ name });
    case 'policy':
      return m.group_line_policy({ name });
    case 'forked':
      return m.group_line_forked({ name });
    case 'overtaken':
      return m.group_line_overtaken();
  }
}

function roleText(role: GroupRole): string {
  if (role === 'owner') return m.group_role_owner();
  return role === 'admin' ? m.group_role_admin() : m.group_role_member();
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
    case 'sent_late':
      return m.notice_sent_late({ time: duration(Math.max(1, notice.minutes) * 60, formattingLocale()) });
    case 'group':
      return groupText(notice.by, notice.what);
  }
}

/** Who is writing: the person called `name`, or those of a group. */
export function writingText(name: string, names: readonly string[]): string {
  const [one = name, other] = names;
  if (names.length > 2) return m.many_are_writing({ count: names.length });
  if (other === undefined) return m.is_writing({ name: shortName(one) });
  return m.two_are_writing({ one: shortName(one), other: shortName(other) });
}

/** What days and times are named with. */
export const dayWords = (): Words => ({
  locale: formattingLocale(),
  today: m.today(),
  yesterday: m.yesterday(),
});

/** Why a file is not here and will not come by itself, if that is so. */
export function fileTrouble(state: FileState): string | null {
  switch (state) {
    case 'gone':
      return m.file_gone();
    case 'damaged':
      return m.file_damaged();
    case 'disk_full':
      return m.file_disk_full();
    default:
      return null;
  }
}
