// Entries of a conversation as rows: which begin a day, which carry the mark of new messages, which bubbles join.
import type { MessageItem } from '../../lib/ipc/bindings/MessageItem';
import { startOfDay } from '../../lib/time';

export type Row = {
  item: MessageItem;
  /** A moment of the day that begins with this row. */
  day: number | null;
  /** How many new messages begin with this row. */
  fresh: number | null;
  /** Begins, and ends, a group of bubbles of one sender. */
  first: boolean;
  last: boolean;
};

const GROUP = 5 * 60 * 1000;

function joined(before: MessageItem, after: MessageItem): boolean {
  return (
    before.body.kind !== 'notice' &&
    before.body.kind !== 'call' &&
    after.body.kind !== 'notice' &&
    after.body.kind !== 'call' &&
    before.mine === after.mine &&
    before.author?.account === after.author?.account &&
    Math.abs(after.at - before.at) < GROUP &&
    startOfDay(before.at) === startOfDay(after.at)
  );
}

export function rowsOf(entries: readonly MessageItem[], firstUnread: number | null, unread: number): Row[] {
  const freshAt =
    firstUnread === null
      ? -1
      : entries.findIndex((item) => item.order >= firstUnread && item.body.kind === 'text' && !item.mine);
  const rows: Row[] = [];
  let before: Row | undefined;
  entries.forEach((item, at) => {
    const newDay = !before || startOfDay(before.item.at) !== startOfDay(item.at);
    const fresh = at === freshAt && unread > 0 ? unread : null;
    const continues = before !== undefined && fresh === null && joined(before.item, item);
    if (continues && before) before.last = false;
    before = { item, day: newDay ? item.at : null, fresh, first: !continues, last: true };
    rows.push(before);
  });
  return rows;
}

/** The newest entry that says a verified key changed: the one that carries the card. */
export function newestKeyChange(entries: readonly MessageItem[]): string | undefined {
  return entries.findLast(
    ({ body }) => body.kind === 'notice' && (body.notice.kind === 'key_violated' || body.notice.kind === 'key_changed'),
  )?.id;
}
