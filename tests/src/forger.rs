//! What a malicious contact can make: it holds its own keys and may sign, encrypt and claim whatever it likes.
//!
//! The plaintext format is written here a second time on purpose: an attacker has their own program, and a
//! change of the format that this one does not follow fails the tests.

use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use minicbor::{Decode, Encode};
use sha2::Sha256;
use sotto_machine::{post::Post, rows::Rows as _, seal::SealedPayload};
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceCert, DeviceId, DeviceList, Hash, ListedDevice, MessageId, PreKey, PublicKey,
    Signature, Signed, Timestamp, limits,
};
use vodozemac::{
    Curve25519PublicKey,
    olm::{Account, AccountPickle, OlmMessage, SessionConfig},
};

use crate::town::{Person, PostOffice, Town};

/// Everything inside an Olm message, free to be a lie.
#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct ForgedInner {
    #[n(0)]
    pub message_id: MessageId,
    #[n(1)]
    pub conversation: ForgedConversation,
    #[n(2)]
    pub sender: ForgedSender,
    #[n(3)]
    pub recipient: ForgedRecipient,
    #[n(4)]
    pub pair_counter: u64,
    #[n(5)]
    pub sent_at: Timestamp,
    #[cbor(n(6), with = "minicbor::bytes")]
    pub body: Vec<u8>,
    #[n(7)]
    pub compressed: bool,
}

#[derive(Debug, Clone, Encode, Decode)]
pub enum ForgedConversation {
    #[n(0)]
    Direct(#[n(0)] AccountId),
}

#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct ForgedSender {
    #[n(0)]
    pub account: AccountId,
    #[n(1)]
    pub account_key: PublicKey,
    #[n(2)]
    pub device: DeviceId,
    #[n(3)]
    pub device_key: PublicKey,
    #[n(4)]
    pub list_version: u64,
    #[n(5)]
    pub list_hash: Hash,
}

#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct ForgedRecipient {
    #[n(0)]
    pub account: AccountId,
    #[n(1)]
    pub device: DeviceId,
    #[n(2)]
    pub device_key: PublicKey,
    #[n(3)]
    pub list_version: u64,
    #[n(4)]
    pub list_hash: Hash,
}

