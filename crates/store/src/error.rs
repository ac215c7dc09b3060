//! What can go wrong with the database, told apart by what a person can do about it.

use rusqlite::ErrorCode;

/// The database could not be opened. The file is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is encrypted with another key (or its first page is damaged, which cannot be told from that).
    #[error("the key does not open the database")]
    WrongKey,
    /// The file is no database of this program, or it is damaged.
    #[error("the database is damaged")]
    Broken,
    /// A newer program has written it.
    #[error("the database has version {found}, this program knows {known}")]
    TooNew {
        /// Version of the file.
        found: u32,
        /// Newest version this program knows.
        known: u32,
    },
    /// No space left on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The file cannot be read or written: permissions, a lost disk, another program.
    #[error("the database file cannot be used")]
    Io(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Broken | StoreError::Unreadable(_) => Self::Broken,
            other => Self::Io(Box::new(other)),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull { Self::DiskFull } else { Self::Io(Box::new(error)) }
    }
}

/// A read or a write failed. A batch in which this happened can only be dropped.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space left on the disk; nothing of the batch was written.
    #[error("the disk is full")]
    DiskFull,
    /// The disk does not answer as it should.
    #[error("the database file cannot be read or written")]
    Io(#[source] rusqlite::Error),
    /// Somebody else holds the database.
    #[error("the database is locked by another program")]
    Busy,
    /// The file is damaged: a page does not bear its authentication code.
    #[error("the database is damaged")]
    Broken,
    /// A stored value is not what its column should hold.
    #[error("a stored value cannot be understood")]
    Unreadable(#[source] rusqlite::Error),
    /// A value could not be turned into JSON or back.
    #[error("a setting cannot be understood")]
    Setting(#[from] serde_json::Error),
    /// A change of this batch failed before; it must not be committed.
    #[error("the batch was given up")]
    GivenUp,
    /// A constraint or a mistake in this crate.
    #[error("the database refused a statement")]
    Refused(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match (&error, error.sqlite_error_code()) {
            (_, Some(ErrorCode::DiskFull)) => Self::DiskFull,
            (_, Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => Self::Io(error),
            (_, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => Self::Busy,
            (_, Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)) => Self::Broken,
            (E::FromSqlConversionFailure(..) | E::InvalidColumnType(..) | E::IntegralValueOutOfRange(..), _) => {
                Self::Unreadable(error)
            }
            _ => Self::Refused(error),
        }
    }
}
