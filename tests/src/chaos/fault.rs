//! What may fail in a round.

use std::{fmt, ops::Range};

use rand::{RngExt as _, seq::SliceRandom as _};
use rand_chacha::ChaCha12Rng;

/// Something fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `kill -9` of the relay.
    RelayKilled,
    /// `kill -9` of somebody's engine.
    EngineKilled(usize),
    /// `kill -9` of both at the same moment.
    BothKilled(usize),
    /// Every connection breaks once; new ones follow at once.
    Cut,
    /// Nobody reaches the relay for a while.
    Unreachable,
    /// The relay's disk is full while somebody is away, so that it would have to write.
    RelayDiskFull(usize),
    /// Somebody's disk is full.
    EngineDiskFull(usize),
}

/// Draws failures: of every seven, each kind is one.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<u8>);

impl Faults {
    /// The next one.
    pub(super) fn draw(&mut self, rng: &mut ChaCha12Rng, people: usize) -> Fault {
        if self.0.is_empty() {
            self.0 = (0..7).collect();
            self.0.shuffle(rng);
        }
        let who = rng.random_range(0..people);
        match self.0.pop() {
            Some(0) => Fault::RelayKilled,
            Some(1) => Fault::EngineKilled(who),
            Some(2) => Fault::BothKilled(who),
            Some(3) => Fault::Cut,
            Some(4) => Fault::Unreachable,
            Some(5) => Fault::RelayDiskFull(who),
            _ => Fault::EngineDiskFull(who),
        }
    }
}

impl Fault {
    /// How long it may last, in milliseconds.
    pub(super) fn outage_ms(self) -> Range<u64> {
        match self {
            Self::RelayDiskFull(_) | Self::EngineDiskFull(_) => 800..2_000,
            _ => 20..1_000,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RelayKilled => f.write_str("relay killed"),
            Self::EngineKilled(who) => write!(f, "engine {who} killed"),
            Self::BothKilled(who) => write!(f, "relay and engine {who} killed"),
            Self::Cut => f.write_str("connections cut"),
            Self::Unreachable => f.write_str("relay unreachable"),
            Self::RelayDiskFull(who) => write!(f, "relay's disk full, {who} away"),
            Self::EngineDiskFull(who) => write!(f, "disk of engine {who} full"),
        }
    }
}
