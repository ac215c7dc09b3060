//! Frames from a relay to a device.

use minicbor::{Decode, Encode};

use crate::{AccountId, DeviceId, SendId, Timestamp};

/// A frame from the relay. Numbers: [`crate::tag::to_client`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToClient {
    /// First frame of every connection.
    Welcome(Welcome),
    /// A `Send` is on a disk for every device it was meant for.
    Accepted(Accepted),
    /// A `Send` was not taken; nothing of it is stored.
    Refused(Refused),
    /// A message, in order.
    Deliver(Deliver),
    /// Something that matters only now (typing); not numbered, not acknowledged.
    Ephemeral(Ephemeral),
    /// Messages ran out of their time in the mailbox.
    Expired(Expired),
    /// Somebody watched came or went.
    Presence(Presence),
    /// Few one-time keys are left.
    KeysLow(KeysLow),
    /// A watched account, or one's own, has a newer device list.
    ListChanged(ListChanged),
    /// This relay is about to stop.
    Draining(Draining),
}

/// What a device must know before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Welcome {
    /// The relay's clock.
    #[n(0)]
    pub now: Timestamp,
    /// Messages waiting in the mailbox.
    #[n(1)]
    pub waiting: u64,
    /// One-time keys left.
    #[n(2)]
    pub one_time_keys: u32,
}

/// One tick.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Accepted {
    /// Of which `Send`.
    #[n(0)]
    pub id: SendId,
    /// Devices that could not take it; tried again hourly.
    #[n(1)]
    pub refused: Vec<RefusedDevice>,
    /// The relay's time for it.
    #[n(2)]
    pub at: Timestamp,
}

/// A device that did not take its copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RefusedDevice {
    /// Which.
    #[n(0)]
    pub device: DeviceId,
    /// Why.
    #[n(1)]
    pub reason: RefuseReason,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum RefuseReason {
    /// The sender went by an older (or unknown) device list: fetch it and send again.
    #[n(1)]
    ListChanged,
    /// The mailbox is full.
    #[n(2)]
    MailboxFull,
    /// Larger than a message may be.
    #[n(3)]
    TooLarge,
    /// The account is no longer here (its number was registered anew).
    #[n(4)]
    AccountGone,
    /// The delivery token is not the recipient's (any more).
    #[n(5)]
    TokenRefused,
    /// Too many first contacts or messages; `retry_after` says when.
    #[n(6)]
    RateLimited,
    /// The frame makes no sense.
    #[n(7)]
    Malformed,
    /// The relay cannot store now (its disk is full, say); try again later.
    #[n(8)]
    Unavailable,
}

/// Not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Refused {
    /// Which `Send`.
    #[n(0)]
    pub id: SendId,
    /// Why.
    #[n(1)]
    pub reason: RefuseReason,
    /// Milliseconds after which it is worth trying again.
    #[n(2)]
    pub retry_after: Option<u64>,
}

/// A message from the mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Deliver {
    /// Grows with every message of this mailbox; never used twice.
    #[n(0)]
    pub seq: u64,
    /// The relay's time of acceptance.
    #[n(1)]
    pub at: Timestamp,
    /// Bytes for this device only.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

/// Delivered because the device is connected now.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ephemeral {
    /// The relay's time.
    #[n(0)]
    pub at: Timestamp,
    /// Bytes for this device only.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

/// How many messages ran out of their time (30 days) before this device came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Expired {
    /// How many.
    #[n(0)]
    pub count: u64,
}

/// The relay's own observation of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Presence {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// A device of theirs is connected and in use.
    #[n(1)]
    pub online: bool,
    /// When one last was.
    #[n(2)]
    pub last_seen: Option<Timestamp>,
}

/// Few one-time keys are left: upload more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KeysLow {
    /// How many are left.
    #[n(0)]
    pub remaining: u32,
}

/// There is a newer device list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ListChanged {
    /// Whose.
    #[n(0)]
    pub account: AccountId,
    /// Its version.
    #[n(1)]
    pub version: u64,
}

/// Come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Draining {
    /// Milliseconds to wait before connecting again.
    #[n(0)]
    pub reconnect_after: u64,
}
