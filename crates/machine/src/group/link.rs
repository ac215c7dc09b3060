//! The link by which people ask to come into a group.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, GroupId};

/// How a link begins.
pub const LINK: &str = "sotto://join/";
/// Admins whom a link names, to be asked.
pub const MOST_ASKED: usize = 3;
/// Of the only kind there is yet.
const VERSION: u8 = 1;

/// What a group's policy says of its link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct JoinLink {
    /// Whoever shows it has the link. Another one ends the link before.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub secret: [u8; 16],
    /// An admin is asked about everybody who comes by it.
    #[n(1)]
    pub approval: bool,
}

impl std::fmt::Debug for JoinLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JoinLink").field("approval", &self.approval).finish_non_exhaustive()
    }
}

/// What a link says.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// To which group.
    pub group: GroupId,
    /// That one was invited.
    pub secret: [u8; 16],
    /// Whom to ask.
    pub admins: Vec<AccountId>,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("group", &self.group).finish_non_exhaustive()
    }
}

impl Invitation {
    /// As bytes, of which a link is the base64.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.group.0);
        bytes.extend(self.secret);
        self.admins.iter().take(MOST_ASKED).for_each(|admin| bytes.extend(admin.0));
        bytes
    }

    /// From [`Self::to_bytes`]; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[VERSION])?;
        let (group, rest) = rest.split_first_chunk::<16>()?;
        let (secret, rest) = rest.split_first_chunk::<16>()?;
        let (admins, rest) = rest.as_chunks::<32>();
        let whole = rest.is_empty() && !admins.is_empty() && admins.len() <= MOST_ASKED;
        let admins = admins.iter().map(|admin| AccountId(*admin)).collect();
        whole.then_some(Self { group: GroupId(*group), secret: *secret, admins })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_survives_the_way_and_nothing_else_is_one() {
        let admins = vec![AccountId([3; 32]), AccountId([4; 32])];
        let sent = Invitation { group: GroupId([1; 16]), secret: [2; 16], admins };
        let bytes = sent.to_bytes();
        assert_eq!(Invitation::from_bytes(&bytes), Some(sent));
        for wrong in [&bytes[..40], &bytes[..33], &bytes[1..], &[], &[bytes.clone(), vec![9; 64]].concat()] {
            assert_eq!(Invitation::from_bytes(wrong), None);
        }
    }
}
