//! What a person says: a text and whatever goes with it. The same shape travels in a body and lies in a message's row.

use std::borrow::Cow;

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, MessageId, limits};

use crate::{
    attachment::{Attachment, Kind, safe_name},
    codec::{self, Malformed},
    poll::Poll,
};

pub mod address;
mod card;
mod mention;
mod once;
mod place;
mod preview;

pub use card::Card;
pub use mention::{MOST_MENTIONS, Mention, places, renamed};
pub use once::{ONCE_LIFE, Once};
pub use place::Place;
pub use preview::{LinkPreview, PREVIEW_DESCRIPTION, PREVIEW_PICTURE, PREVIEW_TITLE, links};

/// A message that a person wrote. Field numbers are never reused; unknown ones are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct Post {
    /// The text, or what is said about what goes with it; empty only when something does.
    #[n(0)]
    pub text: String,
    /// What it answers.
    #[n(1)]
    pub quote: Option<Quote>,
    /// Its sender passes on what was written somewhere else.
    #[cbor(n(2), default)]
    pub forwarded: bool,
    /// A question with answers to choose from; the text is the question.
    #[n(6)]
    pub poll: Option<Poll>,
    /// Somebody one can write to.
    #[n(7)]
    pub card: Option<Card>,
    /// A point on the earth.
    #[n(8)]
    pub place: Option<Place>,
    /// It answers a story: the quote is of that.
    #[cbor(n(10), default)]
    pub to_story: bool,
    /// The colour that the text of a story stands on.
    #[n(11)]
    pub ground: Option<u8>,
    /// Files that go with it, in the order in which they are shown.
    #[cbor(n(3), default, skip_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// People who are named in the text, in the order in which they stand there; only in groups.
    #[cbor(n(4), default, skip_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// Goes away this many seconds after it was read; on its author's side, after it was sent.
    #[n(5)]
    pub expires_after: Option<u32>,
    /// Its photos may be looked at once.
    #[n(12)]
    pub once: Option<Once>,
    /// What stands behind the address in the text.
    #[n(13)]
    pub preview: Option<LinkPreview>,
}

/// The message that another one answers, as its sender saw it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Quote {
    /// Who wrote it.
    #[n(0)]
    pub author: AccountId,
    /// Which.
    #[n(1)]
    pub message: MessageId,
    /// How it begins, for those who do not have it. Its sender's word only: who has the message shows the message.
    #[n(2)]
    pub excerpt: String,
}

/// Characters of a quoted message that travel with the answer.
pub const EXCERPT: usize = 160;

impl Post {
    /// Nothing but a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// What others see of it as a quote.
    pub fn excerpt(&self) -> String {
        self.words().chars().take(EXCERPT).collect()
    }

    /// It stays as it was sent: what was voted on as it was asked, and what may be looked at once without words.
    pub fn is_fixed(&self) -> bool {
        self.poll.is_some() || self.once.is_some()
    }

    /// Its text; without one, the name or the place that it carries.
    pub fn words(&self) -> Cow<'_, str> {
        match (&self.card, &self.place) {
            (Some(card), _) if self.text.is_empty() => Cow::Borrowed(&card.name),
            (None, Some(place)) if self.text.is_empty() => Cow::Owned(place.to_string()),
            _ => Cow::Borrowed(&self.text),
        }
    }

    /// Speech that was recorded, and nothing else.
    pub fn is_voice(&self) -> bool {
        self.text.is_empty() && matches!(self.attachments.as_slice(), [only] if only.kind == Kind::Voice)
    }

    /// It has neither words nor anything that goes with them.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.card.is_none() && self.place.is_none() && self.attachments.is_empty()
    }

    /// What goes with the text is whole, and there is one thing at most.
    pub fn is_sound(&self) -> bool {
        let parts = [self.poll.is_some(), self.card.is_some(), self.place.is_some()];
        parts.iter().filter(|there| **there).count() <= 1
            && self.is_sound_once()
            && self.preview.as_ref().is_none_or(|preview| preview.fits(&self.text))
            && self.poll.as_ref().is_none_or(|poll| poll.is_sound() && !self.text.trim().is_empty())
            && self.card.as_ref().is_none_or(Card::is_sound)
            && self.place.as_ref().is_none_or(Place::is_sound)
    }

    /// Seconds until it goes away; `None` when it stays.
    pub fn lifetime(&self) -> Option<u32> {
        self.expires_after.filter(|seconds| *seconds > 0).map(|seconds| seconds.min(limits::MAX_TIMER_SECONDS))
    }

    /// This message as an edit changes it: the words are new, and what goes with them stays.
    pub fn edited(self, new: Self) -> Self {
        Self { text: new.text, mentions: new.mentions, ..self }.with_fitting_preview()
    }

    /// As it is believed of somebody else: attachments that make no sense are left out, and names are made harmless.
    #[must_use]
    pub fn believed(mut self) -> Self {
        self = self.believed_once().with_fitting_preview();
        if !self.is_sound() {
            self = Self { poll: None, card: None, place: None, ..self };
        }
        self.attachments.retain(Attachment::is_sound);
        self.attachments.truncate(limits::MAX_ATTACHMENTS);
        for attachment in &mut self.attachments {
            attachment.name = safe_name(&attachment.name);
        }
        self
    }

    /// CBOR of everything but the text, for a column beside it; `None` when the text is all there is.
    pub fn extras(&self) -> Option<Vec<u8>> {
        let rest = Self { text: String::new(), ..self.clone() };
        (rest != Self::default()).then(|| codec::encode(&rest))
    }

    /// A text and what [`Self::extras`] gave.
    ///
    /// # Errors
    /// [`Malformed`] when the extras cannot be read.
    pub fn join(text: String, extras: Option<&[u8]>) -> Result<Self, Malformed> {
        match extras {
            None => Ok(Self::text(text)),
            Some(extras) => Ok(Self { text, ..codec::decode(extras)? }),
        }
    }
}
