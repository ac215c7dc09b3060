//! What is remembered of single sendings: what went out under which counter, what is missing, whom to tell.

use sotto_wire::{AccountId, DeviceId, MessageId, Timestamp};

/// What was sent under a pair counter, kept until a receipt or 35 days, to answer requests for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow {
    /// To which device.
    pub device: DeviceId,
    /// Under which counter.
    pub pair_counter: u64,
    /// Which message or action; `None` for receipts and other service.
    pub message: Option<MessageId>,
    /// CBOR of an action's body; a message has its own row.
    pub action: Option<Vec<u8>>,
    /// To one's own other device: the person it was said to.
    pub with: Option<AccountId>,
    /// When.
    pub at: Timestamp,
}

/// A pair counter that has not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapRow {
    /// From which device.
    pub device: DeviceId,
    /// Which counter.
    pub pair_counter: u64,
}

/// A receipt to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptRow {
    /// To whom.
    pub account: AccountId,
    /// For which message.
    pub message: MessageId,
    /// Read, or only delivered.
    pub read: bool,
    /// And listened to; only what was read is.
    pub played: bool,
    /// When it leaves (batched and jittered).
    pub due: Timestamp,
}

/// In [`super::OutboxRow::not_before`]: not until [`crate::step::Input::Uploaded`]. Later messages may leave before it.
pub const AFTER_UPLOAD: Timestamp = Timestamp::MAX;
