//! The system's keychain: Secret Service, Keychain or Credential Manager.

use super::{
    SecretError,
    key::{DatabaseKey, random},
};

/// The name under which keychains list the entries.
const SERVICE: &str = "Sotto";

/// Keeps keys by the name of their entry. Blocks, for as long as the person takes to answer the system's question.
pub(super) trait Keychain {
    fn get(&self, entry: &str) -> Result<DatabaseKey, KeychainError>;
    fn set(&self, entry: &str, key: &DatabaseKey) -> Result<(), KeychainError>;
}

/// Why the keychain does not give or take a key. Which of them it is decides nothing, since a keychain that has just
/// been reset answers [`Self::NoEntry`] as an empty one does.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeychainError {
    /// It has no such entry.
    #[error("the keychain has no such entry")]
    NoEntry,
    /// What it has is no key.
    #[error("what the keychain has is no key")]
    Damaged,
    /// There is no keychain, or it is locked.
    #[error("no keychain: {0}")]
    Unavailable(keyring::Error),
}

/// A name for a new entry. At random, so that a profile's directory can be moved and renamed.
pub(super) fn new_entry() -> Result<String, SecretError> {
    Ok(format!("database {}", hex::encode(random::<8>()?.as_slice())))
}

/// The keychain of the person who is logged in.
pub(super) struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn get(&self, entry: &str) -> Result<DatabaseKey, KeychainError> {
        let secret = keyring::Entry::new(SERVICE, entry).and_then(|entry| entry.get_secret());
        let secret = zeroize::Zeroizing::new(secret.map_err(KeychainError::from)?);
        DatabaseKey::from_slice(&secret).ok_or(KeychainError::Damaged)
    }

    fn set(&self, entry: &str, key: &DatabaseKey) -> Result<(), KeychainError> {
        let entry = keyring::Entry::new(SERVICE, entry)?;
        Ok(entry.set_secret(key.bytes())?)
    }
}

impl From<keyring::Error> for KeychainError {
    fn from(error: keyring::Error) -> Self {
        match error {
            keyring::Error::NoEntry => Self::NoEntry,
            // These carry what was stored: it must not reach a log.
            keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => Self::Damaged,
            other => Self::Unavailable(other),
        }
    }
}
