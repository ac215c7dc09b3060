//! Stories: what people show for a day.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AttachmentView, MessageState, PersonView};
use crate::error::Code;

/// Who is to see a story, of the accepted people in the chat list. Fixed when it is posted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum StoryAudience {
    /// All of them.
    #[default]
    Everybody,
    /// All but these.
    Except {
        /// Their chats.
        #[ts(type = "number[]")]
        chats: Vec<i64>,
    },
    /// These.
    Only {
        /// Their chats.
        #[ts(type = "number[]")]
        chats: Vec<i64>,
    },
}

/// One person with something to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StoryPerson {
    /// Who.
    pub person: PersonView,
    /// Out of the way on this device; nobody else knows.
    pub muted: bool,
    /// Oldest first, never empty.
    pub stories: Vec<StoryView>,
}

/// Something shown for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StoryView {
    /// Hex; for one's own it is the id the UI passed to `story_post`.
    pub id: String,
    /// By this it is named in commands, and its file is loaded with `attachment_load`.
    #[ts(type = "number")]
    pub order: i64,
    /// When it was posted (ms since the epoch).
    #[ts(type = "number")]
    pub at: i64,
    /// When it goes away (ms since the epoch).
    #[ts(type = "number")]
    pub expires_at: i64,
    /// What it says; may be empty beside a picture.
    pub text: String,
    /// The colour that a bare text stands on, 0 to 6.
    pub ground: Option<u8>,
    /// A picture or a film.
    pub file: Option<AttachmentView>,
    /// Was on the screen; one's own always was.
    pub seen: bool,
    /// This person's reaction.
    pub reaction: Option<String>,
    /// How far one's own has come.
    pub state: MessageState,
    /// Why it failed.
    pub failure: Option<Code>,
    /// The audience of one's own; nobody else learns it. Who has seen it first, then the others.
    pub viewers: Vec<StoryViewer>,
}

/// One person of a story's audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct StoryViewer {
    /// Who.
    pub person: PersonView,
    /// When they saw it (ms since the epoch), if both sides tell what they have read.
    #[ts(type = "number | null")]
    pub seen_at: Option<i64>,
    /// Their reaction.
    pub reaction: Option<String>,
}
