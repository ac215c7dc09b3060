// The keyboard of the whole window.
import { tick } from 'svelte';
import { openNotes, toggleQuiet } from './features/palette';
import { chats } from './stores/chats.svelte';
import { place } from './stores/place.svelte';
import { stories } from './stores/stories.svelte';

/** In a conversation for what was said in it, else in the list for a name. */
function lookHere(): void {
  if (place.section === 'chats' && place.chat !== null) {
    place.searching = true;
    document.querySelector<HTMLInputElement>('[data-testid="chat-search"]')?.select();
  } else void focusSearch();
}

async function focusSearch(): Promise<void> {
  place.section = 'chats';
  place.backToList();
  await tick();
  const search = document.querySelector<HTMLInputElement>('[data-testid="search"]');
  search?.focus();
  search?.select();
}

/** Escape goes back by one: the panel, the settings, the conversation. Dialogs answer it themselves. */
async function stepBack(): Promise<void> {
  if (place.section === 'settings') {
    place.openChats();
  } else if (place.section === 'stories') {
    if (stories.sheet.kind === 'nothing') place.openChats();
    else stories.close();
    place.backToList();
  } else if (place.searching) {
    place.searching = false;
  } else if (place.info && place.gallery) {
    place.gallery = false;
    await tick();
    document.querySelector<HTMLElement>('[data-testid="gallery-open"]')?.focus();
  } else if (place.info) {
    place.info = false;
    await tick();
    document.querySelector<HTMLElement>('[data-testid="info"]')?.focus();
  } else if (place.chat !== null) {
    const left = place.chat;
    place.closeChat();
    await tick();
    document.querySelector<HTMLElement>(`[data-testid="chat-row"][data-chat="${left}"]`)?.focus();
  }
}

function stepTo(step: 1 | -1): void {
  const next = chats.neighbour(place.chat, step);
  if (next !== undefined) place.openChat(next);
}

const withControl: Record<string, () => void> = {
  k: () => (place.overlay = { kind: 'palette' }),
  f: lookHere,
  n: () => (place.overlay = { kind: 'new_chat' }),
  ',': () => place.openSettings(),
};

const withControlAndShift: Record<string, () => void> = {
  n: () => void openNotes(),
  m: toggleQuiet,
};

export function shortcuts(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || place.overlay) return;
  const control = event.ctrlKey || event.metaKey;
  let run: (() => void) | undefined;
  if (control && !event.altKey && !event.shiftKey) run = withControl[event.key.toLowerCase()];
  else if (control && !event.altKey) run = withControlAndShift[event.key.toLowerCase()];
  else if (event.altKey && !control && event.key === 'ArrowDown') run = () => stepTo(1);
  else if (event.altKey && !control && event.key === 'ArrowUp') run = () => stepTo(-1);
  else if (event.key === 'Escape') run = () => void stepBack();
  if (!run) return;
  event.preventDefault();
  run();
}
