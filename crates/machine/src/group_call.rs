//! Calls of a group: what its members say about one, what a person may ask for, and what windows and media are told.
//!
//! Media go through a room at the relay, closed end to end. Who is in a call, and with which keys, is said sealed, from
//! device to device; the room's secret and the keys are as authentic as any message.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, GroupId, RoomId, RoomSecret, Timestamp, limits};

use crate::{
    call::{CallId, Outcome},
    rows::{ChatId, Secret32},
};

/// Groups with more members cannot call: a room takes no more.
pub const MOST_IN_CALL: usize = 32;
/// A call of which nothing was heard for so long is over, whoever forgot to say so.
pub(crate) const STALE: u64 = 12 * limits::HOUR;

/// The key with which one member closes its frames (see `sotto_media::CallKey`).
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FrameKey {
    /// Who sends in this call: drawn for it.
    #[n(0)]
    pub sender: u32,
    /// Grows by one with each key.
    #[n(1)]
    pub generation: u16,
    /// The secret.
    #[cbor(n(2), with = "minicbor::bytes")]
    secret: [u8; 32],
}

impl FrameKey {
    pub(crate) fn new(sender: u32, generation: u16, secret: [u8; 32]) -> Self {
        Self { sender, generation, secret }
    }

    /// The secret.
    pub fn secret(&self) -> Secret32 {
        Secret32(self.secret)
    }
}

impl std::fmt::Debug for FrameKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FrameKey({:08x}, {})", self.sender, self.generation)
    }
}

/// What a member shows of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MemberState {
    /// The microphone is off.
    #[n(0)]
    pub muted: bool,
    /// A picture is sent.
    #[n(1)]
    pub camera: bool,
    /// The picture is that of a screen.
    #[n(2)]
    pub screen: bool,
    /// Wants to say something.
    #[n(3)]
    pub hand: bool,
}

/// Where a call is: its room at the relay.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Place {
    /// The room.
    #[n(0)]
    pub room: RoomId,
    /// What opens it.
    #[n(1)]
    pub secret: RoomSecret,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place").field("room", &self.room).finish_non_exhaustive()
    }
}

/// What a member of a group says about a call of it. Numbers are never reused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum GroupCallBody {
    /// The sending device is in the call: to all of the group when it comes in, then to those in the call.
    #[n(0)]
    Here {
        #[n(0)]
        call: CallId,
        #[n(1)]
        group: GroupId,
        #[n(2)]
        place: Place,
        #[n(3)]
        video: bool,
        #[n(4)]
        sender: u32,
        #[n(5)]
        state: MemberState,
        /// Who has begun it, by the word of the sending device.
        #[n(6)]
        by: AccountId,
        /// When, by the relay's clock as the one who began it knew it.
        #[n(7)]
        begun: Timestamp,
    },
    /// The sending device's key from now on: to each device in the call, and to nobody else.
    #[n(1)]
    Key {
        #[n(0)]
        call: CallId,
        #[n(1)]
        group: GroupId,
        #[n(2)]
        key: FrameKey,
    },
    /// The sending device has left: to all of the group.
    #[n(2)]
    Left {
        #[n(0)]
        call: CallId,
        #[n(1)]
        group: GroupId,
    },
}

impl GroupCallBody {
    pub(crate) fn group(&self) -> GroupId {
        match self {
            Self::Here { group, .. } | Self::Key { group, .. } | Self::Left { group, .. } => *group,
        }
    }
}

/// What a person, or the media, ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupCallInput {
    /// Begins a call in a group. The room is open and this device is in it.
    Start {
        /// The group's.
        chat: ChatId,
        /// Drawn for it.
        call: CallId,
        /// Drawn for it.
        place: Place,
        /// With pictures.
        video: bool,
        /// Drawn for it: who sends.
        sender: u32,
        /// What is sent at first.
        state: MemberState,
    },
    /// This device has come into the room of a call under way.
    Join {
        /// Which.
        call: CallId,
        /// Drawn for it: who sends.
        sender: u32,
        /// What is sent at first.
        state: MemberState,
    },
    /// Muted, seen, a hand up, or not any more.
    Show {
        /// In which.
        call: CallId,
        /// Now.
        state: MemberState,
    },
    /// Leaves, or does not come.
    Leave {
        /// Which.
        call: CallId,
    },
    /// Nothing has come from this member for long: their program has ended.
    Lost {
        /// In which.
        call: CallId,
        /// Who.
        account: AccountId,
    },
    /// The relay knows no such room any more: everybody has left.
    Closed {
        /// Which.
        call: CallId,
    },
}

/// One who is in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InCall {
    /// Who.
    pub account: AccountId,
    /// Whose frames are theirs.
    pub sender: u32,
    /// What they show.
    pub state: MemberState,
    /// Since when their hand is up, by this device's clock.
    pub hand_since: Option<Timestamp>,
}

/// A call of a group, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// The group's.
    pub chat: ChatId,
    /// Which.
    pub call: CallId,
    /// Where.
    pub place: Place,
    /// With pictures.
    pub video: bool,
    /// Who has begun it.
    pub by: AccountId,
    /// Since when, by this device's clock.
    pub since: Timestamp,
    /// Who is in it, without this device.
    pub others: Vec<InCall>,
    /// This device is in it.
    pub joined: bool,
    /// It rings here.
    pub rings: bool,
}

/// What the windows, and the media of a group call, are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupCallEvent {
    /// There is one, or it has changed.
    UnderWay(Box<UnderWay>),
    /// Frames are closed with this from now on.
    OwnKey {
        /// In which.
        call: CallId,
        /// The key.
        key: FrameKey,
    },
    /// Frames of somebody are closed with this.
    TheirKey {
        /// In which.
        call: CallId,
        /// The key.
        key: FrameKey,
    },
    /// It is over, or this person does not belong to the group any more.
    Over {
        /// The group's.
        chat: ChatId,
        /// Which.
        call: CallId,
        /// How.
        outcome: Outcome,
    },
}
