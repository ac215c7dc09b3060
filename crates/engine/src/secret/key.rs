//! The key itself.

use std::{fmt, io};

use zeroize::Zeroizing;

use super::SecretError;

/// 32 random bytes that open the database. Wiped when dropped, never printed.
#[derive(Clone)]
pub(crate) struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// A new key.
    pub(super) fn draw() -> Result<Self, SecretError> {
        Ok(Self(random()?))
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        (bytes.len() == key.len()).then(|| {
            key.copy_from_slice(bytes);
            Self(key)
        })
    }

    /// The key, for the database alone.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// For a key that was just drawn: the time this takes tells nobody anything.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(secret)")
    }
}

/// Bytes from the system.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, SecretError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
    Ok(bytes)
}
