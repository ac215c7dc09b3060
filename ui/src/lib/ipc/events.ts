// The streams of the engine: the program, the chat list, one conversation, the call, recording and listening.
import type { AppEvent } from './bindings/AppEvent';
import type { CallUpdate } from './bindings/CallUpdate';
import type { ChatListUpdate } from './bindings/ChatListUpdate';
import type { GroupCallUpdate } from './bindings/GroupCallUpdate';
import type { ThreadUpdate } from './bindings/ThreadUpdate';
import type { VoiceUpdate } from './bindings/VoiceUpdate';
import { shell } from './shell';

export const appSubscribe = (receive: (event: AppEvent) => void) => shell().subscribe('app_subscribe', {}, receive);

export const chatsSubscribe = (receive: (update: ChatListUpdate) => void) =>
  shell().subscribe('chats_subscribe', {}, receive);

export const threadSubscribe = (chat: number, around: number | null, receive: (update: ThreadUpdate) => void) =>
  shell().subscribe('thread_subscribe', { chat, around }, receive);

export const callSubscribe = (receive: (update: CallUpdate) => void) =>
  shell().subscribe('call_subscribe', {}, receive);

export const voiceSubscribe = (receive: (update: VoiceUpdate) => void) =>
  shell().subscribe('voice_subscribe', {}, receive);

/** Pictures of the call, as `packed` of `src-tauri/src/commands/calls.rs` writes them. */
/** The pictures of a call: encoded, or raw for a web view that cannot decode. */
export const callFrames = (raw: boolean, receive: (frame: ArrayBuffer) => void) =>
  shell().subscribe('call_frames', { raw }, receive);

export const groupCallSubscribe = (receive: (update: GroupCallUpdate) => void) =>
  shell().subscribe('group_call_subscribe', {}, receive);

/** Pictures of the call of a group, as `packed` and `packed_raw` of `src-tauri/src/commands/group_calls.rs` write them. */
export const groupCallFrames = (raw: boolean, receive: (frame: ArrayBuffer) => void) =>
  shell().subscribe('group_call_frames', { raw }, receive);

export const unsubscribe = (subscription: number) => shell().invoke<void>('unsubscribe', { subscription });
