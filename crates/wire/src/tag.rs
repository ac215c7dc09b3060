//! The registry of frame numbers. A number is given out once; retired ones stay here with the reason.

/// Frames to the relay.
pub mod to_relay {
    /// [`crate::Send`].
    pub const SEND: u32 = 1;
    /// [`crate::Ack`].
    pub const ACK: u32 = 2;
    /// [`crate::Watch`].
    pub const WATCH: u32 = 3;
    /// [`crate::SetPresence`].
    pub const SET_PRESENCE: u32 = 4;
}

/// Frames from the relay.
pub mod to_client {
    /// [`crate::Welcome`].
    pub const WELCOME: u32 = 1;
    /// [`crate::Accepted`].
    pub const ACCEPTED: u32 = 2;
    /// [`crate::Refused`].
    pub const REFUSED: u32 = 3;
    /// [`crate::Deliver`].
    pub const DELIVER: u32 = 4;
    /// [`crate::Ephemeral`].
    pub const EPHEMERAL: u32 = 5;
    /// [`crate::Expired`].
    pub const EXPIRED: u32 = 6;
    /// [`crate::Presence`].
    pub const PRESENCE: u32 = 7;
    /// [`crate::KeysLow`].
    pub const KEYS_LOW: u32 = 8;
    /// [`crate::ListChanged`].
    pub const LIST_CHANGED: u32 = 9;
    /// [`crate::Draining`].
    pub const DRAINING: u32 = 10;
}
