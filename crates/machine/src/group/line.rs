//! Changes of a group as lines of its conversation.

use minicbor::{Decode, Encode};
use sotto_wire::AccountId;

use super::state::{Policy, Role};

/// A change as a line in the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GroupLine {
    /// Who made it.
    #[n(0)]
    pub by: AccountId,
    /// What was done.
    #[n(1)]
    pub what: GroupLineKind,
}

/// What a [`GroupLine`] says.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum GroupLineKind {
    /// Founded, under this name.
    #[n(0)]
    Created(#[n(0)] String),
    /// Added these.
    #[n(1)]
    Added(#[n(0)] Vec<AccountId>),
    /// Removed somebody.
    #[n(2)]
    Removed(#[n(0)] AccountId),
    /// Left.
    #[n(3)]
    Left,
    /// Gave somebody a role.
    #[n(4)]
    Role(#[n(0)] AccountId, #[n(1)] Role),
    /// Gave the group a name.
    #[n(5)]
    Renamed(#[n(0)] String),
    /// Changed who may do what.
    #[n(6)]
    Policy(#[n(0)] Policy),
    /// Is shown another group than this device.
    #[n(7)]
    Forked,
    /// Could not make a change that somebody else's change had made impossible.
    #[n(8)]
    Overtaken,
    /// Wrote something else about the group, or nothing.
    #[n(9)]
    Described(#[n(0)] String),
    /// Made a link to come in by, or a new one; or took it away.
    #[n(11)]
    Link(#[n(0)] bool),
    /// Has admins asked about everybody who comes by the link, or not any more.
    #[n(12)]
    Approval(#[n(0)] bool),
    /// Gave it another picture, or took it away.
    #[n(10)]
    Pictured(#[n(0)] bool),
}
