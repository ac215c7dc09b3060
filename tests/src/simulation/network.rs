//! The wire between a person and the relay: ordered like TCP, late as drawn, and sometimes gone.

use rand::{Rng, RngExt as _};
use sotto_relay::relay::ConnectionId;

/// One person's way to the relay.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// The connection that stands or is being made.
    pub(super) connection: Option<ConnectionId>,
    /// No network until then.
    pub(super) offline_until: u64,
    /// Slow until then.
    slow_until: u64,
    /// Swallows everything until then.
    dead_until: u64,
    /// Something was swallowed: like TCP, this connection carries nothing after a hole.
    severed: bool,
    last_up: u64,
    last_down: u64,
}

/// Which way a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

impl Link {
    pub(super) fn slow(&mut self, until: u64) {
        self.slow_until = self.slow_until.max(until);
    }

    pub(super) fn dead(&mut self, until: u64) {
        self.dead_until = self.dead_until.max(until);
    }

    /// Nothing gets through now, and no connection can be made.
    pub(super) fn is_down(&self, now: u64) -> bool {
        now < self.dead_until || now < self.offline_until
    }

    /// The next connection begins with nothing on its way.
    pub(super) fn reset(&mut self) {
        self.severed = false;
        self.last_up = 0;
        self.last_down = 0;
    }

    /// When a frame that leaves now arrives; `None` when it never does.
    pub(super) fn arrival(&mut self, way: Way, now: u64, rng: &mut impl Rng) -> Option<u64> {
        self.severed |= self.is_down(now);
        if self.severed {
            return None;
        }
        let latency = if now < self.slow_until { rng.random_range(300..3_000) } else { rng.random_range(1..120) };
        let last = match way {
            Way::Up => &mut self.last_up,
            Way::Down => &mut self.last_down,
        };
        *last = (now + latency).max(*last + 1);
        Some(*last)
    }
}
