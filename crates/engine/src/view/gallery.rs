//! What a conversation has collected.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::MessageItem;

/// One drawer of a gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum GalleryDrawer {
    /// Pictures and films.
    Media,
    /// Other files, but no recorded speech.
    Files,
    /// Web addresses in texts.
    Links,
}

/// A message with something in a drawer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GalleryItem {
    /// The message, with all its files.
    pub message: MessageItem,
    /// Web addresses in its text; only when links are asked for.
    pub links: Vec<String>,
}

/// How much each drawer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GalleryCounts {
    /// Pictures and films.
    pub media: u32,
    /// Other files.
    pub files: u32,
    /// Web addresses.
    pub links: u32,
}

/// Some of a drawer, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GalleryPage {
    /// Messages, newest first.
    pub items: Vec<GalleryItem>,
    /// There are older ones: ask again with `before` the last one's order.
    pub more: bool,
    /// How much there is, in all drawers.
    pub counts: GalleryCounts,
}
