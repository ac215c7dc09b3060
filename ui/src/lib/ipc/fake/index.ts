// An engine in memory behind the same shell: for drawing, screenshots and tests without a window. Never shipped.
import type { Theme } from '../bindings/Theme';
import type { Args, Shell, Streams } from '../shell';
import { FakeEngine } from './engine';
import { scenes } from './scenes';
import { SETTINGS } from './world';

export { FakeEngine } from './engine';
export { scenes } from './scenes';

/** The scene named by `?fake=`, in the light and language named by `&theme=` and `&lang=`. */
export function fakeShell(query: URLSearchParams): Shell {
  const scene = query.get('fake') ?? 'main';
  const build = scenes[scene];
  if (!build) throw new Error(`no such scene: ${scene}; there are ${Object.keys(scenes).join(', ')}`);
  const world = build();
  world.state.settings = {
    ...(world.state.settings ?? SETTINGS),
    theme: (query.get('theme') as Theme | null) ?? 'system',
    language: query.get('lang') ?? world.state.settings?.language ?? null,
  };
  return shellOf(new FakeEngine(world));
}

/** The commands by name, as the window's shell would forward them. */
export function shellOf(engine: FakeEngine): Shell {
  return {
    invoke: <Answer>(command: string, args: Args = {}) => engine.run(command, args) as Promise<Answer>,
    subscribe: <Name extends keyof Streams>(
      command: Name,
      args: Record<string, unknown>,
      receive: (update: Streams[Name]) => void,
    ) => engine.subscribe(command, args, receive as (update: Streams[keyof Streams]) => void),
  };
}
