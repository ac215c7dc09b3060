//! What a group shows of itself besides its name: a few words about it, and a picture.

use minicbor::{Decode, Encode};
use sotto_wire::{Hash, limits};

/// A change of it. What is not named stays as it is; what is too long, or no picture, counts for nothing, so that such a
/// change is as valid for those who know nothing of it.
#[derive(Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct Look {
    /// A few words; none when empty.
    #[n(0)]
    pub about: Option<String>,
    /// A JPEG; none when empty.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub picture: Option<Vec<u8>>,
}

impl Look {
    /// The words, if they are believed.
    pub fn words(&self) -> Option<&str> {
        self.about.as_deref().map(str::trim).filter(|words| words.chars().count() <= limits::MAX_GROUP_ABOUT_CHARS)
    }

    /// The picture, if it is believed; the inner `None` takes it away.
    pub fn face(&self) -> Option<Option<&[u8]>> {
        match self.picture.as_deref() {
            Some([]) => Some(None),
            Some(bytes @ [0xff, 0xd8, 0xff, ..]) if bytes.len() <= limits::MAX_GROUP_PICTURE => Some(Some(bytes)),
            _ => None,
        }
    }

    /// What names the picture, if it is believed.
    pub(super) fn face_hash(&self) -> Option<Option<Hash>> {
        self.face().map(|face| face.map(Hash::of))
    }
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look").field("about", &self.about).finish_non_exhaustive()
    }
}
