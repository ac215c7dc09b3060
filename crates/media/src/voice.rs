//! Sound: where it comes from, how it is cleaned, packed, carried over gaps, and played.

pub(crate) mod jitter;
pub(crate) mod microphone;
pub(crate) mod opus;
pub(crate) mod processing;
pub(crate) mod sound_card;
pub(crate) mod source;
pub(crate) mod speaker;
pub(crate) mod tone;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// What the two threads of sound share with the call.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) muted: AtomicBool,
    pub(crate) stop: AtomicBool,
    pub(crate) local_level: Level,
    pub(crate) remote_level: Level,
    /// Share of the own packets that the other side misses.
    pub(crate) loss: Level,
    pub(crate) sent: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) received: AtomicU64,
    pub(crate) lost: AtomicU64,
    pub(crate) rebuilt: AtomicU64,
    pub(crate) played_ms: AtomicU64,
    pub(crate) concealed_ms: AtomicU64,
    pub(crate) jitter_ms: AtomicU32,
    pub(crate) heard: tone::Reading,
}

impl Shared {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }
}

/// A number from 0 to 1 that several threads read.
#[derive(Debug, Default)]
pub(crate) struct Level(AtomicU32);

impl Level {
    pub(crate) fn set(&self, level: f32) {
        self.0.store(level.to_bits(), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Ordering::Relaxed))
    }
}
