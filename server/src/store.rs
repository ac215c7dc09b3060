//! What must survive a restart: one trait, and what goes through it.
//!
//! Two ways in. The core's reads and writes ([`Store::load`], [`Store::submit`]) keep their order, and a
//! write's answer comes as an [`Input`] once it is fsynced. REST calls get an answer of their own, also
//! only after the commit.

mod files;
pub mod sqlite;

use futures_util::future::BoxFuture;
use sotto_wire::{
    AccountId, CertifiedDevice, DeliveryTokenHash, DeviceId, DeviceTokenHash, GroupAppend, GroupId, Hash, KeyId,
    PhoneNumber, PreKey, PublicKey, SealKey, SendId, Signed, Timestamp,
    rest::{AccountDevices, AccountSettings, ClaimedKey, FoundPerson, GroupLog, Report},
};
use tokio::sync::mpsc::UnboundedSender;

pub use self::files::{FileBegun, FileRow, Files, NewFile};
use crate::relay::{Input, Load, Loaded, Volume, Write, WriteId};

/// Why the store did not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused; nothing was changed.
    #[error("the database refused")]
    Database(#[from] rusqlite::Error),
    /// The transaction was not committed (a full disk, say).
    #[error("the transaction was not committed")]
    NotCommitted,
    /// The store is shut.
    #[error("the store is shut")]
    Shut,
    /// Bytes in the database cannot be read back.
    #[error("the database holds bytes that cannot be read")]
    Corrupt,
    /// Made by a newer version of the relay.
    #[error("the database was made by a newer relay (version {0})")]
    TooNew(u32),
    /// The operating system refused.
    #[error("cannot open the data directory")]
    Directory(#[from] std::io::Error),
}

/// An answer that comes after the commit.
pub type Answer<T> = BoxFuture<'static, Result<T, StoreError>>;

/// Everything the relay remembers.
pub trait Store: Files + Send + Sync + 'static {
    /// Reads for the core.
    fn load(&self, load: Load) -> Answer<Loaded>;
    /// Writes for the core, in order; the answers go to `done`, those of one commit together.
    fn submit(&self, id: WriteId, write: Write, done: &UnboundedSender<Vec<Input>>);
    /// Ids of `Send`s remembered from before, each with the time when it was taken.
    fn remembered_sends(&self) -> Answer<Vec<(SendId, Timestamp)>>;
    /// Deletes what has run out of its time.
    fn sweep(&self, now: Timestamp) -> Answer<Swept>;
    /// Everything submitted before is on the disk.
    fn flush(&self) -> Answer<()>;

    /// The relay's own secrets, drawn at the first start.
    fn secrets(&self) -> Answer<Secrets>;
    /// Whose token this is.
    fn authenticate(&self, device: DeviceId, token: DeviceTokenHash) -> Answer<Option<Caller>>;
    /// Notes that a code is sent, unless it is too soon.
    fn issue_code(&self, code: NewCode) -> Answer<CodeIssued>;
    /// A code could not be sent: it never counts, and another may be asked for as if it had not been.
    fn withdraw_code(&self, number: PhoneNumber, hash: [u8; 32], now: Timestamp) -> Answer<()>;
    /// Registers a device if the code is right.
    fn register(&self, device: NewDevice) -> Answer<Registering>;

    /// Keeps new invitations.
    fn invite(&self, invitations: Vec<Invitation>) -> Answer<()>;
    /// All invitations, oldest first.
    fn invitations(&self) -> Answer<Vec<Invitation>>;
    /// Takes back an invitation that was not used; `false` if there is none.
    fn revoke_invitation(&self, hash: [u8; 32]) -> Answer<bool>;

    /// Keeps a report of somebody; another one of the same person by the same replaces it.
    fn report(&self, reporter: AccountId, report: Report, now: Timestamp) -> Answer<Reported>;
    /// All reports, oldest first.
    fn reports(&self) -> Answer<Vec<StoredReport>>;
    /// The operator has seen to a report; `false` if there is none.
    fn remove_report(&self, id: i64) -> Answer<bool>;

    /// Keys of a device; answers how many one-time keys there are.
    fn publish_keys(&self, device: DeviceId, keys: NewKeys) -> Answer<u32>;
    /// Hands out one pre-key for each device named. A one-time key is deleted for good before the answer.
    fn claim_keys(&self, account: AccountId, devices: Vec<DeviceId>, now: Timestamp) -> Answer<Option<Claimed>>;
    /// The devices of an account.
    fn account_devices(&self, account: AccountId) -> Answer<Option<AccountDevices>>;
    /// Replaces a device list if the new one follows it.
    fn replace_list(&self, list: NewList) -> Answer<ListReplaced>;
    /// Which of these numbers belong to accounts that may be found.
    fn find(&self, numbers: Vec<PhoneNumber>) -> Answer<Vec<FoundPerson>>;
    /// Keeps an encrypted profile.
    fn put_profile(&self, account: AccountId, bytes: Vec<u8>) -> Answer<()>;
    /// An encrypted profile.
    fn profile(&self, account: AccountId) -> Answer<Option<Vec<u8>>>;
    /// Changes what an account lets the relay do.
    fn change_settings(&self, account: AccountId, settings: AccountSettings) -> Answer<()>;

    /// Appends to a group's log if the position is free and the key is the one that may.
    fn append_to_group(&self, append: Signed<GroupAppend>, now: Timestamp) -> Answer<GroupAppending>;
    /// A stretch of a group's log; `None` if there is no such group.
    fn group_log(&self, group: GroupId, from: u64) -> Answer<Option<GroupLog>>;
}

