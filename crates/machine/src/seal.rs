//! The seal: HPKE-Base with X-Wing, HKDF-SHA256 and ChaCha20-Poly1305 (RFC 9180, draft-connolly-cfrg-xwing-kem).
//!
//! It hides the sender from the relay and keeps recorded traffic closed to a later quantum computer. It is
//! not identity: whoever knows the public seal key can make one.

use hpke::{
    Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::XWing,
};
use minicbor::{Decode, Encode};
use rand::CryptoRng;
use sotto_wire::{AccountId, CertifiedDevice, DeviceId, DeviceList, KeyId, Signed, StandingCert};

use crate::{codec, rows::Secret32};

/// What a sealed copy holds.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealedPlain {
    /// The relay's word about the sender; says which sessions to look at.
    #[n(0)]
    pub standing: Signed<StandingCert>,
    /// Certificate and list of the sender, on pre-key messages.
    #[n(1)]
    pub introduction: Option<Introduction>,
    /// What is inside.
    #[n(2)]
    pub payload: SealedPayload,
}

/// Who the sender is, for a recipient that has not met them: verified as if fetched, without asking the relay.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Introduction {
    /// The sending device.
    #[n(0)]
    pub device: CertifiedDevice,
    /// Its account's list.
    #[n(1)]
    pub list: Signed<DeviceList>,
}

/// The inner layer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum SealedPayload {
    /// An Olm message.
    #[n(0)]
    Olm {
        /// 0 pre-key message, 1 normal message.
        #[n(0)]
        olm_type: u8,
        /// Its bytes.
        #[cbor(n(1), with = "minicbor::bytes")]
        bytes: Vec<u8>,
    },
    /// Nonce and ciphertext under an ephemeral key.
    #[n(1)]
    Ephemeral {
        /// 24 bytes of nonce, then XChaCha20-Poly1305.
        #[cbor(n(0), with = "minicbor::bytes")]
        bytes: Vec<u8>,
    },
}

/// For whom a copy is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealTarget {
    /// The recipient's account.
    pub account: AccountId,
    /// The recipient's device.
    pub device: DeviceId,
    /// Which of its seal keys.
    pub key_id: KeyId,
    /// Its X-Wing public key, 1,216 bytes.
    pub public: Vec<u8>,
}

/// The public key is no X-Wing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an X-Wing public key")]
pub struct SealError;

/// Why a sealed copy could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum OpenError {
    /// Too short, or the plaintext is not of the right shape.
    #[error("malformed sealed bytes")]
    Malformed,
    /// Sealed to a key this device does not have (any more).
    #[error("unknown seal key")]
    UnknownKey,
    /// Altered, or sealed for somebody else.
    #[error("the seal does not open")]
    Refused,
}

const ENCAPSULATED: usize = 1_120;

/// A fresh X-Wing key pair: private seed and public key.
pub fn generate(rng: &mut impl CryptoRng) -> (Secret32, Vec<u8>) {
    let mut seed = Secret32([0; 32]);
    rng.fill_bytes(&mut seed.0);
    let (private, public) = XWing::derive_keypair(&seed.0);
    let mut bytes = Secret32([0; 32]);
    private.write_exact(&mut bytes.0);
    (bytes, public.to_bytes().to_vec())
}

/// Seals for one device: key id ‖ encapsulated key ‖ ciphertext.
///
/// # Errors
/// [`SealError`] when `target.public` is no X-Wing key.
pub fn seal(plain: &SealedPlain, target: &SealTarget, rng: &mut impl CryptoRng) -> Result<Vec<u8>, SealError> {
    let public = <XWing as hpke::Kem>::PublicKey::from_bytes(&target.public).map_err(|_| SealError)?;
    let info = info(&target.account, &target.device, &target.key_id);
    let (encapsulated, mut context) =
        hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(&OpModeS::Base, &public, &info, rng)
            .map_err(|_| SealError)?;
    let ciphertext = context.seal(&codec::encode(plain), b"").map_err(|_| SealError)?;
    Ok([target.key_id.as_bytes().as_slice(), &encapsulated.to_bytes(), &ciphertext].concat())
}

/// Opens a copy that was sealed for this device with one of its seal keys.
///
/// # Errors
/// [`OpenError`]; nothing about the sender is known then.
pub fn open(
    sealed: &[u8],
    account: &AccountId,
    device: &DeviceId,
    private: impl Fn(&KeyId) -> Option<Secret32>,
) -> Result<SealedPlain, OpenError> {
    let (key_id, rest) = sealed.split_at_checked(KeyId::LEN).ok_or(OpenError::Malformed)?;
    let (encapsulated, ciphertext) = rest.split_at_checked(ENCAPSULATED).ok_or(OpenError::Malformed)?;
    let key_id = KeyId::from_slice(key_id).map_err(|_| OpenError::Malformed)?;
    let private = private(&key_id).ok_or(OpenError::UnknownKey)?;
    let private = <XWing as hpke::Kem>::PrivateKey::from_bytes(&private.0).map_err(|_| OpenError::UnknownKey)?;
    let encapsulated = <XWing as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| OpenError::Malformed)?;
    let info = info(account, device, &key_id);
    let mut context =
        hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, XWing>(&OpModeR::Base, &private, &encapsulated, &info)
            .map_err(|_| OpenError::Refused)?;
    let plain = context.open(ciphertext, b"").map_err(|_| OpenError::Refused)?;
    codec::decode(&plain).map_err(|_| OpenError::Malformed)
}

fn info(account: &AccountId, device: &DeviceId, key_id: &KeyId) -> Vec<u8> {
    [b"sotto/v1/sealed".as_slice(), account.as_bytes(), device.as_bytes(), key_id.as_bytes()].concat()
}
