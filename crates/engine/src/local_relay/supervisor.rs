//! Starts the relay again when it has died, until it dies too often.

use std::{collections::VecDeque, ops::ControlFlow, path::PathBuf, time::Duration};

use tokio::{
    sync::{oneshot, watch},
    time::{Instant, sleep},
};
use tracing::{error, warn};

use super::{Pace, process::Process};
use crate::view::LocalRelay as State;

/// Failures older than this are forgotten.
const MINUTE: Duration = Duration::from_secs(60);
/// Longest wait before a restart.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What a restart needs.
pub(super) struct Supervisor {
    pub(super) program: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) states: watch::Sender<State>,
    pub(super) addresses: watch::Sender<String>,
    pub(super) pace: Pace,
}

impl Supervisor {
    /// Watches over `process` and those that follow it until told to stop.
    pub(super) async fn run(self, process: Process, mut stopped: oneshot::Receiver<()>) {
        let mut process = Some(process);
        let mut failures = VecDeque::new();
        while let Some(mut running) = process.take() {
            tokio::select! {
                ended = running.wait() => warn!(?ended, "the relay has died"),
                _ = &mut stopped => return running.end().await,
            }
            self.states.send_replace(State::Starting);
            tokio::select! {
                again = self.start_again(&mut failures) => process = again,
                _ = &mut stopped => return,
            }
        }
        error!("the relay dies again and again: it is left alone");
        self.states.send_replace(State::Failed);
    }

    /// Counts a failure and tries until a relay answers or there were too many.
    async fn start_again(&self, failures: &mut VecDeque<Instant>) -> Option<Process> {
        loop {
            if self.count(failures).is_break() {
                return None;
            }
            let doublings = u32::try_from(failures.len().saturating_sub(1)).unwrap_or(u32::MAX).min(16);
            sleep(self.pace.first_wait.saturating_mul(1 << doublings).min(LONGEST_WAIT)).await;
            match Process::start(&self.program, &self.dir, self.pace.start_timeout).await {
                Ok(process) => {
                    self.addresses.send_replace(process.address().to_owned());
                    self.states.send_replace(State::Running);
                    return Some(process);
                }
                Err(error) => warn!(%error, "the relay does not start again"),
            }
        }
    }

    fn count(&self, failures: &mut VecDeque<Instant>) -> ControlFlow<()> {
        let now = Instant::now();
        while failures.front().is_some_and(|failed| now.duration_since(*failed) > MINUTE) {
            failures.pop_front();
        }
        failures.push_back(now);
        if failures.len() >= self.pace.most_failures { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
