//! What a device remembers of groups, one type per table, and the part of the port through which a step reads it.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, DeviceId, GroupId, Hash, MessageId, SendId, Timestamp};

pub use super::line::{GroupLine, GroupLineKind};
use super::{event::GroupOp, secret::Tag, state::GroupState};
use crate::rows::{ChatId, MessageState, Read, Secret32};

/// A group this device knows, with its chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// Its chat.
    pub chat: ChatId,
    /// What it is after the events read so far.
    pub state: GroupState,
    /// The next position of the log to read.
    pub position: u64,
    /// The current epoch secret; `None` while it has not come.
    pub secret: Option<Secret32>,
    /// This person wants to be in it: founded it, was added by somebody they write with, or said so.
    pub accepted: bool,
    /// Somebody sees another group under the same epoch: nothing is sent any more.
    pub fork: Option<Fork>,
    /// A change of one's own that is not in the log yet.
    pub pending: Option<PendingChange>,
    /// Who belonged to it and does no more.
    pub former: Vec<Former>,
}

impl GroupRow {
    /// Which.
    pub fn id(&self) -> GroupId {
        self.state.group
    }
}

/// Two views of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Fork {
    /// At this epoch.
    #[n(0)]
    pub epoch: u64,
    /// The hash this device came to.
    #[n(1)]
    pub ours: Hash,
    /// The other one.
    #[n(2)]
    pub theirs: Hash,
    /// Who showed it.
    #[n(3)]
    pub member: AccountId,
}

/// Somebody who left or was removed. What they sent before still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Former {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// The relay's time of the event.
    #[n(1)]
    pub at: Timestamp,
    /// The epoch that no longer has them.
    #[n(2)]
    pub epoch: u64,
}

/// A change on its way into the log: first its secret is sealed to everybody who stays, then it is appended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PendingChange {
    /// What it does.
    #[n(0)]
    pub op: GroupOp,
    /// The secret it sets.
    #[n(1)]
    pub secret: Option<SecretBytes>,
    /// The epoch it was planned for.
    #[n(2)]
    pub epoch: u64,
    /// Outbox rows with the secret that the relay has not answered for.
    #[n(3)]
    pub waiting: Vec<SendId>,
    /// When it was planned.
    #[n(4)]
    pub since: Timestamp,
    /// Once it was made: the position, the state's hash after it, and the signed append.
    #[n(5)]
    pub made: Option<MadeChange>,
}

/// A change that can be appended.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct MadeChange {
    /// Where it goes.
    #[n(0)]
    pub position: u64,
    /// The state's hash after it: by this it is recognised in the log.
    #[n(1)]
    pub hash: Hash,
    /// CBOR of the signed append.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub append: Vec<u8>,
}

/// 32 secret bytes as they lie in CBOR. Never printed.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct SecretBytes(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl SecretBytes {
    /// As it is worked with.
    pub fn secret(&self) -> Secret32 {
        Secret32(self.0)
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes(secret)")
    }
}

/// One valid event, kept to compare views of older epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupEventRow {
    /// Of which group.
    pub group: GroupId,
    /// Which epoch it began.
    pub epoch: u64,
    /// The state's hash after it.
    pub hash: Hash,
    /// The relay's time.
    pub at: Timestamp,
}

/// A secret of a group, as a member sealed it to this device; whether it counts, the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSecretRow {
    /// Of which group.
    pub group: GroupId,
    /// What the event that sets it commits to.
    pub hash: Hash,
    /// In front of payloads under it.
    pub tag: Tag,
    /// The secret.
    pub secret: Secret32,
    /// The event key under which the event that sets it lies, for those whom that event adds.
    pub event_key: Option<Secret32>,
    /// When it came.
    pub at: Timestamp,
}

