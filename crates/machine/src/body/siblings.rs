//! What only one's own devices say to each other.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::post::Post;

/// A message in a conversation of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct SeenMessage {
    /// Whose.
    #[n(0)]
    pub(crate) author: AccountId,
    /// Which.
    #[n(1)]
    pub(crate) message: MessageId,
}

/// Somebody is blocked, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct BlockedHere {
    /// Who.
    #[n(0)]
    pub(crate) account: AccountId,
    /// Or no longer.
    #[n(1)]
    pub(crate) blocked: bool,
}

/// Another profile key.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct ProfileKeyHere {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) key: [u8; 32],
    /// The newest one stands; of two drawn at one time the greater.
    #[n(1)]
    pub(crate) turned_at: Timestamp,
}

impl std::fmt::Debug for ProfileKeyHere {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProfileKeyHere(secret)")
    }
}

/// A story of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct StoryHere {
    /// Which.
    #[n(0)]
    pub(crate) message: MessageId,
    /// What; none when it was taken back.
    #[n(1)]
    pub(crate) post: Option<Post>,
    /// When.
    #[n(2)]
    pub(crate) posted: Timestamp,
    /// For whom.
    #[n(3)]
    pub(crate) viewers: Vec<AccountId>,
}
