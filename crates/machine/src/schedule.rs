//! Messages that are to leave later: kept on this device, sent by it when their time has come.

use sotto_wire::{AccountId, MessageId, Timestamp, limits};

use crate::{
    post::Post,
    rows::{ChatId, Read},
};

/// Later than this after its time a message is not sent by itself any more: its person is asked.
pub const LATEST: u64 = 12 * limits::HOUR;
/// A message this late says so.
pub const LATE: u64 = 2 * (60 * limits::SECOND);

/// A message that waits for its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledRow {
    /// The id under which it will be sent.
    pub id: MessageId,
    /// Where.
    pub chat: ChatId,
    /// Whose chat it was when this was written; `None` in a group. It does not go to somebody else by itself.
    pub recipient: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub post: Post,
    /// Its time came and it could not be sent.
    pub failed: bool,
}

impl ScheduledRow {
    /// It waits for a decision: its time is long over, or it could not be sent.
    pub fn is_missed(&self, now: Timestamp) -> bool {
        self.failed || self.at.saturating_add(LATEST) < now
    }
}

/// What a person does with messages that are to leave later.
#[derive(Debug)]
pub enum ScheduleInput {
    /// To be sent then. The same id again changes when or what.
    Put {
        /// Where.
        chat: ChatId,
        /// Drawn by the window.
        id: MessageId,
        /// When.
        at: Timestamp,
        /// What.
        post: Box<Post>,
    },
    /// At another time.
    Move {
        /// Which.
        id: MessageId,
        /// When.
        at: Timestamp,
    },
    /// Not to be sent.
    Cancel {
        /// Which.
        id: MessageId,
    },
    /// To be sent now.
    SendNow {
        /// Which.
        id: MessageId,
    },
}

/// A change of what waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleChange {
    /// One is new, or changed.
    Put(Box<ScheduledRow>),
    /// It was sent, or given up.
    Delete(MessageId),
}

/// Reads what waits.
pub trait ScheduleRows {
    /// A message that waits.
    fn scheduled(&self, id: &MessageId) -> Read<Option<ScheduledRow>>;
    /// Those of one chat, by their time.
    fn scheduled_in(&self, chat: ChatId) -> Read<Vec<ScheduledRow>>;
    /// Those that have not failed and whose time lies between the two, both included; the earliest first.
    fn scheduled_between(&self, from: Timestamp, to: Timestamp) -> Read<Vec<ScheduledRow>>;
    /// The next time after this at which one is to leave.
    fn next_scheduled_after(&self, now: Timestamp) -> Read<Option<Timestamp>>;
}
