//! Sign-up codes: drawn, hashed under the relay's key, and sent. Beside them invitations, without which a closed
//! relay sends none.

pub(crate) mod invitation;
mod sender;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::RngExt as _;
use sha2::Sha256;
use sotto_wire::{PhoneNumber, limits::SECOND};

pub use sender::SentCode;
pub(crate) use sender::{NotSent, Senders, SendersError};

/// How long a code counts.
pub(crate) const CODE_LIFE: u64 = 300 * SECOND;
/// Wrong codes after which the right one does not count either.
pub(crate) const TRIES: u8 = 5;
/// After a code that could not be sent: milliseconds until another may be asked for.
pub(crate) const NOT_SENT_WAIT: u64 = 10 * SECOND;
/// Digits of a code.
const DIGITS: usize = 6;

/// Draws codes, and hashes them so that a copy of the database does not hold them.
#[derive(Clone)]
pub(crate) struct Codes {
    key: [u8; 32],
}

impl Codes {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    pub(crate) fn draw() -> String {
        format!("{:0width$}", rand::rng().random_range(0..10u32.pow(DIGITS as u32)), width = DIGITS)
    }

    pub(crate) fn hash(&self, number: &PhoneNumber, code: &str) -> [u8; 32] {
        self.mac(&[number.as_str().as_bytes(), &[0], code.as_bytes()])
    }

    /// An invitation is hashed however it was typed in, also if it is none.
    pub(crate) fn hash_invitation(&self, invitation: &str) -> [u8; 32] {
        self.mac(&[b"invitation", &[0], invitation::plain(invitation).as_bytes()])
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // A key of 32 bytes is always taken, so the default is never used; it would match nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return [0; 32] };
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codes(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits() {
        for _ in 0..100 {
            let code = Codes::draw();
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }

    #[test]
    fn the_hash_depends_on_key_number_and_code() {
        let (one, other) = (Codes::new([1; 32]), Codes::new([2; 32]));
        let alice: PhoneNumber = "+351912345678".parse().unwrap();
        let bob: PhoneNumber = "+351912345679".parse().unwrap();
        let hash = one.hash(&alice, "123456");
        assert_eq!(hash, one.hash(&alice, "123456"));
        assert!(![other.hash(&alice, "123456"), one.hash(&bob, "123456"), one.hash(&alice, "123457")].contains(&hash));
    }
}
