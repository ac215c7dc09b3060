// What carries commands to the engine: the Tauri window in production, an engine in memory while drawing and testing.
import type { CallUpdate } from './bindings/CallUpdate';
import type { ChatListUpdate } from './bindings/ChatListUpdate';
import type { AppEvent } from './bindings/AppEvent';
import type { GroupCallUpdate } from './bindings/GroupCallUpdate';
import type { ThreadUpdate } from './bindings/ThreadUpdate';
import type { VoiceUpdate } from './bindings/VoiceUpdate';

/** What each subscription sends, by the name of its command. */
export type Streams = {
  app_subscribe: AppEvent;
  chats_subscribe: ChatListUpdate;
  thread_subscribe: ThreadUpdate;
  call_subscribe: CallUpdate;
  voice_subscribe: VoiceUpdate;
  call_frames: ArrayBuffer;
  group_call_subscribe: GroupCallUpdate;
  group_call_frames: ArrayBuffer;
};

/** Arguments of a command: named values, or the raw bytes of a picture. */
export type Args = Record<string, unknown> | Uint8Array;

export type Shell = {
  invoke<Answer>(command: string, args?: Args): Promise<Answer>;
  subscribe<Name extends keyof Streams>(
    command: Name,
    args: Record<string, unknown>,
    receive: (update: Streams[Name]) => void,
  ): Promise<number>;
};

let chosen: Shell | undefined;

/** Decides, once and before anything is drawn, which engine the window talks to. */
export function useShell(shell: Shell): void {
  chosen = shell;
}

export function shell(): Shell {
  if (!chosen) throw new Error('no shell was chosen');
  return chosen;
}
