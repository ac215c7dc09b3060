//! What the relay carries to all members: a tag, a nonce, and a layer under the epoch secret around Megolm's bytes.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use minicbor::{Decode, Encode};
use rand::CryptoRng;
use sotto_wire::{Hash, MessageId, Timestamp};

use super::secret::{self, Tag};
use crate::{
    body::{Body, Conversation, Sender, pack, unpack_bytes},
    codec::{self, Malformed},
    padding,
    rows::Secret32,
};

/// In the place of a seal's key id, which is drawn at random and never this.
const MARK: [u8; 8] = [0; 8];
const NONCE: usize = 24;

/// Whether delivered bytes are a group's message, not a sealed copy for one device.
pub fn is_group_payload(bytes: &[u8]) -> bool {
    bytes.starts_with(&MARK)
}

/// Under the outer layer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Enclosed {
    /// Megolm's id of the session.
    #[n(0)]
    pub(crate) session_id: String,
    /// The Megolm message.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) message: Vec<u8>,
}

/// Inside the Megolm message. Megolm names no sender, so everything is named here and compared.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct GroupInner {
    #[n(0)]
    pub(crate) message_id: MessageId,
    #[n(1)]
    pub(crate) conversation: Conversation,
    #[n(2)]
    pub(crate) sender: Sender,
    /// The sender's view of the group: two who see different ones find out here.
    #[n(3)]
    pub(crate) epoch: u64,
    #[n(4)]
    pub(crate) state_hash: Hash,
    #[n(5)]
    pub(crate) sent_at: Timestamp,
    #[cbor(n(6), with = "minicbor::bytes")]
    pub(crate) body: Vec<u8>,
    #[n(7)]
    pub(crate) compressed: bool,
}

impl GroupInner {
    /// Plaintext for Megolm, from everything but the body and the body's CBOR.
    pub(crate) fn encode(mut self, body: &[u8]) -> Vec<u8> {
        (self.body, self.compressed) = pack(body);
        padding::pad(codec::encode(&self))
    }

    /// From Megolm's plaintext.
    pub(crate) fn decode(plaintext: Vec<u8>) -> Result<Self, Malformed> {
        codec::decode(&padding::unpad(plaintext)?)
    }

    /// What is said.
    pub(crate) fn body(&self) -> Result<Body, Malformed> {
        unpack_bytes(&self.body, self.compressed)
    }
}

/// Closes the outer layer.
pub(crate) fn seal(enclosed: &Enclosed, epoch_secret: &Secret32, rng: &mut dyn CryptoRng) -> Vec<u8> {
    let tag = secret::tag(epoch_secret);
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let plain = codec::encode(enclosed);
    let payload = Payload { msg: &plain, aad: &tag };
    // Encryption fails only past 256 GiB; nothing is then what everybody drops.
    let sealed = XChaCha20Poly1305::new(&secret::outer_key(epoch_secret).0.into())
        .encrypt(&XNonce::from(nonce), payload)
        .unwrap_or_default();
    [MARK.as_slice(), &tag, &nonce, &sealed].concat()
}

/// The tag of a payload: which secret opens it.
pub(crate) fn tag_of(payload: &[u8]) -> Result<Tag, Malformed> {
    let rest = payload.strip_prefix(&MARK).ok_or(Malformed)?;
    rest.first_chunk::<16>().copied().ok_or(Malformed)
}

/// Opens the outer layer.
pub(crate) fn open(payload: &[u8], epoch_secret: &Secret32) -> Result<Enclosed, Malformed> {
    let tag = tag_of(payload)?;
    let rest = payload.get(MARK.len() + tag.len()..).ok_or(Malformed)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(Malformed)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| Malformed)?;
    let payload = Payload { msg: sealed, aad: &tag };
    let plain = XChaCha20Poly1305::new(&secret::outer_key(epoch_secret).0.into())
        .decrypt(&nonce, payload)
        .map_err(|_| Malformed)?;
    codec::decode(&plain)
}
