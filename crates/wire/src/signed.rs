//! Signed objects: the bytes that were signed travel unchanged beside their signature.

use std::{fmt, marker::PhantomData};

use ed25519_dalek::{Signature as Ed25519Signature, VerifyingKey};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    Hash, KeyId, PublicKey, Signature,
    id::{base64_decode, base64_encode},
};

/// Something that can be signed. Its name separates it from every other kind of signed bytes.
pub trait SignedObject: Encode<()> + for<'b> Decode<'b, ()> {
    /// Type name inside the signature: `"sotto/v1/" ‖ NAME ‖ 0x00 ‖ bytes`.
    const NAME: &'static str;
}

/// Why a signed object is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The key is no valid Ed25519 point, or of low order.
    #[error("the key is not usable")]
    Key,
    /// Signed by another key, or altered since.
    #[error("the signature does not match")]
    Mismatch,
    /// Rightly signed, yet not of the wanted shape.
    #[error("the signed bytes cannot be read")]
    Malformed,
}

/// `T` as its signer wrote it. Verified over the bytes received, never over a re-encoding.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Signed<T> {
    /// The signed bytes: CBOR of `T`.
    #[cbor(n(0), with = "minicbor::bytes")]
    bytes: Vec<u8>,
    /// Which key signed.
    #[n(1)]
    key_id: KeyId,
    /// Ed25519 over the name and the bytes.
    #[n(2)]
    sig: Signature,
    #[cbor(skip)]
    object: PhantomData<fn() -> T>,
}

impl<T: SignedObject> Signed<T> {
    /// Signs `value`. The secret key stays with the caller: `sign` receives the message and answers the signature.
    pub fn create(value: &T, signer: &PublicKey, sign: impl FnOnce(&[u8]) -> Signature) -> Self {
        let bytes = encode(value);
        let sig = sign(&message::<T>(&bytes));
        Self { bytes, key_id: KeyId::of(signer), sig, object: PhantomData }
    }

    /// The value, if `key` signed exactly these bytes.
    ///
    /// # Errors
    /// [`SignatureError`]; low-order keys and malleable signatures are refused (`verify_strict`).
    pub fn verify(&self, key: &PublicKey) -> Result<T, SignatureError> {
        if self.key_id != KeyId::of(key) {
            return Err(SignatureError::Mismatch);
        }
        verify_bytes(key, &message::<T>(&self.bytes), &self.sig)?;
        self.read_unverified()
    }

    /// The value without any check. Only to learn which key to verify with.
    ///
    /// # Errors
    /// [`SignatureError::Malformed`].
    pub fn read_unverified(&self) -> Result<T, SignatureError> {
        minicbor::decode(&self.bytes).map_err(|_| SignatureError::Malformed)
    }

    /// SHA-256 of the signed bytes.
    pub fn hash(&self) -> Hash {
        Hash::of(&self.bytes)
    }

    /// The signed bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// For storage: CBOR of the whole.
    pub fn to_vec(&self) -> Vec<u8> {
        encode(self)
    }

    /// From [`Self::to_vec`].
    ///
    /// # Errors
    /// [`SignatureError::Malformed`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, SignatureError> {
        minicbor::decode(bytes).map_err(|_| SignatureError::Malformed)
    }
}

impl<T> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("key_id", &self.key_id).field("bytes", &self.bytes.len()).finish()
    }
}

impl<T: SignedObject> Serialize for Signed<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&base64_encode(&self.to_vec()))
    }
}

impl<'de, T: SignedObject> Deserialize<'de> for Signed<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let bytes = base64_decode(&String::deserialize(d)?).ok_or_else(|| de::Error::custom("not base64"))?;
        Self::from_slice(&bytes).map_err(de::Error::custom)
    }
}

/// What is signed for an object of this type with these bytes.
pub(crate) fn message<T: SignedObject>(bytes: &[u8]) -> Vec<u8> {
    [b"sotto/v1/", T::NAME.as_bytes(), &[0], bytes].concat()
}

pub(crate) fn verify_bytes(key: &PublicKey, message: &[u8], sig: &Signature) -> Result<(), SignatureError> {
    let key = VerifyingKey::from_bytes(&key.0).map_err(|_| SignatureError::Key)?;
    if key.is_weak() {
        return Err(SignatureError::Key);
    }
    key.verify_strict(message, &Ed25519Signature::from_bytes(&sig.0)).map_err(|_| SignatureError::Mismatch)
}

/// CBOR of a value, into memory (which cannot fail).
pub(crate) fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    match minicbor::encode(value, &mut bytes) {
        Ok(()) => bytes,
        // Writing to a Vec is infallible, and no Encode here raises an error of its own.
        Err(_) => Vec::new(),
    }
}
