//! Bytes on the wire between Sotto devices and relays: identifiers, signed objects, frames and REST bodies.
//!
//! This crate knows nothing else: no sockets, no storage, no decryption. Both halves of the product lean
//! on it, so a field that is not here cannot travel. Frames are CBOR with numbered fields; every number
//! is registered once in [`tag`] and never reused; unknown fields are ignored. The protocol is described
//! in `docs/protocol.md`.
//!
//! ```
//! use sotto_wire::{Ack, ToRelay, decode_to_relay, encode_to_relay};
//!
//! let bytes = encode_to_relay(&ToRelay::Ack(Ack { up_to: 7 }));
//! assert!(matches!(decode_to_relay(&bytes), Ok(ToRelay::Ack(Ack { up_to: 7 }))));
//! ```

#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod codec;
mod group;
mod id;
mod identity;
pub mod limits;
mod phone;
mod reach;
pub mod rest;
mod signed;
pub mod tag;
mod to_client;
mod to_relay;

pub use codec::{DecodeError, decode_to_client, decode_to_relay, encode_to_client, encode_to_relay};
pub use group::GroupAppend;
pub use id::{
    AccountId, DeliveryToken, DeliveryTokenHash, DeviceId, DeviceToken, DeviceTokenHash, FileId, GroupId, Hash,
    IdError, KeyId, MessageId, PublicKey, RoomId, RoomSecret, RoomSecretHash, SendId, Signature,
};
pub use identity::{
    CertifiedDevice, DeviceCert, DeviceList, ListedDevice, PreKey, PreKeyKind, SUITE, SealKey, StandingCert,
};
pub use phone::{PhoneNumber, PhoneNumberError};
pub use reach::is_of_the_world;
pub use signed::{SignatureError, Signed, SignedObject};
pub use to_client::{
    Accepted, Deliver, Draining, Ephemeral, Expired, KeysLow, ListChanged, Presence, RefuseReason, Refused,
    RefusedDevice, ToClient, Welcome,
};
pub use to_relay::{Ack, Recipient, SealedFor, Send, SetPresence, ToRelay, Watch, Watched};

/// Milliseconds since the Unix epoch. The relay's clock orders time windows; a device's clock is only shown.
pub type Timestamp = u64;