/// What came of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupAppending {
    /// It is in the log.
    Done,
    /// It was there already, at this very position.
    Again,
    /// The position is taken by something else, or not the next one.
    Conflict,
    /// Not signed by the key that may append.
    Rejected,
    /// The log is as long as it may be.
    Full,
}

/// The relay's own secrets.
#[derive(Clone)]
pub struct Secrets {
    /// Keys the hashes of sign-up codes.
    pub code_key: [u8; 32],
    /// Signs standing certificates.
    pub standing_seed: [u8; 32],
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(secret)")
    }
}

/// What a sweep has deleted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Messages that nobody fetched in time.
    pub ran_out: Vec<(DeviceId, Volume)>,
    /// `Send`s whose outcome is no longer remembered.
    pub forgotten: Vec<SendId>,
}

/// A device that has shown its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub device: DeviceId,
    /// What it signs its keys with.
    pub device_key: PublicKey,
    /// One-time keys left.
    pub one_time_keys: u32,
    /// Messages that ran out of their time before it fetched them.
    pub expired: u64,
}

/// A sign-up code to be sent.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Where to.
    pub number: PhoneNumber,
    /// Keyed hash of number and code.
    pub hash: [u8; 32],
    /// Keyed hash of the invitation that is needed for it; `None` if anybody gets one.
    pub invitation: Option<[u8; 32]>,
    /// When.
    pub now: Timestamp,
}

/// Whether a code may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeIssued {
    /// Yes; the next one after so many milliseconds.
    Now {
        /// Milliseconds.
        resend_after: u64,
    },
    /// The last one was too short a time ago.
    TooSoon {
        /// Milliseconds.
        retry_after: u64,
    },
    /// No such invitation, or it does not count any more.
    NotInvited,
}

/// An invitation to a closed relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Keyed hash of it.
    pub hash: [u8; 32],
    /// What the operator has noted, such as for whom it is.
    pub note: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it stops counting.
    pub expires: Timestamp,
    /// When somebody signed up with it.
    pub used: Option<Timestamp>,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// The operator will find it.
    Kept,
    /// Nobody has this account.
    NoSuchAccount,
}

/// A report as the operator finds it. Nothing in it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    /// By this it is removed.
    pub id: i64,
    /// When it came.
    pub at: Timestamp,
    /// Who made it.
    pub reporter: AccountId,
    /// Their number, while they have an account.
    pub reporter_number: Option<String>,
    /// The number of whom it is about, while they have an account.
    pub number: Option<String>,
    /// What it says.
    pub report: Report,
}

/// A device that wants to be registered; everything in it has been verified.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// The number the code went to.
    pub number: PhoneNumber,
    /// Keyed hash of number and code.
    pub code_hash: [u8; 32],
    /// The code must have been asked for with an invitation, which is used up.
    pub only_invited: bool,
    /// The account.
    pub account: AccountId,
    /// Its first list.
    pub list: ListRow,
    /// The device.
    pub device: DeviceId,
    /// Its certificate.
    pub certificate: CertifiedDevice,
    /// The key in it.
    pub device_key: PublicKey,
    /// Its seal key.
    pub seal_key: Signed<SealKey>,
    /// Its fallback key.
    pub fallback: Signed<PreKey>,
    /// Its one-time keys.
    pub one_time: Vec<OneTimeKey>,
    /// Hash of its token.
    pub token: DeviceTokenHash,
    /// Hash of the account's delivery token.
    pub delivery_token: DeliveryTokenHash,
    /// When.
    pub now: Timestamp,
}

/// What came of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registering {
    /// Registered.
    Done {
        /// The account that had this number before.
        closed: Option<AccountId>,
    },
    /// It had been registered just so before.
    Again,
    /// The code is wrong.
    CodeWrong {
        /// Tries left.
        tries_left: u8,
    },
    /// There is no code, or it does not count any more.
    CodeExpired,
    /// The invitation with which the code was asked for does not count any more.
    NotInvited,
    /// The account is registered already, otherwise than this.
    Conflict,
}

/// A one-time key.
#[derive(Debug, Clone)]
pub struct OneTimeKey {
    /// Which.
    pub key_id: KeyId,
    /// Until when it may be handed out.
    pub not_after: Timestamp,
    /// The key.
    pub pre_key: Signed<PreKey>,
}

/// Verified keys of a device.
#[derive(Debug, Clone)]
pub struct NewKeys {
    /// Replaces the seal key.
    pub seal_key: Option<Signed<SealKey>>,
    /// Replaces the fallback key.
    pub fallback: Option<Signed<PreKey>>,
    /// Added.
    pub one_time: Vec<OneTimeKey>,
    /// No more than so many one-time keys are kept.
    pub most: u32,
}

/// Keys handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The keys.
    pub keys: Vec<ClaimedKey>,
    /// One-time keys left to each device.
    pub remaining: Vec<(DeviceId, u32)>,
}

/// A device list as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Its version.
    pub version: u64,
    /// Its hash.
    pub hash: Hash,
    /// Hash of the one before.
    pub prev_hash: Hash,
    /// The devices, with the hash of each one's certificate.
    pub devices: Vec<(DeviceId, Hash)>,
    /// The signed list.
    pub bytes: Vec<u8>,
}

/// A verified list of an account.
#[derive(Debug, Clone)]
pub struct NewList {
    /// Whose.
    pub account: AccountId,
    /// The list.
    pub list: ListRow,
}

/// What came of a new list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListReplaced {
    /// It is the current one now.
    Done,
    /// It was so already.
    Again,
    /// It does not follow the current one, or names a device that is not registered.
    Rejected,
}
