//! What happens to groups, as input of a step.

use sotto_wire::{AccountId, GroupId, Timestamp, rest::GroupLogEntry};

use super::{event::GroupOp, link::Invitation, look::Look};
use crate::rows::ChatId;

/// Something that happened to a group.
#[derive(Debug)]
pub enum GroupInput {
    /// A person founds one.
    Found {
        /// Drawn by the caller.
        group: GroupId,
        /// What it is called.
        name: String,
        /// Everybody else in it.
        members: Vec<AccountId>,
        /// What it shows besides its name.
        look: Option<Look>,
    },
    /// A person adds somebody.
    Add {
        /// To which group.
        chat: ChatId,
        /// Whom.
        members: Vec<AccountId>,
    },
    /// A person makes any other change; neither founding nor adding.
    Change {
        /// In which group.
        chat: ChatId,
        /// What.
        op: GroupOp,
    },
    /// A person asks to come in by a link.
    Ask(Invitation),
    /// An admin lets in who has asked.
    Admit {
        /// Into which group.
        chat: ChatId,
        /// Whom.
        account: AccountId,
    },
    /// An admin does not.
    Decline {
        /// Of which group.
        chat: ChatId,
        /// Whom.
        account: AccountId,
    },
    /// Answer to [`crate::step::Effect::FetchGroupLog`], from the position that the group was read up to.
    Log {
        /// Which group.
        group: GroupId,
        /// From which position on.
        from: u64,
        /// All there is from there on; `None` when the relay knows no such group or does not answer.
        entries: Option<Vec<GroupLogEntry>>,
    },
    /// Answer to [`crate::step::Effect::AppendToGroup`]. Whatever it was, the log is read next.
    Appended {
        /// Which group.
        group: GroupId,
        /// The relay took it, now or before.
        taken: bool,
    },
    /// A group's message came.
    Delivered {
        /// For the acknowledgement.
        seq: u64,
        /// The relay's time.
        at: Timestamp,
        /// What came.
        payload: Vec<u8>,
    },
}
