//! Where the driver speaks to, after a commit.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use sotto_machine::{
    call::CallEvent,
    rows::ChatId,
    step::{Effect, Rejection},
};
use tokio::sync::{mpsc, watch};

use crate::{board::Board, desk::News, files::Files, net::intake::SealKeys, view::Connection};

/// Where the driver speaks to.
#[derive(Debug, Clone)]
pub(crate) struct Outlets {
    /// For the windows.
    pub(crate) news: mpsc::UnboundedSender<News>,
    /// What must be published some day.
    pub(crate) publications: mpsc::UnboundedSender<Effect>,
    /// What must be looked up some day.
    pub(crate) errands: mpsc::UnboundedSender<Effect>,
    /// What the windows show.
    pub(crate) board: Arc<Board>,
    /// True while a connection stands.
    pub(crate) connected: watch::Sender<bool>,
    /// Kept for opening what comes in.
    pub(crate) seal_keys: SealKeys,
    /// What is to be carried to the relay and from it.
    pub(crate) files: Files,
    /// Whose profile is to be fetched.
    pub(crate) profiles: mpsc::UnboundedSender<ChatId>,
    /// One's own profile is to be published.
    pub(crate) own_profile: mpsc::UnboundedSender<()>,
    /// What is said about calls.
    pub(crate) calls: mpsc::UnboundedSender<CallEvent>,
    /// The relay has signed this device out.
    pub(crate) signed_out: watch::Sender<bool>,
    /// What was dropped, by reason.
    pub(crate) dropped: Dropped,
}

impl Outlets {
    pub(super) fn connection(&self, connection: Connection) {
        self.connected.send_replace(matches!(connection, Connection::Online { .. }));
        self.board.connection(connection);
    }

    pub(super) fn news(&self, news: News) {
        let _ = self.news.send(news);
    }
}

/// Counts received messages that were not taken. Shown in diagnostics; nothing else is kept of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dropped {
    counts: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Dropped {
    pub(super) fn count(&self, why: Rejection) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(why.to_string()).or_default() += 1;
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
