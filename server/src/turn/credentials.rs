//! Credentials for an hour, as coturn's REST interface makes them: `expiry:user`, and its HMAC-SHA1 as the password.
//!
//! The user is a pseudonym: the name travels in the clear, and whoever listens need not learn which account calls.
//! A tag in it shows that this relay gave it out, before any password is checked.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use sotto_wire::{AccountId, Timestamp, limits::HOUR};
use subtle::ConstantTimeEq as _;

const PSEUDONYM: usize = 12;
const TAG: usize = 8;

/// Who an account is to the TURN server.
pub(super) type Pseudonym = [u8; PSEUDONYM];

/// What the relay shares with the TURN server.
#[derive(Clone)]
pub(super) struct Secret(Vec<u8>);

/// A name and its password.
pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) password: String,
    pub(super) expires: Timestamp,
}

impl Secret {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// One that dies with the process: devices ask anew after a restart.
    pub(super) fn random() -> std::io::Result<Self> {
        let mut bytes = vec![0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(Self(bytes))
    }

    pub(super) fn issue(&self, account: AccountId, now: Timestamp) -> Credentials {
        let expires = now + HOUR;
        let seconds = expires / 1_000;
        let pseudonym: Pseudonym = self.mac(b"account", &account.0);
        let tag: [u8; TAG] = self.tag(seconds, &pseudonym);
        let username = format!("{seconds}:{}{}", hex::encode(pseudonym), hex::encode(tag));
        let password = self.password(&username);
        Credentials { username, password, expires }
    }

    pub(super) fn password(&self, username: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.0) else { return String::new() };
        mac.update(username.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// Whose name it is, if this relay gave it out and it still counts.
    pub(super) fn owner(&self, username: &str, now: Timestamp) -> Option<Pseudonym> {
        let (seconds, user) = username.split_once(':')?;
        let seconds: u64 = seconds.parse().ok()?;
        let mut bytes = [0; PSEUDONYM + TAG];
        hex::decode_to_slice(user, &mut bytes).ok()?;
        let (pseudonym, tag) = bytes.split_first_chunk::<PSEUDONYM>()?;
        let expected: [u8; TAG] = self.tag(seconds, pseudonym);
        let ours = bool::from(expected.ct_eq(tag));
        (ours && seconds > now / 1_000).then_some(*pseudonym)
    }

    fn tag<const N: usize>(&self, seconds: u64, pseudonym: &Pseudonym) -> [u8; N] {
        self.mac(b"name", &[&seconds.to_be_bytes(), &pseudonym[..]].concat())
    }

    fn mac<const N: usize>(&self, what: &[u8], data: &[u8]) -> [u8; N] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; N] };
        mac.update(what);
        mac.update(data);
        let full = mac.finalize().into_bytes();
        full.first_chunk().copied().unwrap_or([0; N])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_for_an_hour_and_only_as_it_was_given_out() {
        let (secret, now) = (Secret::new(b"secret"), 1_700_000_000_000);
        let given = secret.issue(AccountId([7; 32]), now);
        let owner = secret.owner(&given.username, now).expect("an owner");
        assert_eq!(secret.owner(&given.username, now + HOUR - 1_000), Some(owner));
        assert_eq!(secret.owner(&given.username, now + HOUR), None);
        let (seconds, user) = given.username.split_once(':').expect("two parts");
        let later = seconds.parse::<u64>().expect("a time") + 3600;
        assert_eq!(secret.owner(&format!("{later}:{user}"), now), None);
        assert_eq!(Secret::new(b"other").owner(&given.username, now), None);
        assert_eq!(secret.owner("nobody", now), None);
        assert!(!given.username.contains("0707"), "the account is not in the clear");
    }

    #[test]
    fn the_password_is_the_one_that_coturn_expects() {
        // As `printf 1433895918:ninefingers | openssl dgst -sha1 -hmac north -binary | base64` says.
        assert_eq!(Secret::new(b"north").password("1433895918:ninefingers"), "jy8hTxmOO7UtEKXqSkSlvakPVYA=");
    }
}
