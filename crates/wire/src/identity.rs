//! The signed objects that say which keys belong to whom.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    AccountId, DeviceId, Hash, KeyId, PublicKey, Signature, SignatureError, Signed, SignedObject, Timestamp,
    id::{base64_decode, base64_encode},
    signed::{encode, verify_bytes},
};

/// The one suite: Ed25519, X25519, Olm v2, HPKE X-Wing. Nothing is negotiated, so nothing can be downgraded.
pub const SUITE: u16 = 1;

/// The account's word that a device is its own.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeviceCert {
    /// Whose device.
    #[n(0)]
    pub account: AccountId,
    /// Which device.
    #[n(1)]
    pub device: DeviceId,
    /// Its Ed25519 key.
    #[n(2)]
    pub device_key: PublicKey,
    /// Its long-term X25519 key for Olm.
    #[n(3)]
    pub olm_key: PublicKey,
    /// When it was made.
    #[n(4)]
    pub created: Timestamp,
    /// Always [`SUITE`].
    #[n(5)]
    pub suite: u16,
}

impl SignedObject for DeviceCert {
    const NAME: &'static str = "device-cert";
}

/// A certificate with both its signatures: the account vouches for the device, and the device agrees.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CertifiedDevice {
    /// Signed by the account key.
    #[n(0)]
    pub cert: Signed<DeviceCert>,
    /// By the device key, over the same bytes under another name.
    #[n(1)]
    pub device_sig: Signature,
}

impl CertifiedDevice {
    /// What the device signs to agree to its certificate.
    pub fn consent_message(cert_bytes: &[u8]) -> Vec<u8> {
        [b"sotto/v1/device-consent\0".as_slice(), cert_bytes].concat()
    }

    /// The certificate, if both keys signed it and it is of the one suite and of that account.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, account_key: &PublicKey) -> Result<DeviceCert, SignatureError> {
        let cert = self.cert.verify(account_key)?;
        if cert.suite != SUITE || cert.account != AccountId::of(account_key) {
            return Err(SignatureError::Mismatch);
        }
        verify_bytes(&cert.device_key, &Self::consent_message(self.cert.bytes()), &self.device_sig)?;
        Ok(cert)
    }
}

impl Serialize for CertifiedDevice {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&base64_encode(&encode(self)))
    }
}

impl<'de> Deserialize<'de> for CertifiedDevice {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let bytes = base64_decode(&String::deserialize(d)?).ok_or_else(|| de::Error::custom("not base64"))?;
        minicbor::decode(&bytes).map_err(de::Error::custom)
    }
}

/// One device of a [`DeviceList`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ListedDevice {
    /// Which device.
    #[n(0)]
    pub device: DeviceId,
    /// SHA-256 of its certificate's bytes.
    #[n(1)]
    pub cert_hash: Hash,
}

/// All devices of an account, chained to the list before.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct DeviceList {
    /// Whose devices.
    #[n(0)]
    pub account: AccountId,
    /// The key that `account` is the hash of.
    #[n(1)]
    pub account_key: PublicKey,
    /// Counts up by one from 1.
    #[n(2)]
    pub version: u64,
    /// Hash of the list before; zeroes for the first.
    #[n(3)]
    pub prev_hash: Hash,
    /// The devices.
    #[n(4)]
    pub devices: Vec<ListedDevice>,
    /// When it was signed.
    #[n(5)]
    pub issued: Timestamp,
    /// When it stops being current (35 days later).
    #[n(6)]
    pub expires: Timestamp,
}

impl SignedObject for DeviceList {
    const NAME: &'static str = "device-list";
}

impl DeviceList {
    /// Reads a list that vouches for itself: its account id is the hash of the key inside, and that key signed it.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(signed: &Signed<Self>) -> Result<Self, SignatureError> {
        let claimed = signed.read_unverified()?;
        if claimed.account != AccountId::of(&claimed.account_key) {
            return Err(SignatureError::Mismatch);
        }
        signed.verify(&claimed.account_key)
    }
}

/// A device's public X-Wing key (draft-connolly-cfrg-xwing-kem): what messages to it are sealed with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealKey {
    /// Whose.
    #[n(0)]
    pub device: DeviceId,
    /// Which of its seal keys.
    #[n(1)]
    pub key_id: KeyId,
    /// 1,216 bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub xwing_public: Vec<u8>,
    /// From when.
    #[n(3)]
    pub not_before: Timestamp,
    /// Until when (37 days later).
    #[n(4)]
    pub not_after: Timestamp,
}

impl SignedObject for SealKey {
    const NAME: &'static str = "seal-key";
}

/// How often a pre-key may be used. Inside the signature, so that the kinds cannot be swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum PreKeyKind {
    /// Once.
    #[n(0)]
    OneTime,
    /// While no one-time key is left.
    #[n(1)]
    Fallback,
}

/// An X25519 key with which others open an Olm session to a device that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PreKey {
    /// Whose.
    #[n(0)]
    pub device: DeviceId,
    /// Which.
    #[n(1)]
    pub key_id: KeyId,
    /// How often it may be used.
    #[n(2)]
    pub kind: PreKeyKind,
    /// The key.
    #[n(3)]
    pub x25519: PublicKey,
    /// Until when.
    #[n(4)]
    pub not_after: Timestamp,
}

impl SignedObject for PreKey {
    const NAME: &'static str = "pre-key";
}

/// The relay's word that a device is registered with it and not banned. Not identity: it only says whom to look up.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StandingCert {
    /// Whose.
    #[n(0)]
    pub account: AccountId,
    /// Which device.
    #[n(1)]
    pub device: DeviceId,
    /// When it was given.
    #[n(2)]
    pub issued: Timestamp,
    /// Until when (24 hours later), judged at the relay's `Deliver.at`.
    #[n(3)]
    pub expires: Timestamp,
}

impl SignedObject for StandingCert {
    const NAME: &'static str = "standing-cert";
}
