// What a person can decide about a chat, and the menu that offers it.
import type { MenuItem } from '../../components/menus.svelte';
import { m } from '../../i18n';
import type { ChatRow } from '../../lib/ipc/bindings/ChatRow';
import type { MuteFor } from '../../lib/ipc/bindings/MuteFor';
import { chatArchive, chatBlock, chatMark, chatMute, chatPin } from '../../lib/ipc/client';
import { chats } from '../../stores/chats.svelte';
import { folders } from '../../stores/folders.svelte';
import { place } from '../../stores/place.svelte';
import { attempt, done, toasts } from '../../stores/toasts.svelte';

/** Puts a chat away, or back, with a way to take it back. */
export async function archive(row: ChatRow, archived: boolean): Promise<void> {
  if (!(await done(chatArchive(row.id, archived)))) return;
  if (archived && place.chat === row.id) place.closeChat();
  const undo = { label: m.undo(), run: () => void attempt(chatArchive(row.id, !archived)) };
  toasts.say(archived ? m.chat_archived() : m.chat_unarchived(), undo);
}

export async function mute(row: ChatRow, duration: MuteFor | null): Promise<void> {
  if (await done(chatMute(row.id, duration))) toasts.say(duration === null ? m.chat_unmuted() : m.chat_muted());
}

async function unblock(row: ChatRow): Promise<void> {
  if (await done(chatBlock(row.id, false))) toasts.say(m.unblocked({ name: row.title }));
}

const butMentions = (row: ChatRow): MenuItem => ({
  icon: 'at',
  label: m.mute_but_mentions(),
  run: () => void mute(row, 'but_mentions'),
});

const muteItem = (row: ChatRow): MenuItem =>
  chats.isMuted(row)
    ? { icon: 'bell', label: m.unmute(), run: () => void mute(row, null) }
    : {
        icon: 'mute',
        label: m.mute(),
        items: [
          { icon: 'clock', label: m.mute_eight_hours(), run: () => void mute(row, 'eight_hours') },
          { icon: 'clock', label: m.mute_week(), run: () => void mute(row, 'week') },
          { icon: 'mute', label: m.mute_always(), run: () => void mute(row, 'always') },
          ...(row.group ? [butMentions(row)] : []),
        ],
      };

const blockItem = (row: ChatRow): MenuItem =>
  row.blocked
    ? { icon: 'block', label: m.unblock(), parted: true, run: () => void unblock(row) }
    : {
        icon: 'block',
        label: m.block(),
        parted: true,
        danger: true,
        run: () => (place.overlay = { kind: 'block', chat: row.id }),
      };

const newFolder = (row: ChatRow): MenuItem => ({
  icon: 'plus',
  label: m.folder_new(),
  parted: folders.list.length > 0,
  run: () => (place.overlay = { kind: 'folder', chat: row.id, name: null }),
});

const folderItem = (row: ChatRow): MenuItem => ({
  icon: 'folder',
  label: m.folder_move(),
  items: [
    ...folders.list.map((folder): MenuItem => ({
      icon: folder.chats.includes(row.id) ? 'check' : 'folder',
      label: folder.name,
      run: () => void folders.toggle(folder.name, row.id),
    })),
    ...(folders.full ? [] : [newFolder(row)]),
  ],
});

/** Everything that can be decided about a chat. */
export function chatMenu(row: ChatRow): MenuItem[] {
  const unread = row.unread > 0 || row.marked_unread;
  return [
    row.pinned === null
      ? { icon: 'pin', label: m.pin(), run: () => void attempt(chatPin(row.id, true)) }
      : { icon: 'unpin', label: m.unpin(), run: () => void attempt(chatPin(row.id, false)) },
    unread
      ? { icon: 'check', label: m.mark_read(), run: () => void attempt(chatMark(row.id, false)) }
      : { icon: 'unread', label: m.mark_unread(), run: () => void markUnread(row) },
    ...(row.own ? [] : [muteItem(row)]),
    row.archived
      ? { icon: 'unarchive', label: m.unarchive(), run: () => void archive(row, false) }
      : { icon: 'archive', label: m.archive(), run: () => void archive(row, true) },
    folderItem(row),
    {
      icon: 'settings',
      label: m.chat_look(),
      run: () => (place.overlay = { kind: 'chat_look', chat: row.id }),
    },
    ...(row.own || row.group ? [] : [blockItem(row)]),
    {
      icon: 'clear',
      label: m.clear_chat(),
      parted: row.own || row.group !== null,
      danger: true,
      run: () => (place.overlay = { kind: 'clear_chat', chat: row.id }),
    },
    {
      icon: 'trash',
      label: m.delete_chat(),
      danger: true,
      run: () => (place.overlay = { kind: 'delete_chat', chat: row.id }),
    },
  ];
}

/** An open chat is left: looking at it would take the mark away again. */
async function markUnread(row: ChatRow): Promise<void> {
  if (place.chat === row.id) place.closeChat();
  await attempt(chatMark(row.id, true));
}
