//! What every transfer needs, and how windows hear of its progress.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sotto_machine::rows::ChatId;
use sotto_store::FilePlace;

use super::Shelf;
use crate::{board::Board, database::Database, net::directory::Directory, view::AppEvent};

/// Between two words about one transfer.
const PAUSE: Duration = Duration::from_millis(100);

/// What every transfer needs; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Carrying {
    pub(crate) shelf: Shelf,
    pub(crate) database: Database,
    pub(crate) directory: Directory,
    pub(crate) board: Arc<Board>,
}

/// Tells the windows how far a transfer has come.
pub(super) struct Progress {
    board: Arc<Board>,
    chat: ChatId,
    at: FilePlace,
    total: u64,
    told: Option<Instant>,
}

impl Progress {
    pub(super) fn new(board: &Arc<Board>, chat: ChatId, at: FilePlace, total: u64) -> Self {
        Self { board: Arc::clone(board), chat, at, total, told: None }
    }

    pub(super) fn tell(&mut self, done: u64) {
        let now = Instant::now();
        if done < self.total && self.told.is_some_and(|told| now < told + PAUSE) {
            return;
        }
        self.told = Some(now);
        self.board.tell(&AppEvent::Transfer {
            chat: self.chat.0,
            order: self.at.position,
            place: self.at.place,
            done,
            total: self.total,
        });
    }
}
