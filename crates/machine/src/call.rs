//! Calls between two people: what travels, what a person may ask for, what windows are told, and the line that is left.
//!
//! Whatever is said about a call is an ordinary sealed body, so the DTLS fingerprints in a [`Description`] are as
//! authentic as any message. Media go their own way; nothing of them passes the machine.

use minicbor::{Decode, Encode};
use sotto_wire::{MessageId, Timestamp, limits};

use crate::{
    group_call::{GroupCallEvent, GroupCallInput},
    rows::ChatId,
};

/// How long a call rings, and how long an offer counts.
pub const RINGING: u64 = 45 * limits::SECOND;
/// How far two clocks may be apart before an offer counts as held back on its way.
pub(crate) const CLOCKS_APART: u64 = 300 * limits::SECOND;
/// Offers of one person that ring within [`FLOOD_WINDOW`].
pub(crate) const MOST_OFFERS: usize = 6;
/// See [`MOST_OFFERS`].
pub(crate) const FLOOD_WINDOW: u64 = 60 * limits::SECOND;
/// Longest description in bytes.
const MAX_DESCRIPTION: usize = 32 * 1_024;
/// Longest candidate in bytes.
const MAX_CANDIDATE: usize = 1_024;
/// Most candidates in one message.
const MOST_CANDIDATES: usize = 32;

/// Names a call, and the line that it leaves in the conversation. Drawn by the calling device.
pub type CallId = MessageId;

/// What media a side offers and how it can be reached (SDP). Holds addresses and passwords: never printed.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Description(pub String);

impl std::fmt::Debug for Description {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Description(secret)")
    }
}

/// What one side of a call says to the other. Numbers are never reused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum CallBody {
    /// Somebody calls.
    #[n(0)]
    Offer {
        #[n(0)]
        call: CallId,
        #[n(1)]
        video: bool,
        #[n(2)]
        description: Description,
    },
    /// A device of the other side makes itself heard.
    #[n(1)]
    Ringing {
        #[n(0)]
        call: CallId,
    },
    /// It was answered.
    #[n(2)]
    Answer {
        #[n(0)]
        call: CallId,
        #[n(1)]
        video: bool,
        #[n(2)]
        description: Description,
    },
    /// More ways to be reached.
    #[n(3)]
    Candidates {
        #[n(0)]
        call: CallId,
        #[n(1)]
        candidates: Vec<Description>,
    },
    /// The way is looked for anew: an offer, or the answer to one.
    #[n(4)]
    Renew {
        #[n(0)]
        call: CallId,
        #[n(1)]
        description: Description,
        #[n(2)]
        answer: bool,
    },
    /// It is over.
    #[n(5)]
    End {
        #[n(0)]
        call: CallId,
        #[n(1)]
        why: EndReason,
    },
}

impl CallBody {
    pub(crate) fn call(&self) -> CallId {
        match self {
            Self::Offer { call, .. }
            | Self::Ringing { call }
            | Self::Answer { call, .. }
            | Self::Candidates { call, .. }
            | Self::Renew { call, .. }
            | Self::End { call, .. } => *call,
        }
    }

    /// Nothing in it is longer than it needs to be.
    pub(crate) fn is_in_bounds(&self) -> bool {
        match self {
            Self::Offer { description, .. } | Self::Answer { description, .. } | Self::Renew { description, .. } => {
                description.0.len() <= MAX_DESCRIPTION
            }
            Self::Candidates { candidates, .. } => {
                candidates.len() <= MOST_CANDIDATES && candidates.iter().all(|c| c.0.len() <= MAX_CANDIDATE)
            }
            Self::Ringing { .. } | Self::End { .. } => true,
        }
    }
}

/// Why a side ends a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub enum EndReason {
    /// Hung up.
    #[n(0)]
    HangUp,
    /// Not wanted now.
    #[n(1)]
    Declined,
    /// Is in another call.
    #[n(2)]
    Busy,
    /// Nobody answered in time.
    #[n(3)]
    NoAnswer,
    /// Another device of the same person has answered or declined.
    #[n(4)]
    Elsewhere,
    /// The media found no way, or not the right other end.
    #[n(5)]
    Failed,
}

/// What a person, or the media of a call, ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallInput {
    /// Calls the person of a chat.
    Start {
        /// Whose chat.
        chat: ChatId,
        /// Drawn for it.
        call: CallId,
        /// With a picture.
        video: bool,
        /// This side's offer.
        description: Description,
    },
    /// Answers the call that rings.
    Answer {
        /// Which.
        call: CallId,
        /// With a picture.
        video: bool,
        /// This side's answer.
        description: Description,
    },
    /// Ends a call: declines, gives up calling, hangs up.
    End {
        /// Which.
        call: CallId,
        /// Why.
        why: EndReason,
    },
    /// More ways in which this side can be reached.
    Candidates {
        /// Of which call.
        call: CallId,
        /// The ways.
        candidates: Vec<Description>,
    },
    /// The way is looked for anew.
    Renew {
        /// Of which call.
        call: CallId,
        /// This side's offer or answer.
        description: Description,
        /// It answers one of the other side.
        answer: bool,
    },
    /// What time the relay has: how late an offer is shows by its clock.
    RelayTime(Timestamp),
    /// Something about a call of a group.
    Group(GroupCallInput),
}

/// What the windows, and the media of a call, are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallEvent {
    /// Somebody calls.
    Rings {
        /// Whose chat.
        chat: ChatId,
        /// Which.
        call: CallId,
        /// With a picture.
        video: bool,
        /// Their offer.
        description: Description,
        /// Both have called at once and this is the call that stands: it is answered without asking.
        answer_now: bool,
    },
    /// It rings on the other side.
    RingsThere {
        /// Which.
        call: CallId,
    },
    /// The other side has answered.
    Answered {
        /// Which.
        call: CallId,
        /// With a picture.
        video: bool,
        /// Their answer.
        description: Description,
    },
    /// More ways in which the other side can be reached.
    Candidates {
        /// Of which call.
        call: CallId,
        /// The ways.
        candidates: Vec<Description>,
    },
    /// The other side looks for the way anew, or answers that.
    Renewed {
        /// Which.
        call: CallId,
        /// Their offer or answer.
        description: Description,
        /// It answers one of this side.
        answer: bool,
    },
    /// It is over.
    Ended {
        /// Which.
        call: CallId,
        /// How.
        outcome: Outcome,
    },
    /// Something about a call of a group.
    Group(GroupCallEvent),
}

/// The line that a call leaves in its conversation. Its author is who called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CallLine {
    /// With a picture.
    #[n(0)]
    pub video: bool,
    /// How it ended; what it would be if it ended now, while it lasts.
    #[n(1)]
    pub outcome: Outcome,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
pub enum Outcome {
    /// Nobody has answered it.
    #[n(0)]
    Missed,
    /// The one who called gave up before.
    #[n(1)]
    Cancelled,
    /// Who was called did not want it.
    #[n(2)]
    Declined,
    /// Who was called was in another call.
    #[n(3)]
    Busy,
    /// Another device of this person took it.
    #[n(4)]
    Elsewhere,
    /// The media found no way.
    #[n(5)]
    Failed,
    /// They talked.
    #[n(6)]
    Answered {
        /// How long.
        #[n(0)]
        seconds: u32,
    },
    /// Both called at once, and the other call stands; leaves no line.
    #[n(7)]
    Crossed,
}
