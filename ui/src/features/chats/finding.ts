// Which rows of the chat list are shown: by filter, and by what was typed.
import { folded } from '../../lib/found';
import type { ChatRow } from '../../lib/ipc/bindings/ChatRow';

export type Filter = 'all' | 'unread' | 'groups' | 'archived' | { folder: ReadonlySet<number> };

const digits = (text: string) => text.replace(/\D/g, '');

/** Accents and case do not matter, and a number is found however it is spaced. */
export function found(rows: readonly ChatRow[], filter: Filter, sought: string): ChatRow[] {
  const wanted = folded(sought.trim());
  const wantedDigits = digits(sought);
  return rows.filter((row) => {
    if (typeof filter === 'object' && !filter.folder.has(row.id)) return false;
    if (filter === 'unread' && row.unread === 0 && !row.marked_unread) return false;
    if (filter === 'groups' && !row.group) return false;
    // What is archived is out of the way, but is found.
    if (row.archived !== (filter === 'archived') && !(filter === 'all' && wanted)) return false;
    if (!wanted) return true;
    if (folded(row.title).includes(wanted)) return true;
    return wantedDigits.length > 0 && wantedDigits.length === wanted.replace(/[\s+()-]/g, '').length
      ? digits(row.title).includes(wantedDigits)
      : false;
  });
}
