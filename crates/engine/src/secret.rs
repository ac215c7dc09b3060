//! The key of the database: drawn once, kept by the system's keychain, or wrapped by a passphrase where there is none.
//!
//! `key.json` beside the database says which of the two it is. **A missing key never leads to a new database**: while
//! there is a database, its key is asked for or reported missing, and no function here draws another one.

mod header;
mod key;
mod key_file;
mod keychain;
mod wrap;

use std::{io, path::PathBuf};

use tracing::{info, warn};

pub(crate) use self::key::DatabaseKey;
use self::{
    header::Header,
    keychain::{Keychain, KeychainError, SystemKeychain},
    wrap::Wrapped,
};
use crate::profile_dir::ProfileDir;

/// Fewest characters of a passphrase.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// Where the key is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The system's keychain; a passphrase where no keychain works.
    Keychain,
    /// A passphrase, even where there is a keychain.
    Passphrase,
    /// A file with the bare key in hexadecimal, for headless runs and tests. Created on first use, for its owner only.
    KeyFile(PathBuf),
}

/// What is known of the key.
#[derive(Debug)]
pub(crate) enum KeyState {
    /// Here it is.
    Ready(DatabaseKey),
    /// It is wrapped: [`unlock`] opens it.
    NeedsPassphrase,
    /// There is none yet, nor a keychain to keep it: [`choose_passphrase`] makes one.
    ChoosePassphrase,
    /// There is a database, and its key is gone.
    Missing,
}

