export type VoiceSpeed = "normal" | "faster" | "double";
