export type RecordingState = "recording" | "paused" | "full" | "kept";
