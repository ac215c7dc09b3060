//! Frames from a device to its relay.

use minicbor::{Decode, Encode};

use crate::{AccountId, DeliveryToken, DeviceId, SendId};

/// A frame to the relay. Numbers: [`crate::tag::to_relay`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToRelay {
    /// Sealed bytes for other devices.
    Send(Send),
    /// Everything up to here is on this device's disk.
    Ack(Ack),
    /// Whose presence to report from now on; replaces the list before.
    Watch(Watch),
    /// This person's own presence.
    SetPresence(SetPresence),
}

/// Sealed bytes for the devices of one or more accounts. Idempotent by `id` for seven days.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Send {
    /// Drawn by the sender.
    #[n(0)]
    pub id: SendId,
    /// For whom. The recipient's account and, if there are any, the sender's own other devices.
    #[n(1)]
    pub to: Vec<Recipient>,
    /// Deliver now or drop: never stored, never answered.
    #[n(2)]
    pub ephemeral: bool,
    /// A group's message: the same bytes for every device named, stored once. The copies are empty then, and a
    /// recipient that cannot take it is named in the answer instead of stopping the others.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub payload: Option<Vec<u8>>,
}

/// One account of a [`Send`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recipient {
    /// Whose devices.
    #[n(0)]
    pub account: AccountId,
    /// The device list the sender went by; an older one than the relay's is refused.
    #[n(1)]
    pub list_version: u64,
    /// Shows that the recipient knows the sender; absent on a first contact.
    #[n(2)]
    pub token: Option<DeliveryToken>,
    /// One sealed copy for each device.
    #[n(3)]
    pub devices: Vec<SealedFor>,
}

/// The copy for one device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealedFor {
    /// Which device.
    #[n(0)]
    pub device: DeviceId,
    /// Bytes only that device can open; none when the [`Send`] has a payload for all.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

/// Everything delivered on this connection up to `up_to` is committed on the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ack {
    /// The last [`crate::Deliver::seq`] committed.
    #[n(0)]
    pub up_to: u64,
}

/// Whose presence this device wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Watch {
    /// The whole list.
    #[n(0)]
    pub people: Vec<Watched>,
}

/// One person of a [`Watch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Watched {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// Presence is given only against it.
    #[n(1)]
    pub token: DeliveryToken,
}

/// Whether the person is at the computer, and whether others may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SetPresence {
    /// A window has focus.
    #[n(0)]
    pub active: bool,
    /// Shared with others; who does not share is not told either.
    #[n(1)]
    pub shared: bool,
}
