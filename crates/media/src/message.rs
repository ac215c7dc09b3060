//! Voice messages: recorded into memory as Ogg Opus, and played from memory at three speeds. Nothing here touches a disk.

pub(crate) mod ogg;
pub(crate) mod player;
pub(crate) mod recorder;
pub(crate) mod stretch;
pub(crate) mod waveform;

use ::opus::{Channels, Decoder};

use self::ogg::{LONGEST_PACKET, Track};
use crate::Error;
use crate::voice::opus::failed;
use crate::voice::source::{RATE, level};

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

impl Recorded {
    /// Takes a file of unknown origin for a recording. Decodes all of it, which takes a moment.
    ///
    /// # Errors
    /// [`Error::Recording`] when it is no Opus in Ogg; [`Error::Codec`].
    pub fn read(ogg: Vec<u8>) -> Result<Self, Error> {
        let track = Track::read(ogg.clone())?;
        let mut decoder = Decoder::new(RATE, Channels::Mono).map_err(failed)?;
        let (mut levels, mut sound, mut next) = (Vec::new(), [0.0; LONGEST_PACKET], 0);
        while let Some(packet) = track.packet(next) {
            let length = decoder.decode_float(packet, &mut sound, false).unwrap_or(0);
            levels.extend(sound[..length].as_chunks().0.iter().map(level));
            next += 1;
        }
        Ok(Self { ogg, duration: track.length() * 1000 / u64::from(RATE), waveform: waveform::of(&levels) })
    }
}

impl std::fmt::Debug for Recorded {
    /// Without what was said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded").field("duration", &self.duration).finish_non_exhaustive()
    }
}