/// What is said inside.
#[derive(Debug, Clone, Encode, Decode)]
pub enum ForgedBody {
    #[n(1)]
    Receipt {
        #[n(0)]
        read: bool,
        #[n(1)]
        messages: Vec<MessageId>,
    },
    #[n(3)]
    Resend {
        #[n(0)]
        counters: Vec<u64>,
        #[n(1)]
        from: Option<u64>,
    },
    #[n(5)]
    Post(#[n(0)] Post),
    #[n(6)]
    Edit {
        #[n(0)]
        message: MessageId,
        #[n(1)]
        count: u32,
        #[n(2)]
        post: Post,
    },
    #[n(7)]
    Delete {
        #[n(0)]
        author: AccountId,
        #[n(1)]
        message: MessageId,
    },
    #[n(8)]
    React {
        #[n(0)]
        author: AccountId,
        #[n(1)]
        message: MessageId,
        #[n(2)]
        emoji: Option<String>,
        #[n(3)]
        count: u32,
    },
    #[n(9)]
    Pin {
        #[n(0)]
        author: AccountId,
        #[n(1)]
        message: MessageId,
        #[n(2)]
        pinned: bool,
        #[n(3)]
        count: u32,
    },
    #[n(10)]
    Timer {
        #[n(0)]
        seconds: u32,
        #[n(1)]
        count: u32,
    },
    #[n(20)]
    Vote {
        #[n(0)]
        author: AccountId,
        #[n(1)]
        message: MessageId,
        #[cbor(n(2), with = "minicbor::bytes")]
        choice: Vec<u8>,
        #[n(3)]
        count: u32,
    },
    #[n(21)]
    ClosePoll {
        #[n(0)]
        message: MessageId,
    },
    #[n(22)]
    Played(#[n(0)] Vec<MessageId>),
    #[n(40)]
    Story {
        #[n(0)]
        post: Post,
        #[n(1)]
        posted: u64,
    },
    #[n(50)]
    SeenHere {
        #[n(0)]
        messages: Vec<ForgedSeen>,
        #[n(1)]
        played: bool,
    },
    #[n(52)]
    BlockedHere(#[n(0)] ForgedBlocked),
    #[n(53)]
    VerifiedHere(#[n(0)] AccountId),
}

#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct ForgedBlocked {
    #[n(0)]
    pub account: AccountId,
    #[n(1)]
    pub blocked: bool,
}

#[derive(Debug, Clone, Encode, Decode)]
#[cbor(map)]
pub struct ForgedSeen {
    #[n(0)]
    pub author: AccountId,
    #[n(1)]
    pub message: MessageId,
}

/// The signing key of a person's account.
pub fn account_signer(person: &Person) -> SigningKey {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &person.own().seed.as_ref().expect("the primary").0)
        .expand(b"sotto/v1/account-key", &mut key)
        .expect("32 bytes");
    SigningKey::from_bytes(&key)
}

/// A person's Olm account, private keys included.
pub fn olm_account(person: &Person) -> Account {
    let pickle = person.rows.olm_account().expect("rows").expect("an account");
    let pickle: AccountPickle = serde_json::from_slice(&pickle).expect("a pickle");
    Account::from_pickle(pickle)
}

/// A list signed by a person's account key.
pub fn sign_list(
    person: &Person,
    version: u64,
    prev_hash: Hash,
    devices: Vec<ListedDevice>,
    issued: Timestamp,
) -> Signed<DeviceList> {
    let account_key = person.own().account_key;
    let list = DeviceList {
        account: person.account(),
        account_key,
        version,
        prev_hash,
        devices,
        issued,
        expires: issued + limits::LIST_LIFE,
    };
    let signer = account_signer(person);
    Signed::create(&list, &account_key, |m| Signature(signer.sign(m).to_bytes()))
}

/// A certificate signed by a person's account key for whatever keys.
pub fn certify(person: &Person, cert: &DeviceCert, device: &Account) -> CertifiedDevice {
    let signer = account_signer(person);
    let cert = Signed::create(cert, &person.own().account_key, |m| Signature(signer.sign(m).to_bytes()));
    let device_sig = Signature(device.sign(CertifiedDevice::consent_message(cert.bytes())).to_bytes());
    CertifiedDevice { cert, device_sig }
}

/// A pre-key signed by any Olm account's Ed25519 key.
pub fn sign_pre_key(signer: &Account, pre_key: &PreKey) -> Signed<PreKey> {
    let key = PublicKey(*signer.ed25519_key().as_bytes());
    Signed::create(pre_key, &key, |m| Signature(signer.sign(m).to_bytes()))
}

/// An honest plaintext from one person to another, to be bent by the caller.
pub fn inner(from: &Person, to: &Person, pair_counter: u64, text: &str, now: Timestamp) -> ForgedInner {
    let sender = from.certified().cert.read_unverified().expect("a certificate");
    let recipient = to.certified().cert.read_unverified().expect("a certificate");
    let (their_list, our_list) = (&to.own().list, &from.own().list);
    let mut body = Vec::new();
    minicbor::encode(ForgedBody::Post(Post::text(text)), &mut body).expect("memory");
    ForgedInner {
        message_id: MessageId([pair_counter as u8; 16]),
        conversation: ForgedConversation::Direct(from.account()),
        sender: ForgedSender {
            account: from.account(),
            account_key: from.own().account_key,
            device: from.device(),
            device_key: sender.device_key,
            list_version: our_list.read_unverified().expect("a list").version,
            list_hash: our_list.hash(),
        },
        recipient: ForgedRecipient {
            account: to.account(),
            device: to.device(),
            device_key: recipient.device_key,
            list_version: their_list.read_unverified().expect("a list").version,
            list_hash: their_list.hash(),
        },
        pair_counter,
        sent_at: now,
        body,
        compressed: false,
    }
}

/// Plaintext as it goes into Olm: CBOR, a mark, zeros.
pub fn pack(inner: &ForgedInner) -> Vec<u8> {
    let mut bytes = Vec::new();
    minicbor::encode(inner, &mut bytes).expect("memory");
    bytes.push(0x80);
    bytes.resize(bytes.len().next_multiple_of(64), 0);
    bytes
}

/// A pre-key message in a fresh session of the sender's own making, with one of the recipient's published keys.
pub fn pre_key_message(
    from: &Person,
    to: &Person,
    post_office: &PostOffice,
    config: SessionConfig,
    plaintext: &[u8],
) -> SealedPayload {
    let published = &post_office.keys[&to.device()];
    let pre_key = published.one_time.first().unwrap_or(&published.fallback).read_unverified().expect("a pre-key");
    let cert = to.certified().cert.read_unverified().expect("a certificate");
    let mut session = olm_account(from)
        .create_outbound_session(
            config,
            Curve25519PublicKey::from_bytes(cert.olm_key.0),
            Curve25519PublicKey::from_bytes(pre_key.x25519.0),
        )
        .expect("a session");
    match session.encrypt(plaintext).expect("a message") {
        OlmMessage::PreKey(m) => SealedPayload::Olm { olm_type: 0, bytes: m.to_bytes() },
        OlmMessage::Normal(m) => SealedPayload::Olm { olm_type: 1, bytes: m.to_bytes() },
    }
}

/// Ids and counters for what one person forges, one after the other.
#[derive(Debug)]
pub struct Counters(u64);

impl Default for Counters {
    /// Beyond what their own program has used by then.
    fn default() -> Self {
        Self(100)
    }
}

impl Counters {
    /// Far enough from the one before that what the person's own machine sends in between, caught up to the last counter,
    /// is under another.
    pub fn take(&mut self) -> (MessageId, u64) {
        let counter = self.0;
        self.0 += 50;
        (MessageId([counter as u8; 16]), counter)
    }
}

/// Lets one person say to another what their program never would, under this id and counter: in a session of its own, with
/// one of the recipient's keys.
pub fn say(
    town: &mut Town,
    (from, to): (&str, &str),
    body: &ForgedBody,
    (id, pair_counter): (MessageId, u64),
    sent_at: Timestamp,
) {
    let (sender, recipient) = (town.person(from), town.person(to));
    let body = minicbor::to_vec(body).expect("memory");
    let inner = ForgedInner { message_id: id, body, ..inner(sender, recipient, pair_counter, "", sent_at) };
    let payload = pre_key_message(sender, recipient, &town.post_office, SessionConfig::version_2(), &pack(&inner));
    let device = recipient.device();
    town.post_office.keys.get_mut(&device).expect("their keys").one_time.remove(0);
    town.post_forged(from, to, payload, true);
}
