// Puts a scene of the fake engine behind the window, and the window on the page.
import { render } from '@testing-library/svelte';
import App from '../src/App.svelte';
import { FakeEngine, scenes, shellOf } from '../src/lib/ipc/fake';
import { useShell } from '../src/lib/ipc/shell';
import { app } from '../src/stores/app.svelte';
import { place } from '../src/stores/place.svelte';
import { toasts } from '../src/stores/toasts.svelte';

export function engineFor(scene: string): FakeEngine {
  const build = scenes[scene];
  if (!build) throw new Error(`no such scene: ${scene}`);
  const engine = new FakeEngine(build());
  useShell(shellOf(engine));
  return engine;
}

/** The whole window in that scene. */
export async function open(scene: string, language: 'en' | 'ar' = 'en'): Promise<FakeEngine> {
  const engine = engineFor(scene);
  const { settings } = engine.world.state;
  if (settings) engine.world.state.settings = { ...settings, language };
  place.openChats();
  place.closeChat();
  place.overlay = null;
  toasts.list = [];
  await app.start();
  render(App);
  return engine;
}

export const ran = (engine: FakeEngine, command: string) => engine.log.filter((entry) => entry.command === command);
