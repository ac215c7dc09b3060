// What one can do about somebody who shows stories.
import { menus } from '../../components/menus.svelte';
import { m } from '../../i18n';
import type { StoryPerson } from '../../lib/ipc/bindings/StoryPerson';
import { storyMute } from '../../lib/ipc/client';
import { place } from '../../stores/place.svelte';
import { attempt } from '../../stores/toasts.svelte';

/** Opens the menu of somebody with whom there is a chat. */
export function openStoryMenu(event: MouseEvent, one: StoryPerson): void {
  const { chat, name } = one.person;
  if (chat === null) return;
  menus.open(event, m.story_menu({ name }), [
    {
      icon: one.muted ? 'eye' : 'mute',
      label: one.muted ? m.story_unmute() : m.story_mute(),
      run: () => void attempt(storyMute(chat, !one.muted)),
    },
    { icon: 'chat', label: m.story_open_chat(), run: () => place.openChat(chat) },
  ]);
}
