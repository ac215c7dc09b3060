// The production shell: commands and channels of the Tauri window. With `choose.ts`, all that knows Tauri.
import { Channel, invoke } from '@tauri-apps/api/core';
import type { Shell } from './shell';

export const tauriShell: Shell = {
  invoke: (command, args) => invoke(command, args),
  subscribe: (command, args, receive) => invoke(command, { ...args, channel: new Channel(receive) }),
};
