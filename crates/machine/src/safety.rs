//! The safety number: what two people compare to know that nobody is in between. The same on both sides.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha512};
use sotto_wire::PublicKey;

/// Rounds of hashing per half, so that a look-alike costs that much more to find (as in Signal's numeric fingerprints).
const ROUNDS: usize = 5_200;

/// Digits, signs and QR content for a pair of account keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyNumber {
    /// Twelve groups of five digits; six from each key, the smaller half first.
    pub digits: Vec<String>,
    /// Seven numbers from 0 to 63.
    pub signs: Vec<u8>,
    /// `sotto:1:` and both keys in base64, the smaller first.
    pub qr: String,
}

/// The safety number of two account keys, in either order.
pub fn safety_number(ours: &PublicKey, theirs: &PublicKey) -> SafetyNumber {
    let (first, second) = if ours <= theirs { (ours, theirs) } else { (theirs, ours) };
    let mut digits = half(first);
    digits.extend(half(second));
    let both = [b"sotto/v1/signs".as_slice(), first.as_bytes(), second.as_bytes()].concat();
    let signs = stretch(&both).iter().take(7).map(|b| b & 63).collect();
    let qr = format!("sotto:1:{}.{}", URL_SAFE_NO_PAD.encode(first.0), URL_SAFE_NO_PAD.encode(second.0));
    SafetyNumber { digits, signs, qr }
}

fn half(key: &PublicKey) -> Vec<String> {
    let digest = stretch(&[b"sotto/v1/safety-number".as_slice(), key.as_bytes()].concat());
    digest
        .chunks(5)
        .take(6)
        .map(|five| format!("{:05}", five.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b)) % 100_000))
        .collect()
}

fn stretch(seed: &[u8]) -> [u8; 64] {
    let mut digest: [u8; 64] = Sha512::digest(seed).into();
    for _ in 1..ROUNDS {
        digest = Sha512::new().chain_update(digest).chain_update(seed).finalize().into();
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_see_the_same() {
        let (alice, bob) = (PublicKey([1; 32]), PublicKey([2; 32]));
        assert_eq!(safety_number(&alice, &bob), safety_number(&bob, &alice));
    }

    #[test]
    fn another_key_shows_another_number() {
        let (alice, bob, mallory) = (PublicKey([1; 32]), PublicKey([2; 32]), PublicKey([3; 32]));
        let (honest, attacked) = (safety_number(&alice, &bob), safety_number(&alice, &mallory));
        assert_ne!(honest.digits, attacked.digits);
        assert_ne!(honest.signs, attacked.signs);
        assert_ne!(honest.qr, attacked.qr);
    }

    #[test]
    fn it_is_twelve_groups_of_five_digits() {
        let number = safety_number(&PublicKey([1; 32]), &PublicKey([2; 32]));
        assert_eq!(number.digits.len(), 12);
        assert!(number.digits.iter().all(|g| g.len() == 5 && g.bytes().all(|b| b.is_ascii_digit())));
    }
}
