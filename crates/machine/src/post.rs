//! What a person says: a text and whatever goes with it. The same shape travels in a body and lies in a message's row.

use minicbor::{Decode, Encode};

use crate::codec::{self, Malformed};

/// A message that a person wrote. Field numbers are never reused; unknown ones are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(map)]
pub struct Post {
    /// The text, or what is said about what goes with it; empty only when something does.
    #[n(0)]
    pub text: String,
}

impl Post {
    /// Nothing but a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into() }
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
