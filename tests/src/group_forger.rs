//! What a malicious member of a group, alone or with the relay, can make: payloads, Megolm sessions, events.
//!
//! As in [`crate::forger`], formats and labels are written a second time on purpose.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use minicbor::{Decode, Encode};
use rand::CryptoRng;
use sha2::Sha256;
use sotto_machine::{
    group::{
        GroupOp,
        event::{Actor, Entry, GroupEvent},
        rows::GroupRows as _,
    },
    post::Post,
    rows::Secret32,
};
use sotto_wire::{AccountId, GroupId, Hash, MessageId, Signature, Signed, Timestamp};
use vodozemac::megolm::{
    GroupSession, GroupSessionPickle, InboundGroupSession, InboundGroupSessionPickle, SessionConfig,
};

use crate::{
    forger::{self, ForgedBody, ForgedSender},
    town::Person,
};

/// Everything inside a Megolm message, free to be a lie.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct ForgedGroupInner {
    #[n(0)]
    pub message_id: MessageId,
    #[n(1)]
    pub conversation: ForgedPlace,
    #[n(2)]
    pub sender: ForgedSender,
    #[n(3)]
    pub epoch: u64,
    #[n(4)]
    pub state_hash: Hash,
    #[n(5)]
    pub sent_at: Timestamp,
    #[cbor(n(6), with = "minicbor::bytes")]
    pub body: Vec<u8>,
    #[n(7)]
    pub compressed: bool,
}

