//! Connections that only read, beside the writer.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::store::{Answer, StoreError};

/// Reads at the same time.
const READERS: usize = 4;

type Open = dyn Fn() -> Result<Connection, StoreError> + Send + Sync;

/// A few connections, opened when they are first needed.
pub(super) struct Readers {
    open: Arc<Open>,
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(open: impl Fn() -> Result<Connection, StoreError> + Send + Sync + 'static) -> Self {
        Self { open: Arc::new(open), idle: Arc::default(), free: Arc::new(Semaphore::new(READERS)) }
    }

    pub(super) fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (open, idle, free) = (self.open.clone(), self.idle.clone(), self.free.clone());
        Box::pin(async move {
            let _permit = free.acquire_owned().await.map_err(|_| StoreError::Shut)?;
            let read = move || {
                let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let connection = kept.map_or_else(|| open(), Ok)?;
                let answer = query(&connection);
                idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
                answer
            };
            tokio::task::spawn_blocking(read).await.map_err(|_| StoreError::Shut)?
        })
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("free", &self.free.available_permits()).finish()
    }
}
