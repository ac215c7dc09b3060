//! What a device remembers, one type per table, and the port through which a step reads it.
//!
//! A step reads through [`Rows`] while the store's transaction is open, so it sees everything that earlier
//! steps of the same batch have written. To name all rows before the step cannot hold: which message a ciphertext
//! carries is known only after it was decrypted. A step is a function of its input, rows, time and randomness.

use sotto_wire::{
    AccountId, DeviceId, DeviceList, Hash, KeyId, MessageId, PhoneNumber, PublicKey, SendId, Signed, Timestamp,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

mod action;
mod records;
mod state;

pub use self::action::{ActionRows, EditRow, Marks, PinRow, ReactionRow, TimerRow, WaitingRow};
pub use self::records::{AFTER_UPLOAD, GapRow, ReceiptRow, SentRow};
pub use self::state::{Failure, MessageState};
use crate::{
    call::CallLine,
    group::rows::{GroupLine, GroupRows},
    poll::PollRows,
    post::Post,
    schedule::ScheduleRows,
    story::StoryRows,
};

/// A conversation on this device. Stable for the life of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(pub i64);

/// 32 secret bytes: a seed, a profile key, an ephemeral key. Never printed, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret32(pub [u8; 32]);

impl std::fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret32(secret)")
    }
}

/// This account and device. One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// The seed of the account key; what the recovery words will spell. Only the primary device holds it.
    pub seed: Option<Secret32>,
    /// This account.
    pub account: AccountId,
    /// Its public key.
    pub account_key: PublicKey,
    /// This device.
    pub device: DeviceId,
    /// CBOR of the [`sotto_wire::CertifiedDevice`].
    pub certified: Vec<u8>,
    /// The account's current list.
    pub list: Signed<DeviceList>,
    /// Encrypts the profile; the delivery token comes from it.
    pub profile_key: Secret32,
    /// When it was drawn, if that was after the sign-up.
    pub profile_turned_at: Timestamp,
    /// The number signed up with.
    pub number: PhoneNumber,
    /// When the seal key and the fallback key last turned over.
    pub keys_turned_at: Timestamp,
    /// JSON of what was to be published then, until the relay has it.
    pub unpublished: Option<Vec<u8>>,
    /// Messages to this device ran out of their time at the relay, and nobody was asked for them yet.
    pub mail_expired: bool,
    /// The key that signs the relay's standing certificates.
    pub standing_key: PublicKey,
}

/// One of this device's own seal keys; old ones are kept for what is still on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSealKeyRow {
    /// Which.
    pub key_id: KeyId,
    /// The private half (X-Wing seed, 32 bytes).
    pub private: Secret32,
    /// Until when it may be used; the private half is deleted 30 days later.
    pub not_after: Timestamp,
}

/// What is believed of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// No key seen yet.
    Unknown,
    /// The first key seen.
    FirstSeen,
    /// Safety numbers were compared.
    Verified,
    /// Was verified, and the number now belongs to another account: nothing is sent until the person decides.
    Violated,
}

/// A person this device writes with; one chat each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Their chat.
    pub chat: ChatId,
    /// The account their number belongs to now.
    pub account: AccountId,
    /// Their number, once the relay has confirmed that it belongs to `account`.
    pub number: Option<PhoneNumber>,
    /// The number they said they have, until it is confirmed.
    pub claimed_number: Option<PhoneNumber>,
    /// What is believed of them.
    pub trust: Trust,
    /// This person wrote to them or accepted them. Receipts go only to accepted contacts.
    pub accepted: bool,
    /// Their profile key, once they have said it: opens their profile, and the delivery token comes from it.
    pub profile_key: Option<Secret32>,
    /// Their delivery token was refused; send without it until they greet again.
    pub token_refused: bool,
    /// Nothing from them is shown and nothing goes to them.
    pub blocked: bool,
    /// Their chat is in the list. It is not while they are only known from a group.
    pub listed: bool,
}

/// The pinned device list of somebody else's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRow {
    /// Whose.
    pub account: AccountId,
    /// The key that `account` is the hash of.
    pub account_key: PublicKey,
    /// The newest verified list.
    pub list: Signed<DeviceList>,
    /// Its version.
    pub version: u64,
    /// When it expires.
    pub expires: Timestamp,
    /// Versions and hashes of lists verified before, newest last.
    pub chain: Vec<(u64, Hash)>,
    /// A newer list is known to exist, or a device's keys are missing: fetch before the next send.
    pub stale: bool,
}

