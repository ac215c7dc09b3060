import type { CallDeviceFault } from "./CallDeviceFault";
import type { VoiceSpeed } from "./VoiceSpeed";
export type PlaybackView = { chat: number; title: string; order: number | null; playing: boolean; position: number; duration: number; speed: VoiceSpeed; fault: CallDeviceFault | null; tone: number | null };
