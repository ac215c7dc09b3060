//! The database as the rest of the engine sees it: writes go to the driver, reads have a handle of their own.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use sotto_store::{OpenError, Queries, Reader, StoreError};
use tokio::task::spawn_blocking;

use crate::{
    driver::Jobs,
    error::{Code, Error},
};

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    /// For everything that writes.
    pub(crate) jobs: Jobs,
    /// `None` once the engine has stopped.
    reader: Arc<Mutex<Option<Reader>>>,
}

impl Database {
    pub(crate) fn new(jobs: Jobs, reader: Reader) -> Self {
        Self { jobs, reader: Arc::new(Mutex::new(Some(reader))) }
    }

    /// Reads what is committed, all of it at one moment.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Queries<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Error> {
        let reader = Arc::clone(&self.reader);
        let look = move || {
            let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(reader) = reader.as_mut() else { return Err(stopped()) };
            let snapshot = reader.snapshot()?;
            Ok(look(&snapshot.queries())?)
        };
        spawn_blocking(look).await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Closes the reading handle, so that the profile can be opened again.
    pub(crate) fn close(&self) {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

fn stopped() -> Error {
    Error::new(Code::Internal, "the engine has stopped")
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::DiskFull => Code::DiskFull,
            _ => Code::DatabaseBroken,
        };
        Self::new(code, error.to_string())
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        let code = match error {
            OpenError::DiskFull => Code::DiskFull,
            // The key that was kept belongs to another database: as good as none.
            OpenError::WrongKey => Code::KeyMissing,
            OpenError::Broken | OpenError::TooNew { .. } | OpenError::Io(_) => Code::DatabaseBroken,
        };
        Self::new(code, error.to_string())
    }
}