/// One device of somebody else, with everything that belongs to the pair (this device, that device).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Which.
    pub device: DeviceId,
    /// Whose.
    pub account: AccountId,
    /// Its Ed25519 key, from its verified certificate.
    pub device_key: PublicKey,
    /// Its X25519 key for Olm, from its verified certificate.
    pub olm_key: PublicKey,
    /// Id of its seal key; `None` until its published keys were fetched.
    pub seal_key_id: Option<KeyId>,
    /// Its X-Wing public key.
    pub seal_public: Vec<u8>,
    /// Until when the seal key may be used.
    pub seal_not_after: Timestamp,
    /// The next `pair_counter` to send.
    pub next_send: u64,
    /// The next `pair_counter` expected.
    pub next_receive: u64,
    /// It has been sent our profile key.
    pub greeted: bool,
    /// Key for ephemeral envelopes to it, and when it was drawn.
    pub ephemeral_out: Option<(Secret32, Timestamp)>,
    /// Key for ephemeral envelopes from it.
    pub ephemeral_in: Option<Secret32>,
    /// When a broken session with it was last replaced.
    pub healed_at: Option<Timestamp>,
}

/// One Olm session with a device. At most four are kept alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// With which device.
    pub device: DeviceId,
    /// Olm's id of it.
    pub session_id: String,
    /// vodozemac's pickle as JSON; `None` is a tombstone, kept so that a replayed pre-key message cannot revive it.
    pub pickle: Option<Vec<u8>>,
    /// When it was last used; the newest one sends.
    pub used_at: Timestamp,
}

/// What the engine itself says in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// First entry of every chat.
    Encrypted,
    /// Another key, nothing verified before.
    KeyChanged,
    /// Another key, though it had been verified.
    KeyViolated,
    /// Safety numbers matched.
    Verified,
    /// Messages are missing and were asked for again.
    Gap {
        /// How many.
        count: u32,
    },
    /// Messages that their sender no longer has, or that cannot be read.
    Lost {
        /// How many.
        count: u32,
    },
    /// The message before was to leave earlier.
    SentLate {
        /// By how much.
        minutes: u32,
    },
    /// The author of this entry has changed how long messages stay.
    Timer {
        /// Seconds after being read; 0 when they stay.
        seconds: u32,
    },
}

/// What an entry of a conversation holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly every entry is the large one")]
pub enum Content {
    /// What a person wrote.
    Post(Post),
    /// Said by the engine.
    Notice(Notice),
    /// It was taken back for everyone; this trace is left.
    Deleted,
    /// A change of the group.
    Group(GroupLine),
    /// Somebody has called.
    Call(CallLine),
}

/// One entry of a conversation. Unique by (author, id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Drawn by its author's device.
    pub id: MessageId,
    /// In which conversation.
    pub chat: ChatId,
    /// Who wrote it; for a notice, this account, or who did what it tells.
    pub author: AccountId,
    /// When, as shown: the relay's time for received ones, never later than that.
    pub at: Timestamp,
    /// How far it has come.
    pub state: MessageState,
    /// What it holds.
    pub content: Content,
    /// Counts as unread.
    pub unread: bool,
    /// What has become of it since.
    pub marks: Marks,
}

/// What an outbox row carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutboxKind {
    /// A message of a conversation.
    Message(MessageId),
    /// Something done to a message or a conversation, under an id of its own.
    Action(MessageId),
    /// Receipts, greetings, requests: nothing a person wrote.
    Service,
}

/// The Olm bytes for one device. The seal is made at upload, so a retry may carry another seal around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlmCopy {
    /// For which device.
    pub device: DeviceId,
    /// The counter inside.
    pub pair_counter: u64,
    /// 0 pre-key message, 1 normal message.
    pub olm_type: u8,
    /// The Olm message.
    pub bytes: Vec<u8>,
}

/// Something to be sent; lives until the relay has answered for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Makes the upload idempotent.
    pub id: SendId,
    /// For whom.
    pub recipient: AccountId,
    /// Only for this device (answers to requests); otherwise for all of the list.
    pub only: Option<DeviceId>,
    /// The other person of the conversation it is part of, if one's own other devices get it too.
    pub with: Option<AccountId>,
    /// What it carries.
    pub kind: OutboxKind,
    /// CBOR of the body, for encrypting (again).
    pub body: Vec<u8>,
    /// The counter this answers for, when it is a message sent anew.
    pub fills: Option<u64>,
    /// Empty until encrypted.
    pub copies: Vec<OlmCopy>,
    /// The device list the copies were made for.
    pub list_version: u64,
    /// When it was written.
    pub created: Timestamp,
    /// Not before this time, after a refusal; [`AFTER_UPLOAD`] while the files of a message go up.
    pub not_before: Timestamp,
}

