//! What a message carries besides its words: a poll, a person, a place; and messages that leave later.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{FileState, PersonView};

/// What a message carries, for where only a sign of it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum PostPart {
    /// A poll; the text is its question.
    Poll,
    /// Somebody one can write to.
    Card,
    /// A point on the earth.
    Place,
    /// Photos that may be looked at once.
    Once,
}

/// What has become of photos that may be looked at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum OnceState {
    /// Nobody has opened them yet; in a group, not everybody.
    Waiting,
    /// They were opened, and are gone.
    Opened,
    /// Nobody has opened them in time, and they are gone.
    Expired,
}

/// Photos that may be looked at once. Nothing of them is drawn: `once_open` gives them, and takes them away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct OnceView {
    /// What has become of them.
    pub state: OnceState,
    /// How many there are; 0 when they are gone.
    pub photos: u32,
    /// How far the one is that is least here; none when they are gone.
    pub file: Option<FileState>,
}

/// A poll; the text of its message is the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct PollView {
    /// In the order in which they are shown.
    pub answers: Vec<PollAnswer>,
    /// A person may choose more than one.
    pub several: bool,
    /// It is over: nobody votes any more.
    pub closed: bool,
    /// How many people have voted.
    pub voters: u32,
}

/// One answer of a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct PollAnswer {
    /// What it says.
    pub text: String,
    /// How many people chose it.
    pub votes: u32,
    /// This person is among them.
    pub mine: bool,
}

/// Who chose an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct PollVotes {
    /// What the answer says.
    pub text: String,
    /// The earliest first.
    pub people: Vec<PersonView>,
}

/// Somebody one can write to, as the sender of the card knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct CardView {
    /// What the sender calls them.
    pub name: String,
    /// One or two letters for the avatar.
    pub initials: String,
    /// Avatar colour, see [`super::Me::hue`].
    pub hue: String,
    /// E.164.
    pub number: String,
    /// The number as people write it.
    pub number_display: String,
    /// It is this person's own card.
    pub me: bool,
}

/// A point on the earth. It does not move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct PlaceView {
    /// Degrees with a point, latitude first.
    pub shown: String,
    /// Millionths of a degree north.
    pub latitude: i32,
    /// Millionths of a degree east.
    pub longitude: i32,
    /// A page with a map of it, for the browser and only when asked.
    pub url: String,
}

/// What has become of a message that is to leave later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum ScheduledState {
    /// Its time is to come.
    Waiting,
    /// Its time came while the program was not running, too long ago to be sent without asking.
    Missed,
    /// Its time came and it could not be sent: somebody is blocked, the number belongs to somebody else, or one may
    /// not write there.
    Failed,
}

/// A message that is to leave later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct ScheduledView {
    /// Under this id it will be sent.
    pub id: String,
    /// What it says.
    pub text: String,
    /// When (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
    /// Whether it still waits.
    pub state: ScheduledState,
}
