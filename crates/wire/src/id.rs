//! Identifiers: one newtype per role, so that none can stand in for another.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

/// Text or bytes that are no identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not {expected} bytes of hexadecimal")]
pub struct IdError {
    /// Bytes that were expected.
    pub expected: usize,
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// From exactly [`Self::LEN`] bytes.
            ///
            /// # Errors
            /// [`IdError`] for any other length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
                bytes.try_into().map(Self).map_err(|_| IdError { expected: $len })
            }

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                Self::from_slice(d.bytes()?).map_err(|e| minicbor::decode::Error::message(e.to_string()).at(at))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&hex::encode(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; $len];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| IdError { expected: $len })?;
                Ok(Self(bytes))
            }
        }
    };
}

macro_rules! public_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        byte_id!($(#[$doc])* $name, $len);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), hex::encode(self.0.iter().take(4).copied().collect::<Vec<_>>()))
            }
        }
    };
}

macro_rules! secret_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $hash:ident, $label:literal) => {
        byte_id!($(#[$doc])* $name, $len);

        impl $name {
            /// What the relay stores in place of the secret.
            pub fn hash(&self) -> $hash {
                let mut h = Sha256::new();
                h.update($label);
                h.update(self.0);
                $hash(h.finalize().into())
            }
        }

        impl Zeroize for $name {
            fn zeroize(&mut self) {
                self.0.zeroize();
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    };
}

public_id!(
    /// A person on one relay: SHA-256("sotto/v1/account" ‖ account key). Another key for an id is an attack.
    AccountId, 32
);
public_id!(
    /// One installation signed in to an account.
    DeviceId, 16
);
public_id!(
    /// One message, drawn by its author's device; unique together with the author's account.
    MessageId, 16
);
public_id!(
    /// One group. Drawn by its founder; whoever knows it may read the group's sealed log.
    GroupId, 16
);
public_id!(
    /// One `Send`; makes it idempotent.
    SendId, 16
);
public_id!(
    /// An encrypted file at the relay, drawn by the device that uploads it. Nobody can guess it: who knows it may fetch.
    FileId, 32
);
public_id!(
    /// Which of several keys: for a signing key the first eight bytes of its SHA-256, for others drawn at random.
    KeyId, 8
);
public_id!(
    /// A SHA-256.
    Hash, 32
);
public_id!(
    /// An Ed25519 or X25519 public key, as the field's name says.
    PublicKey, 32
);
public_id!(
    /// An Ed25519 signature.
    Signature, 64
);
public_id!(
    /// What the relay keeps of a [`DeviceToken`].
    DeviceTokenHash, 32
);
public_id!(
    /// What the relay keeps of a [`DeliveryToken`].
    DeliveryTokenHash, 32
);
secret_id!(
    /// Proves to the relay that a connection belongs to a device.
    DeviceToken, 32, DeviceTokenHash, b"sotto/v1/device-token"
);
secret_id!(
    /// Shows the relay that the recipient knows the sender: HKDF(profile key, "sotto/v1/token").
    DeliveryToken, 32, DeliveryTokenHash, b"sotto/v1/delivery-token"
);

public_id!(
    /// The room of a group call at the relay, drawn by who opens it.
    RoomId, 16
);
public_id!(
    /// What the relay keeps of a [`RoomSecret`].
    RoomSecretHash, 32
);
secret_id!(
    /// Opens a room to whoever was told of it.
    RoomSecret, 32, RoomSecretHash, b"sotto/v1/room"
);

impl AccountId {
    /// The id that belongs to an account key.
    pub fn of(account_key: &PublicKey) -> Self {
        let mut h = Sha256::new();
        h.update(b"sotto/v1/account");
        h.update(account_key.0);
        Self(h.finalize().into())
    }
}

impl KeyId {
    /// The id of a signing key.
    pub fn of(key: &PublicKey) -> Self {
        let digest: [u8; 32] = Sha256::digest(key.0).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self([a, b, c, d, e, f, g, h])
    }
}

impl Hash {
    /// SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// Base64 (URL alphabet, no padding), the form in which bytes travel in JSON.
pub(crate) fn base64_encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn base64_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
