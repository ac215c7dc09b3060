//! How far a message has come.

/// How far a message has come. States only go forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageState {
    /// Written by somebody else.
    Received,
    /// Waits for the person's decision about a changed key.
    Held,
    /// On this device's disk.
    Sending,
    /// The relay answers for it.
    Sent,
    /// A device of theirs has it.
    Delivered,
    /// It was on a screen that had focus.
    Read,
    /// It was recorded speech, and was listened to.
    Played,
    /// Refused.
    Failed(Failure),
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Failure {
    /// Their mailbox is full.
    MailboxFull,
    /// Too large.
    TooLarge,
    /// Their account is gone.
    AccountGone,
    /// Their keys do not hold.
    KeysRejected,
    /// The relay could not make sense of it.
    Rejected,
    /// One of its files is larger than the relay takes.
    FileTooLarge,
    /// This account's share of the relay's room for files is used up.
    QuotaFull,
    /// The relay has no room left for files.
    RelayFull,
    /// One of its files is no longer on this device.
    FileMissing,
}
