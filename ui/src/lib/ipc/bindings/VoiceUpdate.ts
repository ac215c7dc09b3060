import type { PlaybackView } from "./PlaybackView";
import type { RecordingView } from "./RecordingView";
export type VoiceUpdate = { "kind": "state"; recording: RecordingView | null; playback: PlaybackView | null } | { "kind": "level"; level: number; duration: number } | { "kind": "position"; position: number };
