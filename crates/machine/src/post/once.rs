//! Photos that may be looked at once: what travels, and what is left of them.

use minicbor::{Decode, Encode};
use sotto_wire::limits;

use super::Post;
use crate::attachment::{Attachment, Kind};

/// Nobody has opened them after this time: they go away, on both sides.
pub const ONCE_LIFE: u64 = 14 * limits::DAY;
/// A name would say something about them.
const NAME: &str = "photo.jpg";

/// What has become of photos that may be looked at once. Only the first travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Once {
    /// Nobody has opened them yet; in a group, not everybody.
    #[n(0)]
    Waiting,
    /// They were looked at: neither they nor their keys are on this device any more.
    #[n(1)]
    Opened,
    /// Their time is over, or there was nothing to be looked at.
    #[n(2)]
    Expired,
}

impl Post {
    /// Photos to be looked at once. Nothing of them can be drawn before, and no name says anything about them.
    pub fn once(photos: Vec<Attachment>) -> Self {
        let bare = |photo| Attachment { preview: None, name: NAME.to_owned(), ..photo };
        Self { once: Some(Once::Waiting), attachments: photos.into_iter().map(bare).collect(), ..Self::default() }
    }

    /// There is something that may be looked at once.
    pub fn is_unopened(&self) -> bool {
        self.once == Some(Once::Waiting)
    }

    /// What is left of them: neither the photos nor their keys.
    #[must_use]
    pub fn closed(self, end: Once) -> Self {
        Self { once: Some(end), attachments: Vec::new(), ..self }
    }

    /// It may be looked at without end, or it is photos and says nothing else.
    pub(super) fn is_sound_once(&self) -> bool {
        let Some(once) = self.once else { return true };
        let bare = Self { quote: self.quote.clone(), expires_after: self.expires_after, ..Self::default() };
        let rest = Self { once: None, attachments: Vec::new(), ..self.clone() };
        let photo = |photo: &Attachment| photo.kind == Kind::Photo && photo.preview.is_none();
        once == Once::Waiting && rest == bare && !self.attachments.is_empty() && self.attachments.iter().all(photo)
    }

    /// As it is believed of somebody else, who may say that it was opened, or send words and files along.
    pub(super) fn believed_once(self) -> Self {
        let Self { quote, expires_after, mut attachments, once: Some(_), .. } = self else { return self };
        attachments.retain(|file| file.kind == Kind::Photo);
        let post = Self { quote, expires_after, ..Self::once(attachments) };
        if post.attachments.is_empty() { post.closed(Once::Expired) } else { post }
    }
}

#[cfg(test)]
mod tests {
    use sotto_wire::{FileId, Hash};

    use super::*;

    fn photo(kind: Kind) -> Attachment {
        Attachment {
            file: FileId([1; 32]),
            key: [2; 32],
            nonce: [3; 19],
            size: 4,
            hash: Hash([5; 32]),
            kind,
            media_type: "image/jpeg".into(),
            name: "Me and Bob.jpg".into(),
            pixels: None,
            duration: None,
            preview: Some(vec![1]),
        }
    }

    #[test]
    fn what_is_sent_says_nothing_about_the_photos() {
        let post = Post::once(vec![photo(Kind::Photo), photo(Kind::Photo)]);
        assert!(post.is_sound() && post.is_unopened());
        assert!(post.attachments.iter().all(|photo| photo.preview.is_none() && photo.name == NAME));
        assert!(!Post { text: "words".into(), ..post.clone() }.is_sound());
        assert!(!Post { forwarded: true, ..post.clone() }.is_sound());
        assert!(!Post::once(vec![photo(Kind::File)]).is_sound() && !Post::once(Vec::new()).is_sound());
        assert!(!post.closed(Once::Opened).is_sound(), "nobody sends what was opened");
    }

    #[test]
    fn of_others_only_unopened_photos_are_believed() {
        let odd = Post { text: "words".into(), ..Post::once(vec![photo(Kind::Photo), photo(Kind::Video)]) };
        let believed = Post { once: Some(Once::Opened), ..odd }.believed();
        assert_eq!((believed.text.as_str(), believed.attachments.len()), ("", 1));
        assert!(believed.is_unopened());
        assert_eq!(Post::once(vec![photo(Kind::Video)]).believed().once, Some(Once::Expired));
    }
}
