//! The relay that this program runs itself, as a child process: "On this computer".
//!
//! Its data and its port stay the same from start to start, so that what the database knows of it stays true. When it
//! dies it is started again; when it keeps dying, that is said and left.

mod outbox;
mod process;
mod supervisor;

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sotto_wire::{PhoneNumber, Timestamp};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};

use self::{process::Process, supervisor::Supervisor};
use crate::view::LocalRelay as State;

/// Why the relay could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LocalRelayError {
    /// The program is not installed.
    #[error("sotto-relay is neither beside this program nor in PATH")]
    NotInstalled,
    /// It was started and ended, or says nothing.
    #[error("sotto-relay does not start: {0}")]
    DoesNotStart(String),
    /// Its directory cannot be used, or the program not be run.
    #[error("sotto-relay cannot be run: {0}")]
    Io(#[from] io::Error),
}

/// A running relay. Dropping it ends the relay.
#[derive(Debug)]
pub(crate) struct LocalRelay {
    dir: PathBuf,
    address: watch::Receiver<String>,
    /// Dropping it tells the supervisor to end.
    _stop: oneshot::Sender<()>,
    _supervisor: JoinHandle<()>,
}

impl LocalRelay {
    /// Starts the relay in its directory and waits until it answers. From then on `states` says how it is.
    ///
    /// # Errors
    /// [`LocalRelayError`]; `states` is [`State::Failed`] then.
    pub(crate) async fn start(dir: PathBuf, states: watch::Sender<State>) -> Result<Self, LocalRelayError> {
        let program = process::find_program().ok_or(LocalRelayError::NotInstalled);
        let started = match program {
            Ok(program) => Self::start_program(program, dir, &states, Pace::default()).await,
            Err(error) => Err(error),
        };
        if started.is_err() {
            states.send_replace(State::Failed);
        }
        started
    }

    async fn start_program(
        program: PathBuf,
        dir: PathBuf,
        states: &watch::Sender<State>,
        pace: Pace,
    ) -> Result<Self, LocalRelayError> {
        states.send_replace(State::Starting);
        create_private(&dir)?;
        let process = Process::start(&program, &dir, pace.start_timeout).await?;
        states.send_replace(State::Running);
        let (addresses, address) = watch::channel(process.address().to_owned());
        let (stop, stopped) = oneshot::channel();
        let supervisor = Supervisor { program, dir: dir.clone(), states: states.clone(), addresses, pace };
        let supervisor = tokio::spawn(supervisor.run(process, stopped));
        Ok(Self { dir, address, _stop: stop, _supervisor: supervisor })
    }

    /// Its base address. The same after a restart, unless another program has taken the port meanwhile.
    pub(crate) fn address(&self) -> String {
        self.address.borrow().clone()
    }

    /// The newest code sent to this number, if it is not older than `since`.
    pub(crate) fn code_for(&self, number: &PhoneNumber, since: Timestamp) -> Option<String> {
        outbox::code_for(&self.dir, number, since)
    }
}

/// How patient the supervisor is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How long a start may take.
    start_timeout: Duration,
    /// Wait before the first restart; doubled with each that follows.
    first_wait: Duration,
    /// This many ends within a minute are too many.
    most_failures: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self { start_timeout: Duration::from_secs(20), first_wait: Duration::from_millis(200), most_failures: 5 }
    }
}

fn create_private(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(all(test, unix))]
mod tests;
