//! What may fail in a round.

use std::{fmt, ops::Range};

use rand::RngExt as _;
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

impl Fault {
    /// The next one.
    pub(super) fn draw(rng: &mut ChaCha12Rng, people: usize) -> Self {
        let who = rng.random_range(0..people);
        match rng.random_range(0..7) {
            0 => Self::RelayKilled,
            1 => Self::EngineKilled(who),
            2 => Self::BothKilled(who),
            3 => Self::Cut,
            4 => Self::Unreachable,
            5 => Self::RelayDiskFull(who),
            _ => Self::EngineDiskFull(who),
        }
    }

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
