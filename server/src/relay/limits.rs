//! The core's bounds, as the operator has set them.

use sotto_wire::limits::HOUR;

use super::Rate;

/// Bounds of the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most messages in one mailbox.
    pub mailbox_messages: u64,
    /// Most bytes in one mailbox.
    pub mailbox_bytes: u64,
    /// Frames from one connection.
    pub frames: Rate,
    /// People whom one account may write to for the first time in an hour.
    pub first_contacts: u64,
    /// Messages to one person without their token.
    pub first_messages: Rate,
    /// Bytes that may be on their way to the disk before senders are asked to wait.
    pub backlog_bytes: u64,
    /// Accounts kept in memory although nobody there is connected.
    pub accounts_cached: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mailbox_messages: 20_000,
            mailbox_bytes: 64 << 20,
            frames: Rate::per(200, 1_000).burst(2_000),
            first_contacts: 20,
            first_messages: Rate::per(60, HOUR),
            backlog_bytes: 64 << 20,
            accounts_cached: 100_000,
        }
    }
}
