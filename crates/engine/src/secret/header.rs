//! `key.json`: how the database's key is kept. Holds nothing that opens it.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{SecretError, wrap::Wrapped};

/// The only format so far.
const VERSION: u32 = 1;
/// Far longer than any header.
const LONGEST: u64 = 16 * 1024;

/// What `key.json` says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    version: u32,
    /// The entry of the system's keychain that has the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) keychain: Option<String>,
    /// The key, wrapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) passphrase: Option<Wrapped>,
}

impl Header {
    pub(super) fn for_keychain(entry: String) -> Self {
        Self { version: VERSION, keychain: Some(entry), passphrase: None }
    }

    pub(super) fn for_passphrase(wrapped: Wrapped) -> Self {
        Self { version: VERSION, keychain: None, passphrase: Some(wrapped) }
    }

    /// The header, or `None` if there is none yet.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, SecretError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Self::parse(&bytes).map(Some)
    }

    /// From the file's bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, SecretError> {
        let header: Self =
            serde_json::from_slice(bytes).map_err(|_| SecretError::Broken("key.json cannot be understood"))?;
        if header.version != VERSION {
            return Err(SecretError::Broken("key.json was written by another version of Sotto"));
        }
        Ok(header)
    }

    /// Puts the header in the place of the one before, whole or not at all, whatever happens meanwhile.
    pub(super) fn write(&self, path: &Path) -> Result<(), SecretError> {
        let bytes = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
        let beside = path.with_extension("json.new");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        write_new(&beside, &bytes)?;
        fs::rename(&beside, path)?;
        Ok(sync_parent(path)?)
    }
}

/// Creates a file for its owner only and brings it to the disk.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_parent(path)
}

/// The name in the directory has to be on the disk too.
fn sync_parent(path: &Path) -> io::Result<()> {
    // Windows opens no directories, and writes names through by itself.
    match path.parent().filter(|parent| cfg!(unix) && !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}
