//! What time it is: the system's clock, or one that a test sets.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use sotto_wire::Timestamp;

/// Called when a clock jumps, so that whoever waits for a time looks again.
pub type Jumped = Box<dyn Fn() + Send + Sync>;

/// Tells the time. The machine never asks; the driver asks once per batch and passes the answer on.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> Timestamp;

    /// Asks to be told when the clock is set to another time. The system's clock never tells.
    fn on_jump(&self, jumped: Jumped) {
        drop(jumped);
    }
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::try_from(since.as_millis()).unwrap_or(Timestamp::MAX)
    }
}

/// Runs like the computer's clock, some time ahead of it. For tests that would otherwise wait for days.
#[derive(Clone, Default)]
pub struct ShiftedClock {
    shared: Arc<Shifted>,
}

#[derive(Default)]
struct Shifted {
    ahead: AtomicU64,
    jumped: Mutex<Vec<Jumped>>,
}

impl ShiftedClock {
    /// Lets `ms` pass at once.
    pub fn advance(&self, ms: u64) {
        self.shared.ahead.fetch_add(ms, Ordering::SeqCst);
        for jumped in self.shared.jumped.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            jumped();
        }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.shared.ahead.load(Ordering::SeqCst)
    }

    fn on_jump(&self, jumped: Jumped) {
        self.shared.jumped.lock().unwrap_or_else(PoisonError::into_inner).push(jumped);
    }
}

impl fmt::Debug for ShiftedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShiftedClock").field("ahead", &self.shared.ahead).finish_non_exhaustive()
    }
}
