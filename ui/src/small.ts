// The start of a small window beside the large one: its styles, what it hears of the program, its root.
import './styles/base.css';
import { type Component, mount } from 'svelte';
import { chooseShell } from './lib/ipc/choose';
import { appSubscribe } from './lib/ipc/events';
import { app } from './stores/app.svelte';
import { calls } from './stores/calls.svelte';
import { attempt } from './stores/toasts.svelte';

/** `more`: what it listens to besides. */
export async function open(root: Component, more?: () => Promise<void>): Promise<void> {
  await chooseShell();
  // Chats and stories are drawn elsewhere.
  await appSubscribe((event) => {
    if (event.kind === 'state') app.receive(event);
  });
  await attempt(calls.watch());
  if (more) await attempt(more());
  const target = document.getElementById('app');
  if (target) mount(root, { target });
}
