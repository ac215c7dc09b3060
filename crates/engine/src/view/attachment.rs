//! Files of messages.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum FileKind {
    /// With its name and size.
    File,
    /// A picture.
    Photo,
    /// A film.
    Video,
    /// Recorded speech.
    Voice,
}

/// Whether a file is on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum FileState {
    /// Here, and on its way to the relay.
    Uploading,
    /// Not here; `attachment_fetch` gets it.
    Absent,
    /// On its way here.
    Fetching,
    /// Here.
    Here,
    /// The relay does not have it any more.
    Gone,
    /// What the relay has is not what was sent.
    Damaged,
    /// There was no room on this disk.
    DiskFull,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct AttachmentView {
    /// Which of the message's files, from 0.
    pub place: u32,
    /// How it is shown.
    pub kind: FileKind,
    /// Its name; harmless on every system.
    pub name: String,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// What it says it is.
    pub media_type: String,
    /// Pixels from left to right, of a picture or film.
    pub width: Option<u32>,
    /// Pixels from top to bottom.
    pub height: Option<u32>,
    /// Milliseconds, of film and sound.
    #[ts(type = "number | null")]
    pub duration: Option<u64>,
    /// A tiny picture as a data address, drawn until the picture is there.
    pub preview: Option<String>,
    /// Loudness of speech over time, 64 levels from 0 to 31, drawn before it is there. Its sender's word only.
    pub waveform: Option<Vec<u8>>,
    /// Whether it is on this device.
    pub state: FileState,
}

/// A file that was chosen and not sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StagedFile {
    /// By this it is sent or given up. Forgotten at the end of the program.
    #[ts(type = "number")]
    pub id: u64,
    /// A photo can also be sent whole, or as the file that it is.
    pub kind: FileKind,
    /// Its name.
    pub name: String,
    /// Bytes of the file itself.
    #[ts(type = "number")]
    pub size: u64,
    /// What it is.
    pub media_type: String,
    /// Pixels from left to right, of a photo.
    pub width: Option<u32>,
    /// Pixels from top to bottom.
    pub height: Option<u32>,
}

/// How a chosen file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum SendAs {
    /// A picture at most 2,048 pixels wide and without metadata; anything else as it is.
    Usual,
    /// A picture in its full size, without metadata.
    Whole,
    /// Byte by byte as it is, with everything it says about itself.
    File,
}

/// A chosen file, and how it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct SendFile {
    /// Of a [`StagedFile`].
    #[ts(type = "number")]
    pub id: u64,
    /// How.
    pub send_as: SendAs,
}
