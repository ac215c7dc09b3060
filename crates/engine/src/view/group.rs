//! A group: who is in it, who may do what, and who has received a message.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::MessageState;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum GroupRole {
    /// What the policy leaves to all.
    Member,
    /// Everything but what is the owner's.
    Admin,
    /// There is always one.
    Owner,
}

/// Who may do what; `true` means only admins and the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupPolicy {
    /// Writing is for admins.
    pub admins_send: bool,
    /// Changing the name is for admins.
    pub admins_edit: bool,
    /// Adding people is for admins.
    pub admins_add: bool,
}

/// Somebody as they are named and drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct PersonView {
    /// Hex; names them in commands of the group.
    pub account: String,
    /// This account.
    pub me: bool,
    /// As in the chat list.
    pub name: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Avatar colour, see [`super::Me::hue`].
    pub hue: String,
    /// Load their picture by this chat; null for oneself.
    #[ts(type = "number | null")]
    pub chat: Option<i64>,
    /// Changes whenever the picture does; 0 means none.
    #[ts(type = "number")]
    pub picture_rev: u64,
}

/// One of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupMember {
    /// Who.
    pub person: PersonView,
    /// What they may do.
    pub role: GroupRole,
}

/// Two views of one group: somebody, or the relay, shows members different changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupFork {
    /// Who sees the other one.
    pub member: PersonView,
    /// How many changes ago or at which it split.
    #[ts(type = "number")]
    pub epoch: u64,
    /// First digits of what this device came to.
    pub ours: String,
    /// First digits of the other one.
    pub theirs: String,
}

/// The link of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupLink {
    /// As it is passed on.
    pub url: String,
    /// An admin is asked about everybody who comes by it.
    pub approval: bool,
}

/// A group as its panel shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupView {
    /// Its chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// Its name.
    pub title: String,
    /// A few words about it; empty when nobody has said any.
    pub about: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Avatar colour.
    pub hue: String,
    /// Changes whenever the picture does; 0 means none.
    #[ts(type = "number")]
    pub picture_rev: u64,
    /// In the order in which they came.
    pub members: Vec<GroupMember>,
    /// This person's role; null when they are not in it (any more).
    pub role: Option<GroupRole>,
    /// Who may do what.
    pub policy: GroupPolicy,
    /// This person may write now.
    pub may_send: bool,
    /// This person may change the name now.
    pub may_edit: bool,
    /// This person may add people now.
    pub may_add: bool,
    /// A change is on its way; no other can begin.
    pub changing: bool,
    /// Added by a stranger, and not accepted yet.
    pub request: bool,
    /// By which people ask to come in; for admins, while there is one.
    pub link: Option<GroupLink>,
    /// Who asks to come in; for admins.
    pub requests: Vec<PersonView>,
    /// Set when members see different groups: nothing is sent then.
    pub fork: Option<GroupFork>,
}

/// How far a message has come with one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupReceipt {
    /// Who.
    pub person: PersonView,
    /// `sent`, `delivered` or `read`.
    pub state: MessageState,
    /// It is recorded speech, and they have listened to it; or photos to be looked at once, and they have opened them.
    pub played: bool,
    /// When that was heard (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
}

/// A change of a group, told in the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum GroupNotice {
    /// Founded it.
    Created {
        /// Its name.
        name: String,
    },
    /// Added people.
    Added {
        /// Whom.
        who: Vec<PersonView>,
    },
    /// Removed somebody.
    Removed {
        /// Whom.
        who: PersonView,
    },
    /// Left.
    Left,
    /// Gave somebody a role.
    Role {
        /// Whom.
        who: PersonView,
        /// Which.
        role: GroupRole,
    },
    /// Changed the name.
    Renamed {
        /// To what.
        name: String,
    },
    /// Wrote something about it; empty when it was taken away.
    Described {
        /// What.
        about: String,
    },
    /// Gave it another picture, or took it away.
    Pictured {
        /// There is one now.
        there: bool,
    },
    /// Made a link to come in by, or a new one; or took it away.
    Link {
        /// There is one now.
        there: bool,
    },
    /// Has admins asked about who comes by the link, or not any more.
    Approval {
        /// They are asked.
        asked: bool,
    },
    /// Changed who may do what.
    Policy {
        /// To what.
        policy: GroupPolicy,
    },
    /// Sees another group than this device.
    Forked,
    /// Could not make a change because somebody else was faster.
    Overtaken,
}

/// What the chat list shows of a group besides what it shows of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct GroupSummary {
    /// How many are in it.
    pub members: u32,
    /// This person is in it.
    pub member: bool,
    /// This person may write now.
    pub may_send: bool,
    /// How many ask an admin, who this person is, to come in.
    pub requests: u32,
    /// Members see different groups.
    pub forked: bool,
}
