//! What goes into a step and what comes out of it.

mod act;
mod error;
mod rejection;

use sotto_wire::{
    AccountId, DeviceId, GroupId, Hash, MessageId, PhoneNumber, RefuseReason, RefusedDevice, SendId, Timestamp,
    rest::{AccountDevices, ClaimedKeys, KeyUpload, ListUpload},
};

use crate::{
    attachment::Attachment,
    call::{CallEvent, CallInput},
    changes::Change,
    group::input::GroupInput,
    linking::LinkInput,
    post::Post,
    rows::{ChatId, Failure},
    schedule::ScheduleInput,
    seal::{OpenError, SealedPlain},
    story::StoryInput,
};

pub use act::Act;
pub use error::StepError;
pub use rejection::Rejection;

/// Something that happened: a person did something, or the relay said something.
#[derive(Debug)]
pub enum Input {
    /// A person starts a chat with a number that the relay found.
    StartChat {
        /// The number.
        number: PhoneNumber,
        /// Whose it is.
        account: AccountId,
    },
    /// A person sends a message. The same id again changes nothing.
    SendPost {
        /// Where.
        chat: ChatId,
        /// Drawn by the window.
        id: MessageId,
        /// What.
        post: Box<Post>,
    },
    /// "Try again" on a failed message.
    Retry {
        /// Which.
        id: MessageId,
    },
    /// The files of a message are at the relay: it may leave.
    Uploaded {
        /// Which.
        id: MessageId,
    },
    /// The files of a message will not be at the relay.
    UploadFailed {
        /// Which.
        id: MessageId,
        /// Why.
        why: Failure,
    },
    /// A failed or held message is given up, or one whose files are not at the relay yet.
    Discard {
        /// Which.
        id: MessageId,
    },
    /// A person does something to a message.
    Act {
        /// Whose message.
        author: AccountId,
        /// Which.
        id: MessageId,
        /// What.
        act: Act,
    },
    /// A person decides how long messages of a chat stay.
    SetTimer {
        /// Where.
        chat: ChatId,
        /// Seconds after being read; 0 when they stay.
        seconds: u32,
    },
    /// A stranger is accepted.
    AcceptRequest {
        /// Their chat.
        chat: ChatId,
    },
    /// Safety numbers match.
    Verify {
        /// With whom.
        chat: ChatId,
    },
    /// A changed key is accepted without comparing.
    AcceptKey {
        /// Whose.
        chat: ChatId,
    },
    /// The chat with oneself is wanted.
    StartNotes,
    /// Somebody is blocked, or no longer.
    Block {
        /// Their chat.
        chat: ChatId,
        /// Or no longer.
        blocked: bool,
    },
    /// The relay has one's profile and token as they are now: the people one writes with may fetch them.
    ProfilePublished,
    /// Everything up to here was shown on a screen with focus.
    MarkRead {
        /// Where.
        chat: ChatId,
        /// Up to and including this position.
        order: i64,
        /// Tell the sender (both sides allow read receipts).
        tell: bool,
    },
    /// A key was pressed in the composer.
    Typing {
        /// Where.
        chat: ChatId,
    },
    /// A message came and its seal was opened, or could not be.
    Delivered {
        /// For the acknowledgement.
        seq: u64,
        /// The relay's time.
        at: Timestamp,
        /// What was inside.
        opened: Result<SealedPlain, OpenError>,
    },
    /// An ephemeral envelope came.
    Ephemeral {
        /// The relay's time.
        at: Timestamp,
        /// What was inside.
        opened: Result<SealedPlain, OpenError>,
    },
    /// One tick.
    Accepted {
        /// For what.
        id: SendId,
        /// Devices that did not take it.
        refused: Vec<RefusedDevice>,
        /// The relay's time.
        at: Timestamp,
    },
    /// Not taken.
    Refused {
        /// What.
        id: SendId,
        /// Why.
        reason: RefuseReason,
        /// Milliseconds.
        retry_after: Option<u64>,
    },
    /// Answer to [`Effect::FetchDevices`].
    Devices {
        /// Whose.
        account: AccountId,
        /// The relay's answer; `None` when it knows no such account.
        answer: Option<Box<AccountDevices>>,
    },
    /// Answer to [`Effect::ClaimKeys`].
    Claimed {
        /// Whose.
        account: AccountId,
        /// The relay's answer.
        answer: ClaimedKeys,
    },
    /// A fetch or claim did not come through; tried again when connected.
    DirectoryFailed {
        /// Whose.
        account: AccountId,
    },
    /// Answer to [`Effect::LookUp`].
    LookedUp {
        /// The number.
        number: PhoneNumber,
        /// Whose it is now, if it can be found.
        account: Option<AccountId>,
    },
    /// Somebody's device list is newer than the one pinned, says the relay.
    ListChanged {
        /// Whose.
        account: AccountId,
        /// The version it names.
        version: u64,
    },
    /// A connection stands and its `Welcome` has come.
    Connected {
        /// One-time keys left at the relay.
        one_time_keys: u32,
    },
    /// The mailbox is drained: keys may turn over, the outbox may leave.
    Drained,
    /// Few one-time keys are left.
    KeysLow {
        /// How many.
        remaining: u32,
    },
    /// The relay has this device's keys of the turnover with this signed seal key.
    KeysPublished(Hash),
    /// Messages ran out of their time.
    Expired {
        /// How many.
        count: u64,
    },
    /// The time asked for by [`Effect::WakeAt`] has come.
    Tick,
    /// Something about groups.
    Group(GroupInput),
    /// Something about calls.
    Call(CallInput),
    /// Something about messages that leave later.
    Schedule(ScheduleInput),
    /// Something about stories.
    Story(StoryInput),
    /// Something about this account's devices.
    Link(LinkInput),
}

