//! The only loop of the engine.
//!
//! **Take what waits, step it in one transaction, commit (fsync), and only then speak**: frames to the
//! relay, errands to the directory, news to the windows. The driver runs on a thread of its own and owns
//! the database's writing side and the machine; nothing else writes and nothing else steps.

pub(crate) mod line;
mod outlets;
mod parcels;
mod turn;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use sotto_machine::{
    Machine,
    step::{Event, Input, StepError},
};
use sotto_store::{Batch, Store, StoreError};
use sotto_wire::{Presence, Timestamp, ToRelay, Welcome};
use tokio::sync::oneshot;
use tracing::error;

use self::line::Line;
pub(crate) use self::outlets::{Dropped, Outlets};
use crate::{
    clock::Clock,
    error::{Code, Error},
};

/// Most jobs of one transaction.
const MOST: usize = 256;
/// No more jobs join a transaction that has been open this long.
const LONGEST: Duration = Duration::from_millis(8);

/// Is told when a job is committed, or why it was not.
pub(crate) type Done = oneshot::Sender<Result<(), Error>>;
/// A change of what only the engine keeps (settings, drafts, profiles), and what the windows then hear.
pub(crate) type Write = Box<dyn FnOnce(&mut Batch<'_>) -> Result<Vec<Event>, StoreError> + Send>;

/// Work for the driver, done in the order in which it was given.
pub(crate) enum Job {
    /// A step of the machine.
    Step {
        /// What happened.
        input: Box<Input>,
        /// Who wants to know.
        done: Option<Done>,
    },
    /// A change of the engine's own tables.
    Write {
        /// What to change.
        write: Write,
        /// Who wants to know.
        done: Option<Done>,
    },
    /// The account that was just drawn is registered: begin to act as it.
    SignedUp {
        /// Who wants to know.
        done: Done,
    },
    /// A try to connect begins.
    Connecting,
    /// A connection stands.
    Connected {
        /// The relay's first frame.
        welcome: Welcome,
        /// What goes out over it.
        line: Line,
    },
    /// Everything that waited in the mailbox has been stepped.
    Drained,
    /// The connection is over.
    Disconnected {
        /// Until the next try.
        wait: Duration,
    },
    /// The relay does not know this device any more.
    SignedOut,
    /// Somebody came or went.
    Presence(Presence),
    /// A frame that belongs to no step; lost when no connection stands.
    Frame(ToRelay),
    /// The clock jumped: look again what is due.
    Nudge,
    /// No more work after this.
    Stop {
        /// The database is closed when this is answered or dropped.
        done: Done,
    },
}

impl Job {
    /// A step that nobody waits for.
    pub(crate) fn step(input: Input) -> Self {
        Self::Step { input: Box::new(input), done: None }
    }
}

/// Gives work to the driver.
#[derive(Clone)]
pub(crate) struct Jobs {
    queue: mpsc::Sender<Job>,
    /// The driver's own, until somebody waits for its end.
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Jobs {
    /// Work that nobody waits for; lost when the driver has stopped.
    pub(crate) fn send(&self, job: Job) {
        let _ = self.queue.send(job);
    }

    /// Steps, and waits for the commit.
    pub(crate) async fn step(&self, input: Input) -> Result<(), Error> {
        self.ask(|done| Job::Step { input: Box::new(input), done: Some(done) }).await
    }

    /// Writes, and waits for the commit.
    pub(crate) async fn write(
        &self,
        write: impl FnOnce(&mut Batch<'_>) -> Result<Vec<Event>, StoreError> + Send + 'static,
    ) -> Result<(), Error> {
        self.ask(|done| Job::Write { write: Box::new(write), done: Some(done) }).await
    }

    /// Stops the driver and waits, without a runtime, until the database is closed. A process must not end before: SQLCipher
    /// frees what all its databases share at exit, also while one is being closed.
    pub(crate) fn stop_and_wait(&self) {
        let (done, _) = oneshot::channel();
        self.send(Job::Stop { done });
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }

    /// Any job with an answer.
    pub(crate) async fn ask(&self, job: impl FnOnce(Done) -> Job) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.send(job(done));
        answer.await.unwrap_or_else(|_| Err(Error::new(Code::Internal, "the work was given up")))
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").finish_non_exhaustive()
    }
}

/// Owns the database's writing side and the machine.
struct Driver {
    store: Store,
    /// `None` until somebody has signed up.
    machine: Option<Machine>,
    /// What goes out, while a connection stands.
    line: Option<Line>,
    clock: Arc<dyn Clock>,
    outlets: Outlets,
    /// When the machine wants to be woken.
    wake_at: Option<Timestamp>,
}

/// Starts the thread. `registered` says whether the account in the database, if any, is known to the relay.
///
/// # Errors
/// When the rows of this device cannot be read.
pub(crate) fn start(
    mut store: Store,
    registered: bool,
    clock: Arc<dyn Clock>,
    outlets: Outlets,
) -> Result<Jobs, StepError> {
    let machine = if registered { turn::load(&mut store, &outlets)? } else { None };
    let (queue, jobs) = mpsc::channel();
    let nudge = queue.clone();
    clock.on_jump(Box::new(move || drop(nudge.send(Job::Nudge))));
    // Messages may have run out while the program was not running, and a connection may be long in coming.
    let wake_at = machine.is_some().then_some(0);
    let driver = Driver { store, machine, line: None, clock, outlets, wake_at };
    let thread = thread::Builder::new().name("sotto-driver".into()).spawn(move || driver.run(&jobs));
    let thread = thread.inspect_err(|error| error!(%error, "no thread for the driver")).ok();
    Ok(Jobs { queue, thread: Arc::new(Mutex::new(thread)) })
}

impl Driver {
    fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let Some(first) = self.wait(jobs) else { return };
            let opened = Instant::now();
            let mut waiting = VecDeque::from([first]);
            while waiting.len() < MOST
                && opened.elapsed() < LONGEST
                && let Ok(job) = jobs.try_recv()
            {
                waiting.push_back(job);
            }
            let stop = waiting.iter().position(|job| matches!(job, Job::Stop { .. }));
            let after_stop = stop.map(|at| waiting.split_off(at));
            self.turn(waiting);
            if let Some(mut after_stop) = after_stop {
                let stop = after_stop.pop_front();
                // Closed before anybody hears of it, so that the profile can be opened again at once.
                drop(self);
                if let Some(Job::Stop { done }) = stop {
                    let _ = done.send(Ok(()));
                }
                return;
            }
        }
    }

    /// The next job: given, or due. `None` when nobody can give any more.
    fn wait(&mut self, jobs: &mpsc::Receiver<Job>) -> Option<Job> {
        let Some(wake_at) = self.wake_at else { return jobs.recv().ok() };
        let wait = wake_at.saturating_sub(self.clock.now());
        match jobs.recv_timeout(Duration::from_millis(wait)) {
            Ok(job) => Some(job),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                self.wake_at = None;
                Some(Job::step(Input::Tick))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
        }
    }
}
