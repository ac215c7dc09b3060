//! What people may upload, and where it is kept.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sotto_wire::limits::{FILE_CHUNK, FILE_TAG, MAX_FILE};

/// Encrypted bytes of the largest file there is.
const LARGEST: u64 = MAX_FILE + MAX_FILE / FILE_CHUNK as u64 * FILE_TAG as u64;

/// Files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FilesConfig {
    /// Where they lie; `files` in the data directory by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// Encrypted bytes of one file.
    pub file_bytes: u64,
    /// Bytes that one account may have here at a time.
    pub account_bytes: u64,
    /// Bytes of all files together; 0 for as much as the disk holds.
    pub total_bytes: u64,
    /// Parts (a little less than 1 MiB each) that one device may upload in a minute.
    pub parts_per_minute: u64,
    /// Fetches of one address block in a minute.
    pub fetches_per_minute: u64,
}

impl FilesConfig {
    /// Where the files lie.
    pub(crate) fn dir(&self, data_dir: &Path) -> PathBuf {
        self.dir.clone().unwrap_or_else(|| data_dir.join("files"))
    }
}

impl Default for FilesConfig {
    fn default() -> Self {
        Self {
            dir: None,
            file_bytes: LARGEST,
            account_bytes: 10 << 30,
            total_bytes: 100 << 30,
            parts_per_minute: 6_000,
            fetches_per_minute: 3_000,
        }
    }
}