/// The store could not read. The step is given up and its batch rolled back.
#[derive(Debug, thiserror::Error)]
#[error("the database could not be read: {0}")]
pub struct RowsError(#[from] pub Box<dyn std::error::Error + Send + Sync>);

/// Answer of every reading method.
pub type Read<T> = Result<T, RowsError>;

/// Reads what this device remembers, uncommitted changes of the current batch included.
pub trait Rows: ActionRows + GroupRows + PollRows + ScheduleRows + StoryRows {
    /// This account and device, once signed up.
    fn own(&self) -> Read<Option<OwnRow>>;
    /// vodozemac's account pickle as JSON.
    fn olm_account(&self) -> Read<Option<Vec<u8>>>;
    /// This device's own seal keys, oldest first.
    fn own_seal_keys(&self) -> Read<Vec<OwnSealKeyRow>>;
    /// Everybody.
    fn contacts(&self) -> Read<Vec<ContactRow>>;
    /// The contact of a chat.
    fn contact(&self, chat: ChatId) -> Read<Option<ContactRow>>;
    /// The contact whose current account this is.
    fn contact_of(&self, account: &AccountId) -> Read<Option<ContactRow>>;
    /// The contact with this confirmed number.
    fn contact_with_number(&self, number: &PhoneNumber) -> Read<Option<ContactRow>>;
    /// A number for a new chat that was never given out before.
    fn next_chat(&self) -> Read<ChatId>;
    /// The pinned list of an account.
    fn peer(&self, account: &AccountId) -> Read<Option<PeerRow>>;
    /// A device.
    fn device(&self, device: &DeviceId) -> Read<Option<DeviceRow>>;
    /// All known devices of an account, by id.
    fn devices(&self, account: &AccountId) -> Read<Vec<DeviceRow>>;
    /// Sessions with a device, last used first, tombstones last.
    fn sessions(&self, device: &DeviceId) -> Read<Vec<SessionRow>>;
    /// Was this ciphertext received before? The hash is SHA-256(sender device ‖ Olm type ‖ bytes).
    fn seen(&self, hash: &Hash) -> Read<bool>;
    /// A message by its author and id.
    fn message(&self, author: &AccountId, id: &MessageId) -> Read<Option<MessageRow>>;
    /// The gap notice of a chat, if one is shown.
    fn gap_notice(&self, chat: ChatId) -> Read<Option<MessageRow>>;
    /// Own messages of a chat that are held.
    fn held(&self, chat: ChatId) -> Read<Vec<MessageRow>>;
    /// Messages of a chat from somebody else that are unread up to and including this position.
    fn unread_up_to(&self, chat: ChatId, order: i64) -> Read<Vec<MessageRow>>;
    /// An outbox row.
    fn outbox(&self, id: &SendId) -> Read<Option<OutboxRow>>;
    /// All outbox rows for an account, oldest first.
    fn outbox_for(&self, account: &AccountId) -> Read<Vec<OutboxRow>>;
    /// The whole outbox, oldest first.
    fn outbox_all(&self) -> Read<Vec<OutboxRow>>;
    /// The outbox row of a message.
    fn outbox_of_message(&self, id: &MessageId) -> Read<Vec<OutboxRow>>;
    /// What was sent under a counter.
    fn sent(&self, device: &DeviceId, pair_counter: u64) -> Read<Option<SentRow>>;
    /// Gaps of a device, by counter.
    fn gaps(&self, device: &DeviceId) -> Read<Vec<GapRow>>;
    /// Devices with at least one gap.
    fn devices_with_gaps(&self) -> Read<Vec<DeviceId>>;
    /// Receipts due at or before this time.
    fn receipts_due(&self, now: Timestamp) -> Read<Vec<ReceiptRow>>;
    /// When the first receipt that is due after this time is due.
    fn next_receipt_after(&self, now: Timestamp) -> Read<Option<Timestamp>>;
    /// A receipt not yet sent.
    fn receipt(&self, account: &AccountId, message: &MessageId) -> Read<Option<ReceiptRow>>;
}
