//! One conversation.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AttachmentView, CallLineView, GroupNotice, PersonView};
use crate::error::Code;

/// How far a message has come. States only go forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum MessageState {
    /// Received from somebody else.
    Received,
    /// Waits until the person has decided about a changed key.
    Held,
    /// Clock: on this device's disk, on its way.
    Sending,
    /// One tick.
    Sent,
    /// Two ticks.
    Delivered,
    /// Two ticks, underlined.
    Read,
    /// The relay refused it; see `failure`.
    Failed,
}

/// Something the engine says in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
#[expect(
    clippy::large_enum_variant,
    reason = "made once for the window and passed on: a box would only be one more allocation"
)]
pub enum NoticeKind {
    /// Messages and calls are end-to-end encrypted (first entry of every chat).
    Encrypted,
    /// The number belongs to another key now; nothing was verified before.
    KeyChanged,
    /// The number belongs to another key now, though it had been verified: sending is held.
    KeyViolated,
    /// The person compared safety numbers and they matched.
    Verified,
    /// Messages are missing and were asked for again.
    Gap {
        /// How many.
        count: u32,
    },
    /// Messages could not be recovered: their sender no longer has them.
    Lost {
        /// How many.
        count: u32,
    },
    /// Somebody has decided how long messages stay.
    Timer {
        /// Seconds after being read; 0 when they stay.
        seconds: u32,
        /// It was this person.
        mine: bool,
    },
    /// The message before was to leave earlier.
    SentLate {
        /// By how much.
        minutes: u32,
    },
    /// A change of the group.
    Group {
        /// Who made it.
        by: PersonView,
        /// What was done.
        what: GroupNotice,
    },
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
#[expect(
    clippy::large_enum_variant,
    reason = "made once for the window and passed on: a box would only be one more allocation"
)]
pub enum MessageBody {
    /// Plain text with *bold*, _italic_, ~strike~, `code` and links, parsed by the UI into elements.
    Text {
        /// The text.
        text: String,
    },
    /// Said by the engine.
    Notice {
        /// Which.
        notice: NoticeKind,
    },
    /// Somebody has called.
    Call {
        /// How it went.
        call: CallLineView,
    },
    /// Taken back by its author, for everyone.
    Deleted,
}

/// The message that another one answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct QuoteView {
    /// Written by this account.
    pub mine: bool,
    /// Who wrote it; empty when `mine`.
    pub name: String,
    /// Its text; how it begins, as the other side says, when it is not here. Empty when nothing can be shown.
    pub text: String,
    /// Where it is, to jump to; none when it is not here.
    #[ts(type = "number | null")]
    pub order: Option<i64>,
    /// It was taken back.
    pub deleted: bool,
    /// It is a story; `order` names it while it is shown.
    pub story: bool,
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct ReactionView {
    /// Which.
    pub emoji: String,
    /// How many people.
    pub count: u32,
    /// This person is among them.
    pub mine: bool,
    /// The others.
    pub names: Vec<String>,
}

/// One wording of a message, for the history of its edits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct WordingView {
    /// The words.
    pub text: String,
    /// Since when they stood (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
}

/// A kept message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StarredView {
    /// In which chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// What that chat is called.
    pub title: String,
    /// The message.
    pub item: MessageItem,
}

/// One entry of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct MessageItem {
    /// Hex; for one's own message it is the id the UI passed to `message_send`.
    pub id: String,
    /// Position in the conversation: unique, smallest first, never changes.
    #[ts(type = "number")]
    pub order: i64,
    /// Sent by this account.
    pub mine: bool,
    /// When, as shown (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
    /// How far it has come.
    pub state: MessageState,
    /// Why it failed.
    pub failure: Option<Code>,
    /// Who wrote it, in a group, if it was somebody else.
    pub author: Option<PersonView>,
    /// What it holds.
    pub body: MessageBody,
    /// People who are named in it, in the order in which they stand there; only in groups.
    pub mentions: Vec<super::MentionView>,
    /// Files that go with it, in the order in which they are shown.
    pub attachments: Vec<AttachmentView>,
    /// What it answers.
    pub quote: Option<QuoteView>,
    /// A poll; the text is its question.
    pub poll: Option<super::PollView>,
    /// Somebody one can write to.
    pub card: Option<super::CardView>,
    /// A point on the earth.
    pub place: Option<super::PlaceView>,
    /// Photos that may be looked at once; `attachments` is empty then.
    pub once: Option<super::OnceView>,
    /// The page behind the address in its text.
    pub link: Option<super::LinkPreviewView>,
    /// What people think of it, in the order in which it was first said.
    pub reactions: Vec<ReactionView>,
    /// It has had other words; ask for them with `message_history`.
    pub edited: bool,
    /// Its author passes on what was written somewhere else.
    pub forwarded: bool,
    /// Kept by this person.
    pub starred: bool,
    /// Recorded speech that was listened to: here, or one's own by everybody it was for.
    pub played: bool,
    /// Pinned for everybody in the chat.
    pub pinned: bool,
    /// Disappears so many seconds after it was read; on its author's side, after it was sent.
    pub expires_after: Option<u32>,
    /// When that is (ms since the epoch), once its time runs.
    #[ts(type = "number | null")]
    pub expires_at: Option<i64>,
    /// Until when this person may edit it (ms since the epoch).
    #[ts(type = "number | null")]
    pub editable_until: Option<i64>,
    /// Until when this person may take it back for everyone (ms since the epoch).
    #[ts(type = "number | null")]
    pub deletable_until: Option<i64>,
}

/// A stretch of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct ThreadPage {
    /// Smallest `order` first.
    pub items: Vec<MessageItem>,
    /// There are older ones.
    pub has_older: bool,
    /// There are newer ones.
    pub has_newer: bool,
    /// The first unread message when the thread was opened, for the "new messages" mark.
    #[ts(type = "number | null")]
    pub first_unread: Option<i64>,
    /// How many were unread then.
    pub unread: u32,
}

/// A change of an open thread. Apply only when `rev` is one more than the last; else subscribe again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum ThreadUpdate {
    /// The page that was asked for.
    Snapshot {
        /// Number of this update.
        #[ts(type = "number")]
        rev: u64,
        /// The stretch.
        page: ThreadPage,
    },
    /// What changed since.
    Diff {
        /// Number of this update.
        #[ts(type = "number")]
        rev: u64,
        /// The changes, in order.
        ops: Vec<MessageOp>,
    },
}

/// One change of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
#[expect(
    clippy::large_enum_variant,
    reason = "made once for the window and passed on: a box would only be one more allocation"
)]
pub enum MessageOp {
    /// Insert the entry by `order`, or replace the one with the same id.
    Put {
        /// The entry.
        item: MessageItem,
    },
    /// The entry is gone.
    Remove {
        /// Its id.
        id: String,
    },
}
