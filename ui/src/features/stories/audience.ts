// Whom a story is for, as people say it.
import { m } from '../../i18n';
import type { ChatRow } from '../../lib/ipc/bindings/ChatRow';
import type { StoryAudience } from '../../lib/ipc/bindings/StoryAudience';
import { chats } from '../../stores/chats.svelte';

/** People who may be shown something: as the engine has it, the accepted ones whose key is not in doubt. */
export function welcome(): ChatRow[] {
  const everybody = chats.rows;
  const may = (row: ChatRow) => !row.group && !row.own && !row.request && !row.blocked && row.trust !== 'violated';
  const once = new Map(everybody.filter(may).map((row) => [row.id, row]));
  return [...once.values()];
}

export function audienceSize(audience: StoryAudience): number {
  const rows = welcome();
  if (audience.kind === 'everybody') return rows.length;
  const named = rows.filter((row) => audience.chats.includes(row.id)).length;
  return audience.kind === 'only' ? named : rows.length - named;
}

export function audienceText(audience: StoryAudience): string {
  const count = audienceSize(audience);
  if (audience.kind === 'everybody') return m.story_for_all({ count });
  return audience.kind === 'except' ? m.story_for_except({ count }) : m.story_for_only({ count });
}
