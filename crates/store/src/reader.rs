//! A second, read-only handle for what windows ask, so that they never wait for a batch.

use std::{fmt, path::Path};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::{
    error::{OpenError, StoreError},
    migrate::{MIGRATIONS, version},
    open::unlock,
    queries::Queries,
};

/// Reads what was committed, beside a [`crate::Store`] that is open in this program. Owned by one thread.
pub struct Reader {
    connection: Connection,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// Opens a database that a [`crate::Store`] has opened before.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(path: &Path, key: &[u8; 32]) -> Result<Self, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = unlock(path, flags, key)?;
        let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
        match version(&connection)? {
            found if found > known => Err(OpenError::TooNew { found, known }),
            found if found < known => Err(OpenError::Broken),
            _ => Ok(Self { connection }),
        }
    }

    /// Looks at what is committed; each query by itself sees one moment.
    pub fn queries(&self) -> Queries<'_> {
        Queries::of(&self.connection)
    }

    /// Holds one moment still, for several queries that must agree. Drop it soon: the journal grows meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn snapshot(&mut self) -> Result<Snapshot<'_>, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        Ok(Snapshot { transaction })
    }
}

/// One moment of the database.
pub struct Snapshot<'r> {
    transaction: Transaction<'r>,
}

impl fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Snapshot")
    }
}

impl Snapshot<'_> {
    /// Looks at it.
    pub fn queries(&self) -> Queries<'_> {
        Queries::of(&self.transaction)
    }
}
