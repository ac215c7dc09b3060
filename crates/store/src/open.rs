//! Opening the database file, and what must be set before anything is read from it.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{ErrorKind, Read},
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};
use zeroize::Zeroizing;

use crate::{
    batch::Batch,
    error::{OpenError, StoreError},
    gallery,
    migrate::{MIGRATIONS, migrate, version},
    queries::Queries,
};

/// One page; a database is never smaller.
const PAGE: u64 = 4096;

/// The database of one profile. Owned by one thread; everything is written through a [`Batch`].
pub struct Store {
    connection: Connection,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the database with its raw key, creates it if there is none, and brings its schema up to date.
    ///
    /// Whether an absent file may be created is the caller's decision: a missing key never means "first start".
    ///
    /// # Errors
    /// [`OpenError`]; a file that was not opened is not altered.
    pub fn open(path: &Path, key: &[u8; 32]) -> Result<Self, OpenError> {
        create_private(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = unlock(path, flags, key)?;
        let found = version(&connection)?;
        let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
        if found > known {
            return Err(OpenError::TooNew { found, known });
        }
        // From here on the file is ours to write.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON;
             PRAGMA journal_size_limit = 16777216;",
        )?;
        migrate(&mut connection, MIGRATIONS)?;
        gallery::catch_up(&mut connection)?;
        Ok(Self { connection })
    }

    /// Begins a batch. Nothing of it is there until [`Batch::commit`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn batch(&mut self) -> Result<Batch<'_>, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Batch::of(transaction))
    }

    /// Looks at what is committed.
    pub fn queries(&self) -> Queries<'_> {
        Queries::of(&self.connection)
    }

    /// Lets the file grow no further than this, so that tests can see a full disk.
    #[doc(hidden)]
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        // Answers with the limit, so it is a query and not an update.
        Ok(self.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
    }
}

/// Opens an existing file and makes sure that the key fits, without writing to it.
pub(crate) fn unlock(path: &Path, flags: OpenFlags, key: &[u8; 32]) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(path, flags)?;
    // Closing the last connection would copy a crashed program's journal into the file, fitting key or not.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = OFF;")?;
    set_key(&connection, key)?;
    connection.execute_batch("PRAGMA cipher_compatibility = 4;")?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(128);
    // Otherwise each new value bound to a statement has it compiled anew: that was half of the time of catching up.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The first page is read here, and its authentication code checked with the key.
    match connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Ok(()) => {}
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(if looks_encrypted(path) { OpenError::WrongKey } else { OpenError::Broken });
        }
        Err(error) => return Err(error.into()),
    }
    connection.execute_batch("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

/// The error of this one statement is dropped: rusqlite's would quote the statement, and with it the key.
fn set_key(connection: &Connection, key: &[u8; 32]) -> Result<(), OpenError> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    const BEFORE: &str = "PRAGMA key = \"x'";
    let mut statement = Zeroizing::new(String::with_capacity(BEFORE.len() + 64 + 3));
    statement.push_str(BEFORE);
    for nibble in key.iter().flat_map(|byte| [byte >> 4, byte & 0xf]) {
        statement.push(HEX.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit)));
    }
    statement.push_str("'\";");
    connection.execute_batch(&statement).map_err(|_| OpenError::Io("the key was not taken".into()))
}

/// Only the person's own programs may open what is created here; the journal inherits it.
fn create_private(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// An encrypted database is whole pages of noise; a plain one, or a stub, is no database of ours.
fn looks_encrypted(path: &Path) -> bool {
    let mut start = [0; 15];
    let whole = path.metadata().is_ok_and(|file| file.len() >= PAGE && file.len() % PAGE == 0);
    whole && File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && &start != b"SQLite format 3"
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_compiled_once_whatever_it_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("sotto.db"), &[7; 32]).unwrap();
        let sql = "SELECT pair_counter FROM gaps WHERE device = ?1 ORDER BY pair_counter";
        let mut statement = store.connection.prepare(sql).unwrap();
        for device in [[1_u8; 16], [2; 16], [3; 16]] {
            let found: Vec<i64> =
                statement.query_map([&device[..]], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            assert!(found.is_empty());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