/// What the driver does after the commit. An effect whose outcome matters comes back as an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Everything up to here is committed.
    Acknowledge {
        /// The `seq`.
        up_to: u64,
    },
    /// Seal the copies of this outbox row and send them.
    Upload(SendId),
    /// Bring the files of this message to the relay; the answer is [`Input::Uploaded`] or [`Input::UploadFailed`].
    UploadFiles(MessageId),
    /// Files of a message that never left or was taken back: the relay need not keep those of them that no other message
    /// names.
    WithdrawFiles(Vec<Attachment>),
    /// Seal these bytes and send them as ephemeral.
    SendEphemeral(Box<EphemeralOut>),
    /// `GET` an account's devices.
    FetchDevices(AccountId),
    /// Take a pre-key for each of these devices.
    ClaimKeys {
        /// Whose.
        account: AccountId,
        /// Which.
        devices: Vec<DeviceId>,
    },
    /// Publish keys of this device.
    PublishKeys(Box<KeyUpload>),
    /// Publish this account's renewed list.
    PublishList(Box<ListUpload>),
    /// Whose is this number now?
    LookUp(PhoneNumber),
    /// Fetch and open this person's profile.
    FetchProfile(ChatId),
    /// The people whose presence is wanted have changed.
    WatchAgain,
    /// One's own profile and delivery token have to reach the relay anew, then comes [`Input::ProfilePublished`].
    PublishProfile,
    /// Come back with [`Input::Tick`] at this time, or before.
    WakeAt(Timestamp),
    /// `GET` a group's log.
    FetchGroupLog {
        /// Which group.
        group: GroupId,
        /// From which position on, to its end.
        from: u64,
    },
    /// `POST` an entry to a group's log.
    AppendToGroup {
        /// Which group.
        group: GroupId,
        /// CBOR of the signed [`sotto_wire::GroupAppend`].
        append: Vec<u8>,
    },
}

/// An ephemeral envelope for one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EphemeralOut {
    /// Whose device.
    pub account: AccountId,
    /// Which device.
    pub device: DeviceId,
    /// The pinned list's version.
    pub list_version: u64,
    /// Nonce and ciphertext under the ephemeral key.
    pub bytes: Vec<u8>,
}

/// What the windows are told after the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An entry is new or has changed.
    Message {
        /// Where.
        chat: ChatId,
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
    },
    /// An entry is gone.
    MessageGone {
        /// Where.
        chat: ChatId,
        /// Which.
        id: MessageId,
    },
    /// A message from somebody else came for the first time: worth a notification.
    Arrived {
        /// Where.
        chat: ChatId,
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
        /// It names this person.
        mentioned: bool,
    },
    /// The row of a chat has changed (contact, trust, unread count).
    Chat(ChatId),
    /// A chat was merged into another.
    ChatGone(ChatId),
    /// Much of a chat is gone at once.
    Cleared(ChatId),
    /// Somebody is writing; over after six seconds without another.
    Writing {
        /// Where.
        chat: ChatId,
        /// Who.
        who: AccountId,
    },
    /// Keys that do not agree with what was verified before. Shown and logged, never absorbed.
    KeysRejected {
        /// Whose.
        account: AccountId,
        /// What did not agree.
        why: Rejection,
    },
    /// Something about the call that there is.
    Call(CallEvent),
    /// A received message was not taken. Its bytes are gone; the reason is counted and shown in diagnostics.
    Dropped(Rejection),
}

/// Everything one step wants. Changes first; effects and events only after the commit.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// For the store.
    pub changes: Vec<Change>,
    /// For the driver.
    pub effects: Vec<Effect>,
    /// For the windows.
    pub events: Vec<Event>,
}
