//! The program as a whole: which stage it is in, who is signed in, how the connection is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{PresenceView, Settings};

/// Where the program stands; decides which screen is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum Stage {
    /// First start on a computer without a keychain: a passphrase must be chosen.
    SetPassphrase,
    /// The database is there, its key needs the passphrase.
    Unlock,
    /// The database is there, but the keychain no longer has its key. Never a silent new start.
    KeyMissing,
    /// Another Sotto uses this profile.
    ProfileInUse,
    /// Open, but nobody has signed up yet.
    Onboarding {
        /// The relay chosen so far.
        relay: Option<RelayInfo>,
        /// The number a code was sent to, in E.164, if sign-up was interrupted there.
        number: Option<String>,
        /// That number as people of that country write it.
        number_display: Option<String>,
        /// The relay takes only people who have an invitation.
        invitation_needed: bool,
    },
    /// Signed up; only name and picture are still to be chosen.
    ChooseProfile,
    /// Signed in.
    Ready,
    /// The relay has signed this device out (the number was registered elsewhere).
    SignedOut,
}

/// The answer to `app_state`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct AppState {
    /// Which screen to draw.
    pub stage: Stage,
    /// Present from `ChooseProfile` on.
    pub me: Option<Me>,
    /// Present once the database is open.
    pub settings: Option<Settings>,
    /// The connection to the relay.
    pub connection: Connection,
    /// The program's version.
    pub version: String,
}

/// The person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct Me {
    /// Name shown to people one writes to; empty until chosen.
    pub name: String,
    /// A line about oneself; may be empty.
    pub about: String,
    /// The number in E.164 (`+351912345678`).
    pub number: String,
    /// The number as people of that country write it.
    pub number_display: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Avatar colour: `rose`, `clay`, `brass`, `olive`, `moss`, `lagoon`, `slate` or `iris`.
    pub hue: String,
    /// Changes whenever the picture does; 0 means that there is none.
    #[ts(type = "number")]
    pub picture_rev: u64,
    /// Where the relay is.
    pub relay: RelayInfo,
}

/// A relay that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct RelayInfo {
    /// Base address, `https://relay.example` or `http://127.0.0.1:PORT`.
    pub address: String,
    /// Its own name for itself.
    pub name: String,
    /// True for the relay that this program runs as its child.
    pub local: bool,
}

/// The state of the live connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum Connection {
    /// Not signed in yet, so nothing to connect to.
    Idle,
    /// Trying now.
    Connecting,
    /// Connected; `catching_up` while the mailbox is being drained.
    Online {
        /// Older messages are still coming in.
        catching_up: bool,
    },
    /// Waiting to try again.
    Offline {
        /// When the next attempt starts (ms since the epoch).
        #[ts(type = "number")]
        retry_at: u64,
    },
}

/// The answer to `code_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CodeRequested {
    /// The number in E.164.
    pub number: String,
    /// The number as people of that country write it.
    pub number_display: String,
    /// When the code stops working (ms since the epoch).
    #[ts(type = "number")]
    pub expires_at: u64,
    /// When another code may be asked for (ms since the epoch).
    #[ts(type = "number")]
    pub resend_at: u64,
    /// The code itself, only when the relay runs on this computer.
    pub code_shown: Option<String>,
}

/// The answer to `number_check`: what Rust thinks of a half-typed number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct NumberCheck {
    /// A number that exists in that country's plan.
    pub valid: bool,
    /// E.164 when valid.
    pub number: Option<String>,
    /// As people of that country write it, without the country code; what was typed if not valid.
    pub national: String,
    /// Region of the number (`PT`), which may differ from the chosen one if `+` was typed.
    pub region: String,
}

/// A country with its calling code; names come from the UI's `Intl.DisplayNames`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct Country {
    /// ISO 3166 code, `PT`.
    pub region: String,
    /// Calling code without the plus, 351.
    pub calling_code: u16,
}

/// The relay that this program runs itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum LocalRelay {
    /// Being started or started again.
    Starting,
    /// Answers.
    Running,
    /// Died more often than it could be restarted.
    Failed,
}

/// What a notification shows; the shell turns it into a native one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct Notification {
    /// The chat to open on a click.
    #[ts(type = "number")]
    pub chat: i64,
    /// The message's position in it.
    #[ts(type = "number")]
    pub order: i64,
    /// Who wrote.
    pub title: String,
    /// The text, or `None` when the person hides it.
    pub text: Option<String>,
    /// It may make a sound.
    pub sound: bool,
}

/// What happens outside the chat list and the open thread. One channel per window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
#[expect(clippy::large_enum_variant, reason = "the large one comes a few times a day, and boxes would show everywhere")]
pub enum AppEvent {
    /// The stage, the profile or the settings changed: draw from this.
    State {
        /// The whole state.
        state: AppState,
    },
    /// The connection changed.
    Connection {
        /// Its new state.
        connection: Connection,
    },
    /// Somebody came, went or was last seen.
    Presence {
        /// Whose chat.
        #[ts(type = "number")]
        chat: i64,
        /// What is known.
        presence: PresenceView,
    },
    /// Somebody started or stopped writing.
    Typing {
        /// Whose chat.
        #[ts(type = "number")]
        chat: i64,
        /// True while writing.
        writing: bool,
        /// Who, in a group; empty in a chat with one person.
        names: Vec<String>,
    },
    /// The bundled relay changed state.
    LocalRelay {
        /// Its new state.
        state: LocalRelay,
    },
    /// How far a file has come, to the relay or from it.
    Transfer {
        /// In which chat.
        #[ts(type = "number")]
        chat: i64,
        /// `order` of its message.
        #[ts(type = "number")]
        order: i64,
        /// Which of the message's files.
        place: u32,
        /// Bytes so far.
        #[ts(type = "number")]
        done: u64,
        /// Bytes in all; greater than the file, since it travels padded.
        #[ts(type = "number")]
        total: u64,
    },
    /// Somebody shows something, it was seen, or it is gone: ask for `stories` again.
    Stories,
    /// A notification for this chat was clicked.
    OpenChat {
        /// The chat to open.
        #[ts(type = "number")]
        chat: i64,
        /// The message to show in it.
        #[ts(type = "number | null")]
        order: Option<i64>,
    },
    /// What waits to be read has changed: messages in chats that make themselves heard, and chats marked by hand.
    Unread {
        /// How many.
        count: u32,
    },
}
