//! What windows, scripts and bots may ask for: one method of [`Handle`] for each command.

mod actions;
mod attachments;
mod calls;
mod chat_look;
mod chat_marks;
mod chats;
mod contacts;
mod gallery;
mod group_calls;
mod groups;
mod invitations;
mod links;
mod messages;
mod once;
mod parts;
mod profile;
mod report;
mod schedule;
mod search;
mod settings;
mod sign_up;
mod storage;
mod stories;
mod trust;
mod voice;

use std::collections::BTreeMap;

use serde::Serialize;
use sotto_machine::rows::ChatId;
use tokio::sync::mpsc;

pub use self::messages::new_message_id;
use crate::{
    Handle,
    desk::News,
    error::{Code, Error},
    number,
    view::{AppEvent, AppState, Country, NumberCheck},
};

/// Counts that help to find a fault and give nothing away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diagnostics {
    /// Received messages that were not taken since the start, by reason. Undecryptable ones are among them.
    pub dropped: BTreeMap<String, u64>,
}

impl Handle {
    /// What to draw now.
    pub fn app_state(&self) -> AppState {
        self.running.board.state()
    }

    /// A window listens to everything outside chat list and threads. Its first event is the state.
    pub fn app_subscribe(&self) -> mpsc::UnboundedReceiver<AppEvent> {
        self.running.board.subscribe()
    }

    /// All countries with their calling codes.
    pub fn countries(&self) -> Vec<Country> {
        number::countries()
    }

    /// What a half-typed number is worth.
    pub fn number_check(&self, region: &str, input: &str) -> NumberCheck {
        number::check(region, input)
    }

    /// "Retry": connect now instead of later.
    ///
    /// # Errors
    /// When the bundled relay has to be started first, and cannot be.
    pub async fn reconnect(&self) -> Result<(), Error> {
        match self.running.member() {
            Ok(member) => {
                member.reconnect();
                Ok(())
            }
            Err(_) => self.running.try_again().await,
        }
    }

    /// A window has focus, or none has: what others are told about one's presence follows.
    pub fn window_focus(&self, focus: bool) {
        if self.running.board.set_focus(focus)
            && let Ok(open) = self.running.open()
        {
            open.tell(News::PresenceChanged);
        }
    }

    /// The last window is gone, and the engine goes on: nobody looks at anything.
    pub fn window_closed(&self) {
        self.window_focus(false);
        if let Ok(open) = self.running.open() {
            open.tell(News::Focus(None));
        }
    }

    /// A notification was clicked: tells every window to open the chat, at a message if one is named.
    pub fn chat_open(&self, chat: i64, order: Option<i64>) {
        self.running.board.tell(&AppEvent::OpenChat { chat, order });
    }

    /// Counts for a bug report.
    pub fn diagnostics(&self) -> Diagnostics {
        Diagnostics { dropped: self.running.open().map(|open| open.dropped.counts()).unwrap_or_default() }
    }

    /// Ends everything. When this returns, the profile can be opened again.
    pub async fn stop(&self) {
        self.running.stop().await;
    }
}

fn missing(what: &str) -> Error {
    Error::new(Code::NotFound, format!("{what} is not there"))
}

fn chat_id(chat: i64) -> ChatId {
    ChatId(chat)
}
