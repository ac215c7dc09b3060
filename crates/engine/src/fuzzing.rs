//! Decoders of files and pictures, opened to fuzz targets.

pub use crate::picture::EDGE;
use crate::{picture, secret};

/// Whether bytes can be read as `key.json`.
pub fn reads_key_header(bytes: &[u8]) -> bool {
    secret::reads_header(bytes)
}

/// Whether text can be read as a key file.
pub fn reads_key_file(text: &str) -> bool {
    secret::reads_key_file(text)
}

/// What becomes of a chosen picture; `None` when it is refused.
pub fn normalise_picture(bytes: &[u8]) -> Option<Vec<u8>> {
    picture::normalise(bytes).ok()
}
