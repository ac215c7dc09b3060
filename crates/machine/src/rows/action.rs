//! What is remembered of actions: reactions, wordings, pins, timers, and what waits for its message.

use sotto_wire::{AccountId, MessageId, Timestamp};

use super::{ChatId, MessageRow, Read};
use crate::post::Mention;

/// What has become of a message since it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// The relay's time of it; windows for changes are measured from here. `None` until the relay has it.
    pub relay_at: Option<Timestamp>,
    /// Number of its newest wording, 0 for the first.
    pub edits: u32,
    /// Kept by the person, on this device.
    pub starred: bool,
    /// When it goes away by itself.
    pub expires_at: Option<Timestamp>,
    /// Recorded speech of somebody else that was listened to here.
    pub played: bool,
    /// Somebody else names this person in it.
    pub mentioned: bool,
}

/// What one person thinks of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactionRow {
    /// In which chat.
    pub chat: ChatId,
    /// Whose message.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// Who reacted.
    pub person: AccountId,
    /// With what; `None` when it was taken back.
    pub emoji: Option<String>,
    /// The greatest stands.
    pub count: u32,
    /// The relay's time.
    pub at: Timestamp,
}

/// One wording of a message. The first one is there once there is a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditRow {
    /// Whose message.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// The greatest stands.
    pub count: u32,
    /// The words.
    pub text: String,
    /// Who is named in them.
    pub mentions: Vec<Mention>,
    /// The relay's time.
    pub at: Timestamp,
}

/// Whether a message is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinRow {
    /// In which chat.
    pub chat: ChatId,
    /// Whose message.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// Pinned, or not any more.
    pub pinned: bool,
    /// The greatest stands; of two equal ones, that of the greater account.
    pub count: u32,
    /// Who said so.
    pub actor: AccountId,
    /// The relay's time.
    pub at: Timestamp,
}

/// How long messages of a chat stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerRow {
    /// After being read; 0 when they stay.
    pub seconds: u32,
    /// The greatest stands; of two equal ones, that of the greater account.
    pub count: u32,
    /// Who said so.
    pub actor: AccountId,
}

/// An action whose message is not here yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// In which chat.
    pub chat: ChatId,
    /// Whose message.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// Who acted.
    pub actor: AccountId,
    /// CBOR of the body.
    pub body: Vec<u8>,
    /// The relay's time.
    pub at: Timestamp,
}

/// Reads what actions have left behind.
pub trait ActionRows {
    /// What one person thinks of a message.
    fn reaction(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<ReactionRow>>;
    /// The wordings of a message, oldest first.
    fn edits(&self, author: &AccountId, id: &MessageId) -> Read<Vec<EditRow>>;
    /// Whether a message is pinned, if that was ever said.
    fn pin(&self, author: &AccountId, id: &MessageId) -> Read<Option<PinRow>>;
    /// How long messages of a chat stay, if that was ever said.
    fn timer(&self, chat: ChatId) -> Read<Option<TimerRow>>;
    /// Actions that wait for this message, in the order in which they came.
    fn waiting(&self, author: &AccountId, id: &MessageId) -> Read<Vec<WaitingRow>>;
    /// How many actions of this person wait.
    fn waiting_count(&self, actor: &AccountId) -> Read<u32>;
    /// Is this message gone from here for good?
    fn is_gone(&self, author: &AccountId, id: &MessageId) -> Read<bool>;
    /// Messages whose time is over, the oldest first; not more than `most`.
    fn expired(&self, now: Timestamp, most: u32) -> Read<Vec<MessageRow>>;
    /// Traces of messages that were taken back, from before this time, the oldest first; not more than `most`.
    fn traces(&self, before: Timestamp, most: u32) -> Read<Vec<MessageRow>>;
    /// When the first message that goes away after this time does.
    fn next_expiry_after(&self, now: Timestamp) -> Read<Option<Timestamp>>;
    /// Has the number of the other side come to belong to another account since this message?
    fn is_before_key_change(&self, author: &AccountId, id: &MessageId) -> Read<bool>;
}
