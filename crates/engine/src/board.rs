//! What every window shows: the state of the program, and who is told when it changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use crate::view::{AppEvent, AppState, Connection, Notification, Settings, Stage};

/// What the owner of the engine is told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "taken apart as soon as it is received")]
pub enum EngineEvent {
    /// The same that each window is told through its own subscription.
    App(AppEvent),
    /// A message came that nobody is looking at.
    Notification(Notification),
    /// What this chat's notification told of was read, or is gone.
    Withdrawn {
        /// Which chat.
        chat: i64,
    },
    /// Somebody calls: it is to be seen wherever this person looks.
    Rings {
        /// Whose chat.
        chat: i64,
    },
}

/// The state of the program and its audience.
#[derive(Debug)]
pub(crate) struct Board {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: AppState,
    owner: mpsc::UnboundedSender<EngineEvent>,
    windows: Vec<mpsc::UnboundedSender<AppEvent>>,
    /// A chat to be opened that no window was there to hear of.
    wanted: Option<AppEvent>,
    focus: bool,
}

impl Board {
    pub(crate) fn new(owner: mpsc::UnboundedSender<EngineEvent>, stage: Stage) -> Self {
        let state = AppState {
            stage,
            me: None,
            settings: None,
            connection: Connection::Idle,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Self { inner: Mutex::new(Inner { state, owner, windows: Vec::new(), wanted: None, focus: false }) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> AppState {
        self.lock().state.clone()
    }

    /// The settings, or what they are before the database is open.
    pub(crate) fn settings(&self) -> Settings {
        self.lock().state.settings.clone().unwrap_or_default()
    }

    /// A window has focus.
    pub(crate) fn has_focus(&self) -> bool {
        self.lock().focus
    }

    /// True if this is news.
    pub(crate) fn set_focus(&self, focus: bool) -> bool {
        std::mem::replace(&mut self.lock().focus, focus) != focus
    }

    /// A window listens. Its first event is the state, and nothing that happens after that is missed.
    pub(crate) fn subscribe(&self) -> mpsc::UnboundedReceiver<AppEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut inner = self.lock();
        let _ = sender.send(AppEvent::State { state: inner.state.clone() });
        if let Some(wanted) = inner.wanted.take() {
            let _ = sender.send(wanted);
        }
        inner.windows.push(sender);
        receiver
    }

    /// Changes the state and shows it, if it is another one afterwards.
    pub(crate) fn update(&self, change: impl FnOnce(&mut AppState)) {
        let mut inner = self.lock();
        let before = inner.state.clone();
        change(&mut inner.state);
        if inner.state != before {
            let state = inner.state.clone();
            inner.tell(&AppEvent::State { state });
        }
    }

    pub(crate) fn connection(&self, connection: Connection) {
        let mut inner = self.lock();
        if inner.state.connection != connection {
            inner.state.connection = connection;
            inner.tell(&AppEvent::Connection { connection });
        }
    }

    pub(crate) fn tell(&self, event: &AppEvent) {
        self.lock().tell(event);
    }

    /// A connection stands.
    pub(crate) fn is_online(&self) -> bool {
        matches!(self.lock().state.connection, Connection::Online { .. })
    }

    /// Somebody calls.
    pub(crate) fn rings(&self, chat: i64) {
        let _ = self.lock().owner.send(EngineEvent::Rings { chat });
    }

    pub(crate) fn withdraw(&self, chat: i64) {
        let _ = self.lock().owner.send(EngineEvent::Withdrawn { chat });
    }

    pub(crate) fn notify(&self, notification: Notification) {
        let _ = self.lock().owner.send(EngineEvent::Notification(notification));
    }
}

impl Inner {
    fn tell(&mut self, event: &AppEvent) {
        let _ = self.owner.send(EngineEvent::App(event.clone()));
        self.windows.retain(|window| window.send(event.clone()).is_ok());
        if self.windows.is_empty() && matches!(event, AppEvent::OpenChat { .. }) {
            self.wanted = Some(event.clone());
        }
    }
}
