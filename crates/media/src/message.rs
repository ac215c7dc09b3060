//! Voice messages: recorded into memory as Ogg Opus, and played from memory at three speeds. Nothing here touches a disk.

pub(crate) mod ogg;
pub(crate) mod player;
pub(crate) mod recorder;
pub(crate) mod stretch;
pub(crate) mod waveform;

/// Levels in the waveform of a recording.
pub const WAVEFORM: usize = 64;
/// Loudest level of a waveform; the softest is 0.
pub const LOUDEST: u8 = 31;

/// What was recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// An Ogg file with one Opus stream, mono.
    pub ogg: Vec<u8>,
    /// Milliseconds.
    pub duration: u64,
    /// [`WAVEFORM`] levels over the whole time, from 0 to [`LOUDEST`].
    pub waveform: Vec<u8>,
}

impl std::fmt::Debug for Recorded {
    /// Without what was said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded").field("duration", &self.duration).finish_non_exhaustive()
    }
}
