//! The chat list.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{MessageState, TrustView};

/// One row of the chat list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct ChatRow {
    /// Stable for the life of this profile.
    #[ts(type = "number")]
    pub id: i64,
    /// Rows are drawn by this, greatest first.
    #[ts(type = "number")]
    pub order: i64,
    /// Name given by the person, else the contact's own name, else the number.
    pub title: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Avatar colour, see [`super::Me::hue`].
    pub hue: String,
    /// Changes whenever the picture does; 0 means none. Load it with `picture_load`.
    #[ts(type = "number")]
    pub picture_rev: u64,
    /// The newest message.
    pub last: Option<LastMessage>,
    /// Messages not read yet.
    pub unread: u32,
    /// Where the first message not read yet is that mentions this person, to jump to; only in groups.
    #[ts(type = "number | null")]
    pub mention: Option<i64>,
    /// What was written and not sent.
    pub draft: Option<String>,
    /// Messages disappear so many seconds after they were read; 0 when they stay.
    pub timer: u32,
    /// Messages that are to leave later.
    pub scheduled: u32,
    /// What is believed of this person.
    pub trust: TrustView,
    /// A stranger wrote first and was not accepted yet.
    pub request: bool,
    /// The chat with oneself. The UI has its name.
    pub own: bool,
    /// Its place among the pinned ones, smallest first; these are drawn above the others.
    #[ts(type = "number | null")]
    pub pinned: Option<i64>,
    /// Out of the way, in a list of its own.
    pub archived: bool,
    /// No notifications until then (ms since the epoch); `Number.MAX_SAFE_INTEGER` is for good. May be over.
    #[ts(type = "number | null")]
    pub muted_until: Option<i64>,
    /// Though muted, it is heard when this person is mentioned.
    pub but_mentions: bool,
    /// To be looked at again, whatever was read.
    pub marked_unread: bool,
    /// Its notifications make no sound.
    pub quiet: bool,
    /// Its notifications do not show what was written.
    pub discreet: bool,
    /// What it is written on; `None` is what all are.
    pub wallpaper: Option<Wallpaper>,
    /// Nothing from this person is shown and nothing goes to them.
    pub blocked: bool,
    /// Set when it is a group.
    pub group: Option<super::GroupSummary>,
}

/// What a conversation is written on, drawn by the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum Wallpaper {
    /// Lines of a score.
    Staves,
    /// Rows of seats.
    Seats,
    /// Boxes of an opera house.
    Boxes,
    /// Fine dots.
    Dots,
    /// A rosy wash.
    Rose,
    /// A brass wash.
    Brass,
    /// A green wash.
    Moss,
    /// A blue wash.
    Lagoon,
    /// Nothing, whatever the others have.
    Plain,
}

impl Wallpaper {
    /// In the order of their numbers in the database, which never change.
    const ALL: [Self; 9] = [
        Self::Staves,
        Self::Seats,
        Self::Boxes,
        Self::Dots,
        Self::Rose,
        Self::Brass,
        Self::Moss,
        Self::Lagoon,
        Self::Plain,
    ];

    pub(crate) fn number(self) -> Option<u8> {
        Self::ALL.iter().position(|paper| *paper == self).and_then(|at| u8::try_from(at).ok())
    }

    /// One that a newer program has kept is plain here.
    pub(crate) fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// Chats that a person keeps together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct Folder {
    /// What it is called, 1 to 24 characters.
    pub name: String,
    /// Chats in it.
    #[ts(type = "Array<number>")]
    pub chats: Vec<i64>,
}

/// For how long a chat is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum MuteFor {
    /// Eight hours.
    EightHours,
    /// Seven days.
    Week,
    /// Until it is taken back.
    Always,
    /// Until it is taken back, but for mentions of this person in a group.
    ButMentions,
}

/// The newest message of a chat, for its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct LastMessage {
    /// First line of the text, marks removed; empty for a notice.
    pub preview: String,
    /// What it carries besides words.
    pub part: Option<super::PostPart>,
    /// What kind of file goes with it, if one does; the preview is then the text or, for a file, its name.
    pub file: Option<super::FileKind>,
    /// The newest message was taken back.
    pub deleted: bool,
    /// Set when a reaction to one of this person's messages is newer; `preview` is then that message's.
    pub reaction: Option<ReactionNews>,
    /// Set when the newest entry is a notice.
    pub notice: Option<super::NoticeKind>,
    /// Set when the newest entry is a call.
    pub call: Option<super::CallLineView>,
    /// Who wrote it, in a group.
    pub author: Option<String>,
    /// Sent by this account.
    pub mine: bool,
    /// Its state, meaningful when `mine`.
    pub state: MessageState,
    /// When (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
}

/// Somebody reacted to a message of this person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct ReactionNews {
    /// With what.
    pub emoji: String,
    /// Who.
    pub name: String,
}

/// A change of the chat list. Apply only when `rev` is one more than the last; else subscribe again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum ChatListUpdate {
    /// Everything.
    Snapshot {
        /// Number of this update.
        #[ts(type = "number")]
        rev: u64,
        /// All rows, greatest `order` first.
        items: Vec<ChatRow>,
    },
    /// What changed since.
    Diff {
        /// Number of this update.
        #[ts(type = "number")]
        rev: u64,
        /// The changes, in order.
        ops: Vec<ChatOp>,
    },
}

/// One change of the chat list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
#[expect(clippy::large_enum_variant, reason = "hardly ever the small one, and a box would show everywhere")]
pub enum ChatOp {
    /// Insert the row, or replace the one with the same id.
    Put {
        /// The row.
        item: ChatRow,
    },
    /// The chat is gone.
    Remove {
        /// Its id.
        #[ts(type = "number")]
        id: i64,
    },
}
