//! Where seals are made and opened: on threads, never on the driver's or the runtime's.

use std::{sync::Arc, thread::available_parallelism};

use tokio::{sync::Semaphore, task::spawn_blocking};

/// As many places as the computer has cores: a backlog must not start hundreds of threads.
#[derive(Debug, Clone)]
pub(crate) struct Workers {
    places: Arc<Semaphore>,
}

impl Workers {
    pub(crate) fn new() -> Self {
        let cores = available_parallelism().map_or(2, usize::from);
        Self { places: Arc::new(Semaphore::new(cores)) }
    }

    /// The result, or `None` if the work panicked or the runtime stops.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let work = move || {
            let result = work();
            drop(place);
            result
        };
        spawn_blocking(work).await.ok()
    }
}
