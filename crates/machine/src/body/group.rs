//! What devices say to each other about groups, over the pairwise path.

use minicbor::{Decode, Encode};
use sotto_wire::{GroupId, Hash};

/// A Megolm session, bound to the device in whose Olm session it travels.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct SenderKey {
    #[n(0)]
    pub(crate) group: GroupId,
    /// The epoch it was made in: it carries nothing older.
    #[n(1)]
    pub(crate) epoch: u64,
    /// vodozemac's exported session key, at the first message its recipient may read.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub(crate) key: Vec<u8>,
}

impl std::fmt::Debug for SenderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SenderKey(secret)")
    }
}

/// A group's secret, and for those who come in the key of the event that lets them in.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct GroupSecret {
    #[n(0)]
    pub(crate) group: GroupId,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) secret: [u8; 32],
    #[cbor(n(2), with = "minicbor::bytes")]
    pub(crate) event_key: Option<[u8; 32]>,
}

impl std::fmt::Debug for GroupSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GroupSecret(secret)")
    }
}

/// That somebody has a group's link.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct JoinRequest {
    #[n(0)]
    pub(crate) group: GroupId,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) secret: [u8; 16],
}

impl std::fmt::Debug for JoinRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinRequest(secret)")
    }
}

/// Two heads of one group at one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct ForkSeen {
    #[n(0)]
    pub(crate) group: GroupId,
    #[n(1)]
    pub(crate) epoch: u64,
    /// What the recipient's message said.
    #[n(2)]
    pub(crate) yours: Hash,
    /// What the sender of this has come to.
    #[n(3)]
    pub(crate) mine: Hash,
}
