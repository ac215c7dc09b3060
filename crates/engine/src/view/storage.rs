//! What files take on this computer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AttachmentView, FileKind};

/// Files of one kind that are on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StorageKind {
    /// Which kind.
    pub kind: FileKind,
    /// How many.
    pub files: u32,
    /// Bytes of all of them.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// Files of one chat that are on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StorageChat {
    /// Which chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// Bytes of all of them.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Kinds of which there are some.
    pub kinds: Vec<StorageKind>,
}

/// What everything takes on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StorageView {
    /// Files of all chats, and of stories. What several messages share counts once.
    pub kinds: Vec<StorageKind>,
    /// Chats with files, the one with the most bytes first.
    pub chats: Vec<StorageChat>,
    /// Bytes of messages, people and keys: the database.
    #[ts(type = "number")]
    pub database: u64,
    /// Bytes of downloads that were stopped half way.
    #[ts(type = "number")]
    pub unfinished: u64,
}

/// A file that can be deleted from this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StorageItem {
    /// The chat of its message.
    #[ts(type = "number")]
    pub chat: i64,
    /// Its message's place.
    #[ts(type = "number")]
    pub order: i64,
    /// When its message was written.
    #[ts(type = "number")]
    pub at: u64,
    /// What it is.
    pub file: AttachmentView,
}

/// Some of them, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StorageItems {
    /// The files.
    pub items: Vec<StorageItem>,
    /// There are smaller ones: ask for more.
    pub more: bool,
}

/// Names a file of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StoredFile {
    /// Its message's place.
    #[ts(type = "number")]
    pub order: i64,
    /// Which of the message's files, from 0.
    pub place: u32,
}
