//! Who is there: others as the relay reports them, and oneself as the relay is told.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sotto_machine::rows::ChatId;
use sotto_wire::{AccountId, DeliveryToken, Presence, SetPresence, ToRelay, Watch, Watched, limits};

use crate::{
    board::Board,
    database::Database,
    driver::Job,
    view::{AppEvent, PresenceView},
};

/// What is known of each person's presence; shared with the contact panel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    chats: Arc<Mutex<HashMap<ChatId, PresenceView>>>,
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, HashMap<ChatId, PresenceView>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known now.
    pub(crate) fn of(&self, chat: ChatId) -> PresenceView {
        self.lock().get(&chat).copied().unwrap_or(PresenceView::Unknown)
    }

    /// True if this is news.
    fn set(&self, chat: ChatId, presence: PresenceView) -> bool {
        self.lock().insert(chat, presence) != Some(presence)
    }
}

/// A person whose presence may be asked for.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) chat: ChatId,
    pub(super) account: AccountId,
    pub(super) token: DeliveryToken,
}

/// Keeps both sides of presence.
#[derive(Debug, Default)]
pub(super) struct Attendance {
    seen: Seen,
    chats: HashMap<AccountId, ChatId>,
    /// A conversation is on a screen that has focus.
    active: bool,
    /// What the relay was told on this connection.
    told: Option<SetPresence>,
}

impl Attendance {
    pub(super) fn new(seen: Seen) -> Self {
        Self { seen, ..Self::default() }
    }

    pub(super) fn focused(&mut self, active: bool) {
        self.active = active;
    }

    pub(super) fn connected(&mut self, board: &Board, database: &Database) {
        self.told = None;
        self.announce(board, database);
    }

    /// Tells the relay about oneself, if that is another answer than before.
    pub(super) fn announce(&mut self, board: &Board, database: &Database) {
        let active = self.active || board.has_focus();
        let presence = SetPresence { active, shared: board.settings().share_presence };
        if self.told.replace(presence) != Some(presence) {
            database.jobs.send(Job::Frame(ToRelay::SetPresence(presence)));
        }
    }

    /// Asks for the presence of these people, and of nobody else.
    pub(super) fn watch(&mut self, people: Vec<Person>, database: &Database) {
        self.chats = people.iter().map(|person| (person.account, person.chat)).collect();
        let watched = people.into_iter().take(limits::MAX_WATCHED);
        let people = watched.map(|person| Watched { account: person.account, token: person.token }).collect();
        database.jobs.send(Job::Frame(ToRelay::Watch(Watch { people })));
    }

    pub(super) fn came_or_went(&mut self, presence: &Presence, board: &Board) {
        let Some(chat) = self.chats.get(&presence.account).copied() else { return };
        let view = match presence.last_seen {
            _ if presence.online => PresenceView::Online,
            Some(at) => PresenceView::LastSeen { at: i64::try_from(at).unwrap_or(i64::MAX) },
            None => PresenceView::Unknown,
        };
        self.show(chat, view, board);
    }

    /// Nobody is known to be there any more.
    pub(super) fn disconnected(&mut self, board: &Board) {
        self.told = None;
        for chat in self.chats.values() {
            if self.seen.of(*chat) == PresenceView::Online {
                self.show(*chat, PresenceView::Unknown, board);
            }
        }
    }

    fn show(&self, chat: ChatId, presence: PresenceView, board: &Board) {
        if self.seen.set(chat, presence) {
            board.tell(&AppEvent::Presence { chat: chat.0, presence });
        }
    }
}
