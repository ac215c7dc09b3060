//! Name, line and picture as others see them: encrypted under the profile key, which only people one writes to know.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use minicbor::{Decode, Encode};
use rand::CryptoRng;
use sha2::Sha256;
use sotto_wire::{AccountId, DeliveryToken};

use crate::{
    codec::{self, Malformed},
    padding,
    rows::Secret32,
};

const NONCE: usize = 24;

/// How a person shows themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Profile {
    /// Name.
    #[n(0)]
    pub name: String,
    /// A line about oneself; may be empty.
    #[n(1)]
    pub about: String,
    /// JPEG.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub picture: Option<Vec<u8>>,
}

/// Nonce ‖ XChaCha20-Poly1305 of the padded profile, bound to the account.
pub fn seal_profile(profile: &Profile, key: &Secret32, account: &AccountId, rng: &mut dyn CryptoRng) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let plain = padding::pad(codec::encode(profile));
    let payload = Payload { msg: &plain, aad: &associated(account) };
    // Encryption fails only past 256 GiB; an empty profile is then what readers refuse.
    let sealed = XChaCha20Poly1305::new(&key.0.into()).encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
    [nonce.as_slice(), &sealed].concat()
}

/// Opens what [`seal_profile`] made.
///
/// # Errors
/// [`Malformed`] for another key or account, or altered bytes.
pub fn open_profile(bytes: &[u8], key: &Secret32, account: &AccountId) -> Result<Profile, Malformed> {
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Malformed)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| Malformed)?;
    let payload = Payload { msg: sealed, aad: &associated(account) };
    let plain = XChaCha20Poly1305::new(&key.0.into()).decrypt(&nonce, payload).map_err(|_| Malformed)?;
    codec::decode(&padding::unpad(plain)?)
}

/// What shows the relay that somebody knows this profile key: HKDF(profile key, "sotto/v1/token").
pub fn delivery_token(profile_key: &Secret32) -> DeliveryToken {
    let mut token = [0; 32];
    // 32 bytes are always within HKDF's limit.
    let _ = Hkdf::<Sha256>::new(None, &profile_key.0).expand(b"sotto/v1/token", &mut token);
    DeliveryToken(token)
}

fn associated(account: &AccountId) -> Vec<u8> {
    [b"sotto/v1/profile".as_slice(), account.as_bytes()].concat()
}
