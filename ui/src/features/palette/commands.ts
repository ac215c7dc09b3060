// What the palette can do besides finding.
import type { IconName } from '../../components/icons';
import { m } from '../../i18n';
import { notesOpen } from '../../lib/ipc/client';
import { app } from '../../stores/app.svelte';
import { chats } from '../../stores/chats.svelte';
import { place } from '../../stores/place.svelte';
import { attempt } from '../../stores/toasts.svelte';
import { archive, mute } from '../chats';

export type Command = { id: string; label: string; icon: IconName; keys?: readonly string[]; run: () => void };

/** The chat with oneself. */
export async function openNotes(): Promise<void> {
  const chat = await attempt(notesOpen());
  if (chat !== undefined) place.openChat(chat);
}

/** Silence, or none. */
export function toggleQuiet(): void {
  void app.change({ do_not_disturb: !app.settings?.do_not_disturb });
}

export function commands(): Command[] {
  const chat = place.chat === null ? undefined : chats.row(place.chat);
  const all: (Command | false | undefined)[] = [
    {
      id: 'new_chat',
      label: m.new_chat(),
      icon: 'write',
      keys: ['Ctrl', 'N'],
      run: () => (place.overlay = { kind: 'new_chat' }),
    },
    { id: 'new_group', label: m.new_group(), icon: 'group', run: () => (place.overlay = { kind: 'new_group' }) },
    {
      id: 'notes',
      label: m.command_notes(),
      icon: 'note',
      keys: ['Ctrl', 'Shift', 'N'],
      run: () => void openNotes(),
    },
    {
      id: 'quiet',
      label: app.settings?.do_not_disturb ? m.command_loud() : m.command_quiet(),
      icon: app.settings?.do_not_disturb ? 'bell' : 'quiet',
      keys: ['Ctrl', 'Shift', 'M'],
      run: toggleQuiet,
    },
    chat && {
      id: 'search_chat',
      label: m.search_in_chat(),
      icon: 'search',
      keys: ['Ctrl', 'F'],
      run: () => (place.searching = true),
    },
    chat && {
      id: 'archive',
      label: chat.archived ? m.command_unarchive({ name: chat.title }) : m.command_archive({ name: chat.title }),
      icon: chat.archived ? 'unarchive' : 'archive',
      run: () => void archive(chat, !chat.archived),
    },
    chat &&
      !chat.own && {
        id: 'mute',
        label: chats.isMuted(chat) ? m.command_unmute({ name: chat.title }) : m.command_mute({ name: chat.title }),
        icon: chats.isMuted(chat) ? 'bell' : 'mute',
        run: () => void mute(chat, chats.isMuted(chat) ? null : 'always'),
      },
    {
      id: 'appearance',
      label: m.command_settings({ page: m.settings_appearance() }),
      icon: 'theme',
      keys: ['Ctrl', ','],
      run: () => place.openSettings('appearance'),
    },
    {
      id: 'notifications',
      label: m.command_settings({ page: m.settings_notifications() }),
      icon: 'bell',
      run: () => place.openSettings('notifications'),
    },
    {
      id: 'privacy',
      label: m.command_settings({ page: m.settings_privacy() }),
      icon: 'shield',
      run: () => place.openSettings('privacy'),
    },
    {
      id: 'profile',
      label: m.command_settings({ page: m.settings_profile() }),
      icon: 'user',
      run: () => place.openSettings('profile'),
    },
  ];
  return all.filter((command) => typeof command === 'object');
}
