//! Files that go with a message: what is said of each ([`Attachment`]), and how its bytes are encrypted ([`Cipher`]).
//!
//! The encrypted bytes travel beside the message, through the relay's store of files, and lie so on both
//! devices' disks. The key lies in the message alone: when that goes, nobody can read them any more.

mod cipher;
mod name;

use minicbor::{Decode, Decoder, Encode, Encoder};
use sotto_wire::{FileId, Hash, limits::MAX_FILE};

pub use cipher::{Cipher, StreamError};
pub use name::safe_name;

/// Longest name in characters.
const LONGEST_NAME: usize = 255;
/// Longest media type in bytes.
const LONGEST_MEDIA_TYPE: usize = 127;
/// Longest preview in bytes.
const LONGEST_PREVIEW: usize = 256;
/// Longest edge of a picture in pixels.
const LONGEST_EDGE: u32 = 100_000;

/// One file: where it lies, how it is opened, and what can be drawn before it has come. Numbers are never reused.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attachment {
    /// By this the relay knows it.
    #[n(0)]
    pub file: FileId,
    /// Opens it. Drawn anew for each upload.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// What the nonces of its chunks begin with. Drawn anew for each upload.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub nonce: [u8; 19],
    /// Bytes of the file itself, without padding.
    #[n(3)]
    pub size: u64,
    /// SHA-256 of all encrypted bytes.
    #[n(4)]
    pub hash: Hash,
    /// How it is shown.
    #[n(5)]
    pub kind: Kind,
    /// What it says it is; never believed where it matters.
    #[n(6)]
    pub media_type: String,
    /// Its name, without any folder.
    #[n(7)]
    pub name: String,
    /// Of pictures and films.
    #[n(8)]
    pub pixels: Option<Pixels>,
    /// Of films and sound, in milliseconds.
    #[n(9)]
    pub duration: Option<u64>,
    /// Drawn until the file is there: a thumbhash, or the loudness of speech over time.
    #[cbor(n(10), with = "minicbor::bytes")]
    pub preview: Option<Vec<u8>>,
}

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// With its name and size. Whatever a newer program knows besides counts as this.
    File,
    /// A picture.
    Photo,
    /// A film.
    Video,
    /// Recorded speech.
    Voice,
}

/// The size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Pixels {
    /// From left to right.
    #[n(0)]
    pub width: u32,
    /// From top to bottom.
    #[n(1)]
    pub height: u32,
}

impl Attachment {
    /// Nothing in it is absurd. Whatever fails this is left out of what is shown.
    pub fn is_sound(&self) -> bool {
        let edge = |edge: u32| (1..=LONGEST_EDGE).contains(&edge);
        self.size <= MAX_FILE
            && self.name.chars().count() <= LONGEST_NAME
            && self.media_type.len() <= LONGEST_MEDIA_TYPE
            && self.media_type.bytes().all(|byte| byte.is_ascii_graphic())
            && self.preview.as_ref().is_none_or(|preview| preview.len() <= LONGEST_PREVIEW)
            && self.pixels.is_none_or(|pixels| edge(pixels.width) && edge(pixels.height))
    }

    /// Encrypts and opens its chunks.
    pub fn cipher(&self) -> Cipher {
        Cipher::new(&self.key, &self.nonce, &self.file, self.size)
    }

    /// Names its encrypted bytes on this device. Two attachments have one name only if their bytes are the same.
    pub fn blob(&self) -> Hash {
        Hash::of(&[b"sotto/v1/blob".as_slice(), &self.file.0, &self.hash.0].concat())
    }
}

/// Everything but what is secret or was written by a person.
impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("kind", &self.kind).field("size", &self.size).finish_non_exhaustive()
    }
}

impl<C> Encode<C> for Kind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let number: u32 = match self {
            Self::File => 0,
            Self::Photo => 1,
            Self::Video => 2,
            Self::Voice => 3,
        };
        e.u32(number)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Kind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(match d.u32()? {
            1 => Self::Photo,
            2 => Self::Video,
            3 => Self::Voice,
            _ => Self::File,
        })
    }
}

#[cfg(test)]
mod tests;
