//! Stories: what a person shows for a day to those they have chosen.
//!
//! A story lies among the messages, in a conversation of its own that no list shows, so that its files, its end and its
//! reactions are those of a message. It travels alone to each person of its audience; nothing in it names another.

use sotto_wire::{AccountId, MessageId, Timestamp, limits};

use crate::{
    attachment::Kind,
    post::Post,
    rows::{ChatId, Content, MessageRow, Read},
};

/// The conversation in which stories lie. No chat that is given out has this number.
pub const STORIES: ChatId = ChatId(0);
/// How long a story is shown, and its files are kept, by anybody (ms).
pub const STORY_LIFE: u64 = limits::STORY_LIFE;
/// Longest text of a story, in characters.
pub const STORY_CHARS: usize = 280;
/// Colours that a text can stand on.
pub const GROUNDS: u8 = 7;
/// Stories of one person that are shown at one time.
pub(crate) const MOST: u32 = 100;

/// Who is to see a story, of the accepted people in the chat list. Fixed when it is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// All of them.
    Everybody,
    /// All but these.
    Except(Vec<ChatId>),
    /// These.
    Only(Vec<ChatId>),
}

impl Audience {
    pub(crate) fn has(&self, chat: ChatId) -> bool {
        match self {
            Self::Everybody => true,
            Self::Except(chats) => !chats.contains(&chat),
            Self::Only(chats) => chats.contains(&chat),
        }
    }
}

/// What a person does with stories.
#[derive(Debug)]
pub enum StoryInput {
    /// Shows something. The same id again changes nothing.
    Post {
        /// Drawn by the window.
        id: MessageId,
        /// What.
        post: Box<Post>,
        /// To whom.
        audience: Audience,
    },
    /// Somebody's story was on the screen.
    Seen {
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
        /// Tell its author (both sides allow read receipts).
        tell: bool,
    },
    /// Reacts to somebody's story with one emoji, or takes that back.
    React {
        /// Whose.
        author: AccountId,
        /// Which.
        id: MessageId,
        /// The emoji.
        emoji: Option<String>,
    },
    /// Takes one's own story back before its time.
    Delete {
        /// Which.
        id: MessageId,
    },
}

/// One person of the audience of one's own story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewerRow {
    /// Whose story: this account.
    pub author: AccountId,
    /// Which.
    pub id: MessageId,
    /// Who may see it.
    pub person: AccountId,
    /// When they first said that they have.
    pub seen_at: Option<Timestamp>,
}

/// Reads what is remembered of stories.
pub trait StoryRows {
    /// One person of a story's audience.
    fn viewer(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<ViewerRow>>;
    /// A story's whole audience, by account.
    fn viewers(&self, author: &AccountId, id: &MessageId) -> Read<Vec<ViewerRow>>;
    /// How many stories of this person are here.
    fn story_count(&self, author: &AccountId) -> Read<u32>;
}

/// A row is a story and no message of a chat.
pub(crate) fn is_story(message: &MessageRow) -> bool {
    message.chat == STORIES
}

/// A row is a story that is still shown.
pub(crate) fn is_shown(message: &MessageRow, now: Timestamp) -> bool {
    is_story(message)
        && matches!(message.content, Content::Post(_))
        && message.marks.expires_at.is_some_and(|expires_at| now < expires_at)
}

/// A text on a colour, or one picture or film with or without words; nothing else.
pub(crate) fn is_sound(post: &Post) -> bool {
    let bare = Post { text: String::new(), attachments: Vec::new(), ground: None, ..post.clone() } == Post::default();
    let shown = match post.attachments.as_slice() {
        [] => !post.text.trim().is_empty() && post.ground.is_some_and(|ground| ground < GROUNDS),
        [only] => post.ground.is_none() && matches!(only.kind, Kind::Photo | Kind::Video) && only.is_sound(),
        _ => false,
    };
    bare && shown && post.text.chars().count() <= STORY_CHARS
}
