//! Time as an argument: the shell asks a [`Clock`], the core is told.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use sotto_wire::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> Timestamp;
}

/// The computer's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
    }
}

/// The computer's clock, set forward by hand: lets a test wait thirty days in no time.
#[derive(Debug, Default)]
pub struct ManualClock {
    ahead: AtomicU64,
}

impl ManualClock {
    /// Sets the clock forward by so many milliseconds.
    pub fn advance(&self, milliseconds: u64) {
        self.ahead.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().saturating_add(self.ahead.load(Ordering::SeqCst))
    }
}
