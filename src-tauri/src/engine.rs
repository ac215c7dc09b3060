//! The engine, which starts while the window is being drawn.

use sotto_engine::{
    Events, Handle,
    error::{Code, Error},
};
use tokio::sync::watch;

/// The engine once it has started, or why it has not.
pub(crate) type Started = Option<Result<Handle, Error>>;

/// The engine while it starts.
pub(crate) type Starting = tauri::async_runtime::JoinHandle<Result<(Handle, Events), Error>>;

/// The program ends while the engine starts, or a panic ended that.
pub(crate) fn given_up(error: &tauri::Error) -> Error {
    Error::new(Code::Internal, format!("the engine did not start: {error}"))
}

/// What commands reach the engine through. Those that come too early wait.
#[derive(Debug, Clone)]
pub(crate) struct EngineCell(watch::Receiver<Started>);

impl EngineCell {
    /// An empty cell, and what fills it.
    pub(crate) fn new() -> (watch::Sender<Started>, Self) {
        let (sender, receiver) = watch::channel(None);
        (sender, Self(receiver))
    }

    /// The engine, as soon as it has started.
    pub(crate) async fn ready(&self) -> Result<Handle, Error> {
        let mut started = self.0.clone();
        let started = started.wait_for(Option::is_some).await.ok().and_then(|started| started.clone());
        started.unwrap_or_else(|| Err(Error::new(Code::Internal, "the engine was never started")))
    }

    /// The engine, if it has started.
    pub(crate) fn now(&self) -> Option<Handle> {
        self.0.borrow().clone().and_then(Result::ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn early_commands_wait_and_learn_of_a_failure() {
        let (sender, cell) = EngineCell::new();
        assert!(cell.now().is_none());
        let waiting = tokio::spawn({
            let cell = cell.clone();
            async move { cell.ready().await.map(drop) }
        });
        tokio::task::yield_now().await;
        let broken = Error::new(Code::DatabaseBroken, "damaged");
        sender.send_replace(Some(Err(broken.clone())));
        assert_eq!(waiting.await.unwrap(), Err(broken));
    }

    #[tokio::test]
    async fn nobody_waits_for_what_will_never_come() {
        let (sender, cell) = EngineCell::new();
        drop(sender);
        assert_eq!(cell.ready().await.map(drop).unwrap_err().code, Code::Internal);
    }
}
