//! One person: the contact panel, presence and the safety number.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is believed of a person's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum TrustView {
    /// No key seen yet.
    Unknown,
    /// The first key seen; nothing compared.
    FirstSeen,
    /// The safety number was compared and matched.
    Verified,
    /// It was verified and the number now belongs to another key: sending is held.
    Violated,
}

/// Online, or last seen, or nothing known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum PresenceView {
    /// Hidden, or not asked yet.
    Unknown,
    /// Connected and in use.
    Online,
    /// Not connected.
    LastSeen {
        /// When (ms since the epoch).
        #[ts(type = "number")]
        at: i64,
    },
}

/// The contact panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct ContactView {
    /// The chat.
    #[ts(type = "number")]
    pub chat: i64,
    /// Shown everywhere: given name, else own name, else number.
    pub title: String,
    /// The name they chose for themselves.
    pub own_name: String,
    /// The name given on this device, if any.
    pub given_name: Option<String>,
    /// Their line about themselves.
    pub about: String,
    /// Number in E.164, if known and confirmed by the relay.
    pub number: Option<String>,
    /// The number as it is written in its country.
    pub number_display: Option<String>,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Avatar colour.
    pub hue: String,
    /// Changes whenever the picture does; 0 means none.
    #[ts(type = "number")]
    pub picture_rev: u64,
    /// What is believed of their key.
    pub trust: TrustView,
    /// A stranger who was not accepted yet.
    pub request: bool,
    /// Oneself.
    pub own: bool,
    /// Nothing from this person is shown and nothing goes to them.
    pub blocked: bool,
    /// Presence.
    pub presence: PresenceView,
}

/// The number two people compare to know that nobody is in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct SafetyNumber {
    /// Twelve groups of five digits; the same on both sides.
    pub digits: Vec<String>,
    /// Seven numbers from 0 to 63, each a sign in the UI's table of emoji; the same on both sides.
    pub signs: Vec<u8>,
    /// What the QR code holds.
    pub qr: String,
}
