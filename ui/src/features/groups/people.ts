// Who can be brought into a group, and the names of what people may do in one.
import { m } from '../../i18n';
import type { ChatRow } from '../../lib/ipc/bindings/ChatRow';
import type { GroupRole } from '../../lib/ipc/bindings/GroupRole';

/** As the engine takes it. */
export const NAME_LIMIT = 100;
export const ABOUT_LIMIT = 300;

/** People one writes with who are not in it, by name. */
export function candidates(rows: readonly ChatRow[], present: ReadonlySet<number>): ChatRow[] {
  return rows
    .filter((row) => row.group === null && !row.own && !row.request && !row.blocked && !present.has(row.id))
    .sort((one, other) => one.title.localeCompare(other.title));
}

export function roleName(role: GroupRole): string {
  if (role === 'owner') return m.group_role_owner();
  return role === 'admin' ? m.group_role_admin() : '';
}
