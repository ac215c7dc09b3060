//! STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015) over XChaCha20-Poly1305: each chunk by itself, at its place,
//! and none missing at the end.

use aead_stream::{NewStream as _, StreamBE32, StreamPrimitive as _};
use chacha20poly1305::{XChaCha20Poly1305, aead::Payload};
use sotto_wire::{
    FileId,
    limits::{FILE_CHUNK, FILE_TAG},
};

use crate::padding::padded_length;

/// A chunk, as a number of bytes in a file.
const CHUNK: u64 = FILE_CHUNK as u64;
/// What encryption adds to it.
const TAG: u64 = FILE_TAG as u64;

/// Bytes that do not belong at this place of this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not this part of the file")]
pub struct StreamError;

/// Encrypts and opens the chunks of one file, in any order.
///
/// A key is drawn for one file and used for that alone: sealing a place twice with other bytes gives both away.
pub struct Cipher {
    stream: StreamBE32<XChaCha20Poly1305>,
    associated: Vec<u8>,
    size: u64,
    padded: u64,
}

impl Cipher {
    /// For a file of `size` bytes.
    pub fn new(key: &[u8; 32], nonce: &[u8; 19], file: &FileId, size: u64) -> Self {
        let padded = padded_length(size);
        let chunk = (FILE_CHUNK as u32).to_be_bytes();
        Self {
            stream: StreamBE32::new(key.into(), nonce.into()),
            associated: [b"sotto/v1/att".as_slice(), &file.0, &chunk, &padded.to_be_bytes()].concat(),
            size,
            padded,
        }
    }

    /// How many chunks there are; at least one.
    pub fn chunks(&self) -> u32 {
        u32::try_from(self.padded.div_ceil(CHUNK)).unwrap_or(u32::MAX)
    }

    /// Bytes of all chunks, encrypted.
    pub fn sealed_length(&self) -> u64 {
        self.padded + u64::from(self.chunks()) * TAG
    }

    /// Where a chunk begins among the encrypted bytes.
    pub fn sealed_start(&self, chunk: u32) -> u64 {
        u64::from(chunk) * (CHUNK + TAG)
    }

    /// Bytes of one chunk, encrypted; 0 past the end.
    pub fn sealed_chunk(&self, chunk: u32) -> usize {
        let length = self.padded_chunk(chunk);
        if length == 0 { 0 } else { length + FILE_TAG }
    }

    /// Bytes of the file in one chunk.
    pub fn plain_chunk(&self, chunk: u32) -> usize {
        length_from(self.size, chunk)
    }

    fn padded_chunk(&self, chunk: u32) -> usize {
        length_from(self.padded, chunk)
    }

    /// Encrypts the bytes of the file at a place.
    ///
    /// # Errors
    /// [`StreamError`] for another number of bytes than [`Self::plain_chunk`], or a place past the end.
    pub fn seal(&self, chunk: u32, bytes: &[u8]) -> Result<Vec<u8>, StreamError> {
        if chunk >= self.chunks() || bytes.len() != self.plain_chunk(chunk) {
            return Err(StreamError);
        }
        let mut padded = Vec::with_capacity(FILE_CHUNK + FILE_TAG);
        padded.extend_from_slice(bytes);
        padded.resize(self.padded_chunk(chunk), 0);
        let payload = Payload { msg: &padded, aad: &self.associated };
        self.stream.encrypt(chunk, self.is_last(chunk), payload).map_err(|_| StreamError)
    }

    /// Opens an encrypted chunk; the padding is cut off.
    ///
    /// # Errors
    /// [`StreamError`] unless these are the bytes that were sealed at this place of this file.
    pub fn open(&self, chunk: u32, sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
        if chunk >= self.chunks() || sealed.len() != self.sealed_chunk(chunk) {
            return Err(StreamError);
        }
        let payload = Payload { msg: sealed, aad: &self.associated };
        let mut bytes = self.stream.decrypt(chunk, self.is_last(chunk), payload).map_err(|_| StreamError)?;
        bytes.truncate(self.plain_chunk(chunk));
        Ok(bytes)
    }

    fn is_last(&self, chunk: u32) -> bool {
        chunk + 1 == self.chunks()
    }
}

/// The key never shows.
impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cipher").field("size", &self.size).finish_non_exhaustive()
    }
}

/// How much of so many bytes lies in a chunk.
fn length_from(total: u64, chunk: u32) -> usize {
    let left = total.saturating_sub(u64::from(chunk) * CHUNK).min(CHUNK);
    usize::try_from(left).unwrap_or(FILE_CHUNK)
}
