//! A person as somebody passes them on: a name, a number, and whose it is.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, PhoneNumber};

/// Longest name, in characters.
const LONGEST_NAME: usize = 64;

/// Somebody one can write to, as the sender of the card knows them. It proves nothing of them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Card {
    /// What the sender calls them.
    #[n(0)]
    pub name: String,
    /// Their number, E.164.
    #[n(1)]
    pub number: String,
    /// Whose number it was when the card was made: a number may come to belong to somebody else.
    #[n(2)]
    pub account: AccountId,
}

impl Card {
    /// A card that fits.
    pub fn new(name: &str, number: &PhoneNumber, account: AccountId) -> Self {
        Self { name: name.chars().take(LONGEST_NAME).collect(), number: number.as_str().to_owned(), account }
    }

    /// Its number, if it is one.
    pub fn phone(&self) -> Option<PhoneNumber> {
        self.number.parse().ok()
    }

    pub(crate) fn is_sound(&self) -> bool {
        !self.name.trim().is_empty() && self.name.chars().count() <= LONGEST_NAME && self.phone().is_some()
    }
}
