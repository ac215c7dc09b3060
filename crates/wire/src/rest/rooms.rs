//! What a device and the relay say to each other about a group call's room, as JSON in the text frames of a WebSocket
//! at [`ROOMS`]. The device is in the room for as long as that connection stands.

use serde::{Deserialize, Serialize};

use crate::{RoomId, RoomSecret};

/// WebSocket, authorised: [`ToRoom`] and [`FromRoom`].
pub const ROOMS: &str = "/v1/rooms";

/// Devices in one room.
pub const ROOM_MEMBERS: usize = 32;
/// Devices in one room that send pictures.
pub const ROOM_PICTURES: usize = 16;

/// From a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToRoom {
    /// First of all: comes into a room.
    Enter(EnterRoom),
    /// Answers [`FromRoom::Offer`].
    Answer {
        /// SDP.
        answer: String,
    },
}

/// Comes into a room.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterRoom {
    /// Which. Drawn by who opens it.
    pub room: RoomId,
    /// Shows that this device was told of the room by somebody in it; what the opener gives is what counts.
    pub secret: RoomSecret,
    /// Opens the room if nobody is in it. Without it an empty room is not found.
    pub open: bool,
    /// What the device sends, and how (SDP).
    pub offer: String,
}

impl std::fmt::Debug for EnterRoom {
    /// Without the description, which holds addresses.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnterRoom").field("room", &self.room).field("open", &self.open).finish_non_exhaustive()
    }
}

/// From the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FromRoom {
    /// The device is in.
    Entered {
        /// Answers the offer (SDP).
        answer: String,
    },
    /// What the others send has changed.
    Offer {
        /// SDP.
        offer: String,
    },
    /// The device is not in, and the connection ends.
    Refused {
        /// Why.
        why: RoomRefusal,
    },
}

/// Why a device does not come into a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomRefusal {
    /// Nobody is in it, or the secret is another one: not told apart.
    NotFound,
    /// [`ROOM_MEMBERS`] are in it.
    Full,
    /// [`ROOM_PICTURES`] send pictures already: without one there is a place.
    PicturesFull,
    /// This account is in as many rooms as it may be, or the relay holds as many as it can.
    TooMany,
    /// What was said makes no sense.
    Malformed,
}
