//! Everything a step may do to the database. One step's changes are committed together or not at all.

use sotto_wire::{AccountId, DeviceId, Hash, KeyId, MessageId, SendId, Timestamp};

use crate::group::rows::GroupChange;
use crate::poll::PollChange;
use crate::rows::{
    ChatId, ContactRow, DeviceRow, EditRow, GapRow, MessageRow, OutboxRow, OwnRow, OwnSealKeyRow, PeerRow, PinRow,
    ReactionRow, ReceiptRow, SentRow, SessionRow, TimerRow, WaitingRow,
};
use crate::schedule::ScheduleChange;
use crate::story::ViewerRow;

/// One change. `Put` inserts or replaces by the row's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// This account and device.
    PutOwn(Box<OwnRow>),
    /// vodozemac's account pickle as JSON.
    PutOlmAccount(Vec<u8>),
    /// A seal key of this device.
    PutOwnSealKey(OwnSealKeyRow),
    /// Its time is over.
    DeleteOwnSealKey(KeyId),
    /// A contact; its chat comes into being with it.
    PutContact(Box<ContactRow>),
    /// All messages of `from` move to `into`, then `from` and its contact go away.
    MergeChats {
        /// The chat that goes away.
        from: ChatId,
        /// The chat that stays.
        into: ChatId,
    },
    /// A pinned list.
    PutPeer(Box<PeerRow>),
    /// A device.
    PutDevice(Box<DeviceRow>),
    /// A session or a tombstone.
    PutSession(SessionRow),
    /// A received ciphertext, kept 35 days.
    PutSeen {
        /// Its hash.
        hash: Hash,
        /// When.
        at: Timestamp,
    },
    /// An entry of a conversation, and its place in the search index. A new one goes to the end.
    PutMessage(Box<MessageRow>),
    /// An entry goes away.
    DeleteMessage {
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
    },
    /// Everything owed to an account stays unsaid.
    DeleteReceiptsOf(AccountId),
    /// Everything of a chat up to this position has been read.
    MarkRead {
        /// Which chat.
        chat: ChatId,
        /// Up to and including.
        order: i64,
    },
    /// Something to send. A new one goes to the end.
    PutOutbox(Box<OutboxRow>),
    /// It is answered for.
    DeleteOutbox(SendId),
    /// What was sent under a counter.
    PutSent(SentRow),
    /// A message was received at the other end: its records are not needed any more.
    DeleteSentOf {
        /// By this device; others may still miss it.
        device: DeviceId,
        /// Which message.
        message: MessageId,
    },
    /// A counter that has not arrived.
    PutGap(GapRow),
    /// It has.
    DeleteGap(GapRow),
    /// A receipt to send.
    PutReceipt(ReceiptRow),
    /// It is in the outbox.
    DeleteReceipt {
        /// To whom.
        account: AccountId,
        /// For which message.
        message: MessageId,
    },
    /// Records (seen hashes, sent rows) from before this time go away, and tombstones of sessions from before the other.
    Prune {
        /// Older than.
        before: Timestamp,
        /// Buried before.
        buried: Timestamp,
    },
    /// What one person thinks of a message.
    PutReaction(ReactionRow),
    /// One wording of a message.
    PutEdit(EditRow),
    /// A wording that came too late to count.
    DeleteEdit {
        /// Whose message.
        author: AccountId,
        /// Which.
        id: MessageId,
        /// Which wording.
        count: u32,
    },
    /// Whether a message is pinned.
    PutPin(PinRow),
    /// Reactions, wordings and pin of a message go away.
    StripMessage {
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
    },
    /// A message is gone from here for good: neither a copy nor an action brings it back.
    PutGone {
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
        /// When.
        at: Timestamp,
    },
    /// How long messages of a chat stay.
    PutTimer {
        /// Which chat.
        chat: ChatId,
        /// How long.
        timer: TimerRow,
    },
    /// An action whose message is not here yet.
    PutWaiting(WaitingRow),
    /// They have been done.
    DeleteWaiting {
        /// Whose message they waited for.
        author: AccountId,
        /// Which.
        id: MessageId,
    },
    /// Actions that waited since before this time, and marks of messages gone before the other, go away.
    PruneActions {
        /// Waiting since before.
        waiting: Timestamp,
        /// Gone before.
        gone: Timestamp,
    },
    /// A device is no longer in its account's list: it, its sessions and gaps go away; tombstones stay.
    DeleteDevice(DeviceId),
    /// Something about groups.
    Group(GroupChange),
    /// Something about messages that leave later.
    Schedule(ScheduleChange),
    /// Something about polls.
    Poll(PollChange),
    /// One person of the audience of one's own story.
    PutViewer(ViewerRow),
}
