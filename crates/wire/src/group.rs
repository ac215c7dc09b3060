//! The sealed log of a group, as the relay sees it: positions, opaque events, and the key that may append.

use minicbor::{Decode, Encode};

use crate::{GroupId, PublicKey, SignedObject};

/// One more event at the end of a group's log. Signed by the write key that the entry before has named; the first
/// entry by the one that it names itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GroupAppend {
    /// Whose log.
    #[n(0)]
    pub group: GroupId,
    /// Where: one after the last entry. Another position is refused, so of two who append at once one must look again.
    #[n(1)]
    pub position: u64,
    /// The event, encrypted for the group's members.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub event: Vec<u8>,
    /// Who may append next.
    #[n(3)]
    pub write_key: PublicKey,
}

impl SignedObject for GroupAppend {
    const NAME: &'static str = "group-append";
}