/// This device's own Megolm session of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSessionOutRow {
    /// Of which group.
    pub group: GroupId,
    /// Megolm's id of it.
    pub session_id: String,
    /// vodozemac's pickle as JSON.
    pub pickle: Vec<u8>,
    /// The receiving half from the beginning, to share it again with those who lost it.
    pub own_copy: Vec<u8>,
    /// The epoch it was made in.
    pub epoch: u64,
    /// When.
    pub created: Timestamp,
    /// The next message's index.
    pub next_index: u32,
    /// Who has it.
    pub shared: Vec<SharedWith>,
}

/// An account that has a session's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SharedWith {
    /// Whose devices.
    #[n(0)]
    pub account: AccountId,
    /// By which device list; 0 if none was known yet.
    #[n(1)]
    pub list_version: u64,
    /// From which message on.
    #[n(2)]
    pub from: u32,
}

/// Somebody else's Megolm session, bound to the device that shared it. The same session id may come from two
/// devices: one of them lies, and what the messages say of their sender shows which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSessionInRow {
    /// Megolm's id of it.
    pub session_id: String,
    /// Who shared it.
    pub device: DeviceId,
    /// Whose device.
    pub account: AccountId,
    /// In which group.
    pub group: GroupId,
    /// The epoch it was made in.
    pub epoch: u64,
    /// The first message it opens.
    pub first_index: u32,
    /// One more than the last message opened.
    pub next_index: u32,
    /// vodozemac's pickle as JSON.
    pub pickle: Vec<u8>,
    /// When it came.
    pub received: Timestamp,
    /// When it was last made to forget.
    pub advanced: Timestamp,
    /// When a newer one of the same device took its place.
    pub retired: Option<Timestamp>,
}

/// Something to be sent to a whole group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupOutboxRow {
    /// Makes the upload idempotent; another one for each set of recipients.
    pub id: SendId,
    /// To which group.
    pub group: GroupId,
    /// The message it carries; `None` for word of a change.
    pub message: Option<MessageId>,
    /// CBOR of the body.
    pub body: Vec<u8>,
    /// What is uploaded; empty until encrypted.
    pub payload: Vec<u8>,
    /// Accounts that have not taken it yet.
    pub todo: Vec<AccountId>,
    /// Those among them whose mailbox was full.
    pub full: Vec<AccountId>,
    /// Those to whom it is being sent under `id`.
    pub sending: Vec<AccountId>,
    /// Not before this time.
    pub not_before: Timestamp,
}

/// A payload that cannot be opened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupParkedRow {
    /// Names it: SHA-256 of the payload.
    pub hash: Hash,
    /// The tag in front of it.
    pub tag: Tag,
    /// The relay's time.
    pub at: Timestamp,
    /// The payload.
    pub payload: Vec<u8>,
}

/// How far a message of one's own has come with one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupReceiptRow {
    /// Which message.
    pub message: MessageId,
    /// Which member.
    pub account: AccountId,
    /// `Sending`, `Delivered`, `Read` or `Played`.
    pub state: MessageState,
    /// When that was heard.
    pub at: Timestamp,
}

/// Somebody who asks to come into a group by its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupRequestRow {
    /// Into which group.
    pub group: GroupId,
    /// Who.
    pub account: AccountId,
    /// Since when.
    pub at: Timestamp,
}

