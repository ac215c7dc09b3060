//! Voice messages: the one that is being recorded, and the one that is being listened to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::CallDeviceFault;

/// How fast a voice message is played. Its pitch stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum VoiceSpeed {
    /// As it was spoken.
    #[default]
    Normal,
    /// One and a half times as fast.
    Faster,
    /// Twice as fast.
    Double,
}

/// What a recording does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum RecordingState {
    /// The microphone is open.
    Recording,
    /// It waits, and the microphone is closed. It is on the disk, encrypted, and survives the end of the program.
    Paused,
    /// As long as it can be: it can be sent or thrown away.
    Full,
    /// It is from before the program was started: it can be heard, sent or thrown away, but not gone on with.
    Kept,
}

/// A voice message that was not sent yet. There is one at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct RecordingView {
    /// For this chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// What it does.
    pub state: RecordingState,
    /// Milliseconds so far.
    #[ts(type = "number")]
    pub duration: u64,
    /// Why the microphone does not serve any more. What was recorded is kept.
    pub fault: Option<CallDeviceFault>,
    /// Its loudness over time, 64 levels from 0 to 31; empty while it is recorded.
    pub waveform: Vec<u8>,
}

/// A voice message that is listened to. There is one at most, whatever chat is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct PlaybackView {
    /// In this chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// What this chat is called.
    pub title: String,
    /// Position of its message; none: the recording that was not sent yet.
    #[ts(type = "number | null")]
    pub order: Option<i64>,
    /// It plays, or waits.
    pub playing: bool,
    /// Milliseconds from the beginning.
    #[ts(type = "number")]
    pub position: u64,
    /// How long it is in fact, in milliseconds, whatever its message says.
    #[ts(type = "number")]
    pub duration: u64,
    /// How fast.
    pub speed: VoiceSpeed,
    /// Why the speaker does not serve.
    pub fault: Option<CallDeviceFault>,
    /// The code of the synthetic tone that was heard last, in tests.
    pub tone: Option<u8>,
}

/// News of recording and listening.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum VoiceUpdate {
    /// Everything that there is. First, and at each change.
    State {
        /// What is recorded.
        recording: Option<RecordingView>,
        /// What is listened to.
        playback: Option<PlaybackView>,
    },
    /// How loud it is, 20 times a second while recording.
    Level {
        /// From 0 to 1.
        level: f32,
        /// Milliseconds so far.
        #[ts(type = "number")]
        duration: u64,
    },
    /// How far it is, 20 times a second while playing.
    Position {
        /// Milliseconds from the beginning.
        #[ts(type = "number")]
        position: u64,
    },
}
