//! What people have told about others, for the relay's operator, beside a relay that may be running.

use crate::{
    config::Config,
    running::{DATABASE_FILE, RelayError, create_private},
    store::{Store as _, StoreError, StoredReport, sqlite::SqliteStore},
};

/// The reports that a relay holds.
#[derive(Debug)]
pub struct Reports {
    store: SqliteStore,
}

impl Reports {
    /// Those of the relay with this configuration.
    ///
    /// # Errors
    /// [`RelayError`], if its database cannot be opened.
    pub fn of(config: &Config) -> Result<Self, RelayError> {
        let data_dir = config.data_dir()?;
        create_private(&data_dir).map_err(|source| RelayError::DataDir { path: data_dir.clone(), source })?;
        Ok(Self { store: SqliteStore::open(&data_dir.join(DATABASE_FILE), config.limits.database_bytes)? })
    }

    /// All of them, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self) -> Result<Vec<StoredReport>, StoreError> {
        self.store.reports().await
    }

    /// The operator has seen to one; `false` if there is none of this number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove(&self, id: i64) -> Result<bool, StoreError> {
        self.store.remove_report(id).await
    }
}
