//! The relay under load, beside a forwarder that keeps nothing: the same frames over the same sockets.
//!
//! The relay is the real program in a process of its own, on a real disk. The load comes from another process,
//! so that the CPU time of each is its own. [`Connected`] keeps a window of messages under way for each pair of
//! devices; [`Away`] fills mailboxes of devices that are away and empties them later; [`Idle`] opens connections
//! that say nothing. [`compare`] sets relay and forwarder beside each other, [`grow`] measures several sizes.

mod away;
mod client;
mod comparison;
mod connected;
mod forwarder;
mod frames;
mod growth;
mod idle;
mod people;
mod sending;
mod stopwatch;
mod usage;

use std::net::{Ipv4Addr, SocketAddr};

pub use away::{Away, Drained};
pub use comparison::{Comparison, Plan, compare};
pub use connected::Connected;
pub use forwarder::{Forwarder, serve_forwarder};
pub use growth::{Growth, grow};
pub use idle::Idle;
pub use people::{Pair, Stranger, pairs_of_strangers, sign_up};
pub use sending::Measured;
pub use stopwatch::Latencies;
pub use usage::Usage;

/// Any free port of this machine.
pub const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What is sent, and how much of it at once.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Sealed bytes of each message.
    pub bytes: usize,
    /// Messages of one sender that are not accepted yet.
    pub window: usize,
}

/// Settings of a relay that holds nobody back.
pub fn without_limits() -> [(&'static str, String); 9] {
    let much = || 1_000_000_000_u64.to_string();
    [
        ("SOTTO_RELAY_CODES__CONSOLE", "false".to_owned()),
        ("SOTTO_RELAY_CODES__PER_HOUR", much()),
        ("SOTTO_RELAY_CODES__PER_BLOCK_PER_HOUR", much()),
        ("SOTTO_RELAY_CODES__TRIES_PER_BLOCK_PER_HOUR", much()),
        ("SOTTO_RELAY_LIMITS__CONNECTIONS", "100000".to_owned()),
        ("SOTTO_RELAY_LIMITS__MAILBOX_MESSAGES", much()),
        ("SOTTO_RELAY_LIMITS__MAILBOX_BYTES", (1_u64 << 40).to_string()),
        ("SOTTO_RELAY_LIMITS__FRAMES_PER_SECOND", "1000000".to_owned()),
        ("SOTTO_RELAY_LIMITS__FRAMES_BURST", "1000000".to_owned()),
    ]
}