/// Everything that a step may do to the rows of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupChange {
    /// A group; its chat comes into being with it.
    PutGroup(Box<GroupRow>),
    /// A valid event.
    PutEvent(GroupEventRow),
    /// A secret.
    PutSecret(GroupSecretRow),
    /// This device's session; takes the place of the one before.
    PutSessionOut(Box<GroupSessionOutRow>),
    /// Somebody's session.
    PutSessionIn(Box<GroupSessionInRow>),
    /// Somebody's session goes away.
    DeleteSessionIn {
        /// Which.
        session_id: String,
        /// Whose.
        device: DeviceId,
    },
    /// A message of somebody's session was received.
    PutIndex {
        /// Which session.
        session_id: String,
        /// Whose.
        device: DeviceId,
        /// Which message.
        index: u32,
    },
    /// Something to send; a new one goes to the end, one under another id takes the place of `instead`.
    PutOutbox {
        /// The row.
        row: Box<GroupOutboxRow>,
        /// The id it had before.
        instead: Option<SendId>,
    },
    /// It is answered for by everybody.
    DeleteOutbox(SendId),
    /// A payload that must wait.
    Park(GroupParkedRow),
    /// It waits no more.
    Unpark(Hash),
    /// This person has asked to come into a group, or is in it now.
    PutAsked {
        /// Which.
        group: GroupId,
        /// When; `None` once it has done its work.
        at: Option<Timestamp>,
    },
    /// Somebody asks to come in.
    PutRequest(GroupRequestRow),
    /// They have come in, or were declined; all of a group when its link is another.
    DeleteRequests {
        /// Of which group.
        group: GroupId,
        /// Whose; everybody's without.
        account: Option<AccountId>,
    },
    /// The picture of a group; none takes it away.
    PutPicture {
        /// Of which group.
        group: GroupId,
        /// A JPEG.
        picture: Option<Vec<u8>>,
    },
    /// How far a message has come.
    PutReceipt(GroupReceiptRow),
    /// Parked payloads and secrets from before this time go away, except the secrets in use.
    Prune {
        /// Older than.
        before: Timestamp,
    },
}

/// Reads what this device remembers of groups, uncommitted changes of the current batch included.
pub trait GroupRows {
    /// The group of a chat.
    fn group_of_chat(&self, chat: ChatId) -> Read<Option<GroupRow>>;
    /// A group.
    fn group(&self, group: &GroupId) -> Read<Option<GroupRow>>;
    /// All groups, by chat.
    fn groups(&self) -> Read<Vec<GroupRow>>;
    /// The event that began an epoch.
    fn group_event(&self, group: &GroupId, epoch: u64) -> Read<Option<GroupEventRow>>;
    /// All secrets known of a group, oldest first.
    fn group_secrets(&self, group: &GroupId) -> Read<Vec<GroupSecretRow>>;
    /// The secret whose payloads have this tag.
    fn group_secret_of_tag(&self, tag: &Tag) -> Read<Option<GroupSecretRow>>;
    /// This device's session of a group.
    fn group_session_out(&self, group: &GroupId) -> Read<Option<GroupSessionOutRow>>;
    /// All sessions that were shared under this id.
    fn group_sessions_in(&self, session_id: &str) -> Read<Vec<GroupSessionInRow>>;
    /// All sessions of somebody else's devices.
    fn group_sessions_in_all(&self) -> Read<Vec<GroupSessionInRow>>;
    /// Whether this message of this session was received before.
    fn group_index_seen(&self, session_id: &str, device: &DeviceId, index: u32) -> Read<bool>;
    /// What is to be sent to groups, oldest first.
    fn group_outbox_all(&self) -> Read<Vec<GroupOutboxRow>>;
    /// One of them.
    fn group_outbox(&self, id: &SendId) -> Read<Option<GroupOutboxRow>>;
    /// Payloads with this tag that wait, oldest first.
    fn group_parked(&self, tag: &Tag) -> Read<Vec<GroupParkedRow>>;
    /// How many payloads wait.
    fn group_parked_count(&self) -> Read<u64>;
    /// Groups of which a secret was received and that this device does not know yet.
    fn groups_to_join(&self) -> Read<Vec<GroupId>>;
    /// Whether this person has asked to come into a group.
    fn group_asked(&self, group: &GroupId) -> Read<bool>;
    /// Who asks to come in, first come first.
    fn group_requests(&self, group: &GroupId) -> Read<Vec<GroupRequestRow>>;
    /// How far a message has come with each member.
    fn group_receipts(&self, message: &MessageId) -> Read<Vec<GroupReceiptRow>>;
}
