import type { CallDeviceFault } from "./CallDeviceFault";
import type { RecordingState } from "./RecordingState";
export type RecordingView = { chat: number; state: RecordingState; duration: number; fault: CallDeviceFault | null; waveform: Array<number> };
