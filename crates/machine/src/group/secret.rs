//! The epoch secret and what comes from it: the key of events, of the outer layer, its tag, and the write key.

use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use sha2::Sha256;
use sotto_wire::{Hash, PublicKey, Signature};

use crate::rows::Secret32;

/// Marks the payloads of one epoch secret.
pub(crate) type Tag = [u8; 16];

/// Opens the events that are appended while this secret is the current one.
pub(crate) fn event_key(secret: &Secret32) -> Secret32 {
    Secret32(derive(secret, b"sotto/v1/group-event"))
}

/// What an event says of the secret that it sets: the hash of its event key. It commits to the secret, and lets
/// somebody who joined later check the older event keys that they are given without learning the older secrets.
pub(crate) fn secret_hash(secret: &Secret32) -> Hash {
    key_hash(&event_key(secret))
}

/// As [`secret_hash`], from the event key.
pub(crate) fn key_hash(event_key: &Secret32) -> Hash {
    Hash::of(&event_key.0)
}

/// Key of the layer around Megolm messages.
pub(crate) fn outer_key(secret: &Secret32) -> Secret32 {
    Secret32(derive(secret, b"sotto/v1/group-outer"))
}

/// The tag in front of them.
pub(crate) fn tag(secret: &Secret32) -> Tag {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = derive(secret, b"sotto/v1/group-tag");
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

/// Public half of the key that may append while this secret is the current one.
pub(crate) fn write_key(secret: &Secret32) -> PublicKey {
    PublicKey(write_key_pair(secret).verifying_key().to_bytes())
}

/// Signs an append.
pub(crate) fn sign_append(secret: &Secret32, message: &[u8]) -> Signature {
    Signature(write_key_pair(secret).sign(message).to_bytes())
}

fn write_key_pair(secret: &Secret32) -> SigningKey {
    SigningKey::from_bytes(&derive(secret, b"sotto/v1/group-write"))
}

fn derive(secret: &Secret32, label: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    // 32 bytes are always within HKDF's limit.
    let _ = Hkdf::<Sha256>::new(None, &secret.0).expand(label, &mut key);
    key
}