/// Why the key cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    /// The passphrase does not open the key.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// Shorter than [`MIN_PASSPHRASE_CHARS`].
    #[error("a passphrase has at least {MIN_PASSPHRASE_CHARS} characters")]
    TooShort,
    /// A new key was asked for although there is one, or a database that needs one.
    #[error("this profile already has a key")]
    AlreadySet,
    /// The key file may be read by others.
    #[error("{0} must be readable by its owner only (chmod 600)")]
    Exposed(PathBuf),
    /// What is stored makes no sense.
    #[error("{0}")]
    Broken(&'static str),
    /// A file cannot be read or written.
    #[error("the key cannot be read or written: {0}")]
    Io(#[from] io::Error),
}

/// Looks for the key; draws and keeps one if neither key nor database is there yet.
///
/// # Errors
/// [`SecretError::Broken`] and [`SecretError::Exposed`] for stored keys that must not be used, and whatever the disk
/// says. A key that is simply not there is no error but [`KeyState::Missing`].
pub(crate) async fn database_key(dir: &ProfileDir, source: &SecretSource) -> Result<KeyState, SecretError> {
    let place = Place::of(dir)?;
    let source = source.clone();
    blocking(move || match source {
        SecretSource::Keychain => from_keychain(&place, &SystemKeychain),
        SecretSource::Passphrase => from_passphrase(&place),
        SecretSource::KeyFile(path) => from_key_file(&place, &path),
    })
    .await
}

/// Opens a key that is wrapped by a passphrase.
///
/// # Errors
/// [`SecretError::WrongPassphrase`]; [`SecretError::Broken`] if the header is damaged or absurd.
pub(crate) async fn unlock(dir: &ProfileDir, passphrase: &str) -> Result<DatabaseKey, SecretError> {
    let place = Place::of(dir)?;
    let passphrase = zeroize::Zeroizing::new(passphrase.to_owned());
    blocking(move || match Header::read(&place.header)? {
        Some(Header { passphrase: Some(wrapped), .. }) => wrapped.open(&passphrase),
        _ => Err(SecretError::Broken("no passphrase was chosen for this profile")),
    })
    .await
}

/// Draws the key of a new profile and wraps it.
///
/// # Errors
/// [`SecretError::TooShort`]; [`SecretError::AlreadySet`] if there is a key or a database already.
pub(crate) async fn choose_passphrase(dir: &ProfileDir, passphrase: &str) -> Result<DatabaseKey, SecretError> {
    if passphrase.chars().count() < MIN_PASSPHRASE_CHARS {
        return Err(SecretError::TooShort);
    }
    let place = Place::of(dir)?;
    let passphrase = zeroize::Zeroizing::new(passphrase.to_owned());
    blocking(move || {
        if place.has_database || Header::read(&place.header)?.is_some_and(|header| header.passphrase.is_some()) {
            return Err(SecretError::AlreadySet);
        }
        let key = DatabaseKey::draw()?;
        Header::for_passphrase(Wrapped::seal(&key, &passphrase)?).write(&place.header)?;
        info!("the database's key is wrapped by a passphrase");
        Ok(key)
    })
    .await
}

/// What of a profile matters here.
struct Place {
    header: PathBuf,
    has_database: bool,
}

impl Place {
    fn of(dir: &ProfileDir) -> io::Result<Self> {
        // An unreadable directory is an error, not "no database".
        Ok(Self { header: dir.key_header(), has_database: dir.database().try_exists()? })
    }
}

fn from_keychain(place: &Place, keychain: &dyn Keychain) -> Result<KeyState, SecretError> {
    let header = Header::read(&place.header)?;
    if let Some(entry) = header.as_ref().and_then(|header| header.keychain.as_deref()) {
        match keychain.get(entry) {
            Ok(key) => return Ok(KeyState::Ready(key)),
            Err(error) => warn!(%error, "the keychain does not give the database's key"),
        }
    }
    if header.is_some_and(|header| header.passphrase.is_some()) {
        return Ok(KeyState::NeedsPassphrase);
    }
    if place.has_database {
        return Ok(KeyState::Missing);
    }
    match keep_new_key(place, keychain) {
        Ok(key) => Ok(KeyState::Ready(key)),
        Err(NotKept::Keychain(error)) => {
            info!(%error, "no keychain here: a passphrase is needed");
            Ok(KeyState::ChoosePassphrase)
        }
        Err(NotKept::Secret(error)) => Err(error),
    }
}

enum NotKept {
    Keychain(KeychainError),
    Secret(SecretError),
}

/// First run. The header is written last: until then nothing depends on the entry.
fn keep_new_key(place: &Place, keychain: &dyn Keychain) -> Result<DatabaseKey, NotKept> {
    let key = DatabaseKey::draw().map_err(NotKept::Secret)?;
    let entry = keychain::new_entry().map_err(NotKept::Secret)?;
    keychain.set(&entry, &key).map_err(NotKept::Keychain)?;
    // A keychain that forgets at once is no keychain.
    let kept = keychain.get(&entry).map_err(NotKept::Keychain)?;
    if !kept.is_same(&key) {
        return Err(NotKept::Keychain(KeychainError::Damaged));
    }
    Header::for_keychain(entry).write(&place.header).map_err(NotKept::Secret)?;
    info!("the database's key is kept by the keychain");
    Ok(key)
}

fn from_passphrase(place: &Place) -> Result<KeyState, SecretError> {
    match Header::read(&place.header)? {
        Some(Header { passphrase: Some(_), .. }) => Ok(KeyState::NeedsPassphrase),
        _ if place.has_database => Ok(KeyState::Missing),
        _ => Ok(KeyState::ChoosePassphrase),
    }
}

fn from_key_file(place: &Place, path: &std::path::Path) -> Result<KeyState, SecretError> {
    match key_file::read(path)? {
        Some(key) => Ok(KeyState::Ready(key)),
        None if place.has_database => Ok(KeyState::Missing),
        None => {
            let key = DatabaseKey::draw()?;
            key_file::create(path, &key)?;
            Ok(KeyState::Ready(key))
        }
    }
}

/// Whether bytes can be read as `key.json`.
#[cfg(feature = "fuzzing")]
pub(crate) fn reads_header(bytes: &[u8]) -> bool {
    Header::parse(bytes).is_ok()
}

/// Whether text can be read as a key file.
#[cfg(feature = "fuzzing")]
pub(crate) fn reads_key_file(text: &str) -> bool {
    key_file::parse(text).is_ok()
}

/// The keychain's library must not run on a worker of the runtime, and the passphrase takes half a second of a core.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
}

#[cfg(test)]
mod tests;