/// Where it claims to be said.
#[derive(Debug, Clone, Encode, Decode)]
pub enum ForgedPlace {
    #[n(0)]
    Direct(#[n(0)] AccountId),
    #[n(1)]
    Group(#[n(0)] GroupId),
}

/// Keys over the pairwise path.
#[derive(Debug, Clone, Encode)]
pub enum ForgedKeys {
    #[n(13)]
    SenderKey(#[n(0)] ForgedSenderKey),
    #[n(14)]
    GroupSecret(#[n(0)] ForgedSecret),
    #[n(16)]
    ForkSeen(#[n(0)] ForgedFork),
}

/// A Megolm session, whosever it is.
#[derive(Debug, Clone, Encode)]
#[cbor(map)]
pub struct ForgedSenderKey {
    #[n(0)]
    pub group: GroupId,
    #[n(1)]
    pub epoch: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub key: Vec<u8>,
}

/// Word of a fork, true or not.
#[derive(Debug, Clone, Encode)]
#[cbor(map)]
pub struct ForgedFork {
    #[n(0)]
    pub group: GroupId,
    #[n(1)]
    pub epoch: u64,
    #[n(2)]
    pub yours: Hash,
    #[n(3)]
    pub mine: Hash,
}

/// A group's secret, whoever drew it.
#[derive(Debug, Clone, Encode)]
#[cbor(map)]
pub struct ForgedSecret {
    #[n(0)]
    pub group: GroupId,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub secret: [u8; 32],
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Enclosed {
    #[n(0)]
    session_id: String,
    #[cbor(n(1), with = "minicbor::bytes")]
    message: Vec<u8>,
}

const MARK: [u8; 8] = [0; 8];

fn derive(secret: &[u8; 32], label: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, secret).expand(label, &mut key).expect("32 bytes");
    key
}

/// The secret under which a person's group is now.
pub fn secret_of(person: &Person, group: &GroupId) -> [u8; 32] {
    person.group(group).expect("the group").secret.expect("a secret").0
}

/// An honest plaintext of a member, to be bent by the caller.
pub fn inner(from: &Person, group: &GroupId, id: u8, text: &str, now: Timestamp) -> ForgedGroupInner {
    let state = from.group(group).expect("the group").state;
    let mut body = Vec::new();
    minicbor::encode(ForgedBody::Post(Post::text(text)), &mut body).expect("memory");
    ForgedGroupInner {
        message_id: MessageId([id; 16]),
        conversation: ForgedPlace::Group(*group),
        sender: forger::inner(from, from, 0, "", now).sender,
        epoch: state.epoch,
        state_hash: state.hash,
        sent_at: now,
        body,
        compressed: false,
    }
}

/// A copy of a person's own Megolm session, to encrypt with.
pub fn session_of(person: &Person, group: &GroupId) -> GroupSession {
    let row = person.rows.group_session_out(group).expect("rows").expect("a session");
    let pickle: GroupSessionPickle = serde_json::from_slice(&row.pickle).expect("a pickle");
    GroupSession::from_pickle(pickle)
}

/// A session of the first version.
pub fn session_of_version_1() -> GroupSession {
    #[expect(clippy::disallowed_methods, reason = "an attacker may use the old version")]
    GroupSession::new(SessionConfig::version_1())
}

/// The key of somebody else's session, as a member has it.
pub fn key_of_anothers_session(holder: &Person, owner: &Person, group: &GroupId) -> Vec<u8> {
    let rows = holder.rows.group_sessions_in_all().expect("rows");
    let row = rows.into_iter().rfind(|row| row.group == *group && row.device == owner.device()).expect("their session");
    let pickle: InboundGroupSessionPickle = serde_json::from_slice(&row.pickle).expect("a pickle");
    let mut session = InboundGroupSession::from_pickle(pickle);
    session.export_at(row.first_index).expect("a key").to_bytes()
}

/// A payload with this inside, in a session of somebody's own.
pub fn payload(secret: &[u8; 32], session: &mut GroupSession, inner: &ForgedGroupInner) -> Vec<u8> {
    let mut plain = Vec::new();
    minicbor::encode(inner, &mut plain).expect("memory");
    plain.push(0x80);
    plain.resize(plain.len().next_multiple_of(64), 0);
    let message = session.encrypt(&plain).to_bytes();
    wrap(secret, &session.session_id(), message, 7)
}

fn wrap(secret: &[u8; 32], session_id: &str, message: Vec<u8>, nonce: u8) -> Vec<u8> {
    let mut plain = Vec::new();
    minicbor::encode(Enclosed { session_id: session_id.to_owned(), message }, &mut plain).expect("memory");
    let tag = &derive(secret, b"sotto/v1/group-tag")[..16];
    let nonce = [nonce; 24];
    let cipher = XChaCha20Poly1305::new(&derive(secret, b"sotto/v1/group-outer").into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: tag }).expect("a ciphertext");
    [MARK.as_slice(), tag, &nonce, &sealed].concat()
}

/// The same Megolm message in other bytes, as every member can make them.
pub fn wrap_again(secret: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    let (tag, rest) = payload[MARK.len()..].split_at(16);
    let (nonce, sealed) = rest.split_at(24);
    let cipher = XChaCha20Poly1305::new(&derive(secret, b"sotto/v1/group-outer").into());
    let nonce = XNonce::try_from(nonce).expect("24 bytes");
    let plain = cipher.decrypt(&nonce, Payload { msg: sealed, aad: tag }).expect("its own secret");
    let Enclosed { session_id, message } = minicbor::decode(&plain).expect("what lies within");
    wrap(secret, &session_id, message, 9)
}

/// An event by somebody, as they could sign it, before it is sealed.
pub fn event(by: &Person, group: &GroupId, op: GroupOp, now: Timestamp) -> GroupEvent {
    let state = by.group(group).expect("the group").state;
    let list = by.own().list.read_unverified().expect("a list");
    let actor = Actor {
        account: by.account(),
        device: by.device(),
        list_version: list.version,
        list_hash: by.own().list.hash(),
    };
    let (epoch, prev_hash) = (state.epoch + 1, state.hash);
    GroupEvent { group: *group, epoch, prev_hash, op, actor, at: now, secret_hash: None, older_key: None }
}

/// That event, signed by somebody's device, as it lies in the log under a group's secret.
pub fn entry(by: &Person, event: &GroupEvent, secret: &[u8; 32], rng: &mut dyn CryptoRng) -> Vec<u8> {
    let olm = forger::olm_account(by);
    let key = by.certified().cert.read_unverified().expect("a certificate").device_key;
    let event_key = Secret32(derive(secret, b"sotto/v1/group-event"));
    let group = event.group;
    let event = Signed::create(event, &key, |m| Signature(olm.sign(m).to_bytes()));
    Entry { event, device: by.certified(), list: by.own().list.clone() }.seal(&group, &event_key, rng)
}
