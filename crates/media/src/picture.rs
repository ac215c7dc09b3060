//! Pictures: where they come from, how they are encoded to what the network carries, and put together again.

pub(crate) mod assembly;
pub(crate) mod camera;
pub(crate) mod codec;
pub(crate) mod eye;
pub(crate) mod ladder;
pub(crate) mod pattern;
pub(crate) mod screen;
pub(crate) mod source;
pub(crate) mod vpx;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// What a picture's thread shares with the call.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) stop: AtomicBool,
    /// The picture is wanted.
    pub(crate) on: AtomicBool,
    /// The next frame must stand by itself.
    pub(crate) key: AtomicBool,
    /// Bits per second that it may take.
    pub(crate) bitrate: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) skipped: AtomicU64,
}

/// What arrives of a side's pictures.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) received: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) freezes: AtomicU64,
    pub(crate) asked: AtomicU64,
    /// The window lost a frame, or was not there.
    pub(crate) wanted: AtomicBool,
}

impl Shared {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }
}
