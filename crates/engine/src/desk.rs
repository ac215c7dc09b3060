//! The desk between the driver and the windows: subscriptions, typing, presence and notifications.
//!
//! One task. It hears of every commit in order, reads what changed and tells the windows, at most once
//! per frame. It decides nothing about messages; what it knows besides may be forgotten at any time.

mod drawing;
mod feed;
mod notices;
mod presence;
mod writing;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use sotto_machine::{rows::ChatId, step::Event, story::STORIES};
use sotto_wire::Presence;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};

pub use self::feed::SubscriptionId;
pub(crate) use self::{drawing::chat_row, presence::Seen};
use self::{
    feed::Feed,
    notices::{Notices, Waiting},
    presence::Attendance,
    writing::Writing,
};
use crate::{
    board::Board,
    clock::Clock,
    database::Database,
    error::Error,
    view::{AppEvent, ChatListUpdate, ThreadUpdate},
};

/// A frame of the screen.
const FRAME: Duration = Duration::from_millis(16);

/// What the desk is told.
#[derive(Debug)]
pub(crate) enum News {
    /// After a commit.
    Events(Vec<Event>),
    /// Names, pictures or settings changed on this device: these rows look different.
    Redraw(Vec<ChatId>),
    /// Somebody came or went.
    Presence(Presence),
    /// A connection stands.
    Connected,
    /// The mailbox is drained.
    Drained,
    /// The connection is over.
    Disconnected,
    /// The people whose presence is wanted have changed.
    WatchAgain,
    /// Whether a window has focus, or what may be shared, has changed.
    PresenceChanged,
    /// What is on a screen that has focus.
    Focus(Option<ChatId>),
    /// A window wants the chat list.
    ChatsWanted {
        /// By this name it is unsubscribed.
        id: SubscriptionId,
        /// Takes a snapshot, then diffs.
        updates: mpsc::UnboundedSender<ChatListUpdate>,
        /// Answered once the snapshot is sent.
        done: oneshot::Sender<Result<(), Error>>,
    },
    /// A window wants a conversation.
    ThreadWanted {
        /// By this name it is unsubscribed.
        id: SubscriptionId,
        /// Which one.
        chat: ChatId,
        /// Around this position, else at the first unread, else the newest.
        around: Option<i64>,
        /// Takes a snapshot, then diffs.
        updates: mpsc::UnboundedSender<ThreadUpdate>,
        /// Answered once the snapshot is sent.
        done: oneshot::Sender<Result<(), Error>>,
    },
    /// A window looks away.
    Unsubscribed(SubscriptionId),
}

/// See the module.
pub(crate) struct Desk {
    board: Arc<Board>,
    database: Database,
    feed: Feed,
    writing: Writing,
    /// Chats in which somebody has begun to write or stopped, and nobody was told yet.
    typed: BTreeSet<ChatId>,
    attendance: Attendance,
    notices: Notices,
    clock: Arc<dyn Clock>,
    /// What the windows were last told.
    unread: Option<u32>,
    /// When the next diff is due.
    flush_at: Option<Instant>,
    caught_up: bool,
    /// Stories look different, and nobody was told yet.
    stories: bool,
}

impl Desk {
    pub(crate) fn new(board: Arc<Board>, database: Database, seen: Seen, clock: Arc<dyn Clock>) -> Self {
        Self {
            board,
            database,
            feed: Feed::default(),
            writing: Writing::default(),
            typed: BTreeSet::new(),
            attendance: Attendance::new(seen),
            notices: Notices::default(),
            clock,
            unread: None,
            flush_at: None,
            caught_up: true,
            stories: false,
        }
    }

    /// Works until nobody can tell any news.
    pub(crate) async fn run(mut self, mut news: mpsc::UnboundedReceiver<News>) {
        loop {
            let next = self.flush_at.into_iter().chain(self.writing.next()).min();
            tokio::select! {
                item = news.recv() => match item {
                    Some(item) => self.take(item).await,
                    None => return,
                },
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => self.due().await,
            }
        }
    }

    async fn take(&mut self, news: News) {
        match news {
            News::Events(events) => {
                events.iter().for_each(|event| self.hear(event));
                self.tell_writing().await;
            }
            News::Redraw(chats) => self.feed.note_all(chats),
            News::Presence(presence) => self.attendance.came_or_went(&presence, &self.board),
            News::Connected => {
                self.caught_up = false;
                self.attendance.connected(&self.board, &self.database);
                self.watch_again().await;
            }
            News::Drained => self.caught_up = true,
            News::Disconnected => {
                self.caught_up = true;
                self.attendance.disconnected(&self.board);
            }
            News::WatchAgain => self.watch_again().await,
            News::PresenceChanged => self.attendance.announce(&self.board, &self.database),
            News::Focus(chat) => {
                self.notices.focused(chat);
                self.attendance.focused(chat.is_some());
                self.attendance.announce(&self.board, &self.database);
            }
            News::ChatsWanted { id, updates, done } => {
                let items = drawing::chat_list(&self.database, self.board.settings()).await;
                let result = items.map(|items| self.feed.add_list(id, updates, items));
                let _ = done.send(result);
            }
            News::ThreadWanted { id, chat, around, updates, done } => {
                let page = drawing::opening_page(&self.database, self.board.settings(), chat, around).await;
                let result = page.map(|page| self.feed.add_thread(id, chat, updates, page));
                let _ = done.send(result);
            }
            News::Unsubscribed(id) => self.feed.remove(id),
        }
        if self.flush_at.is_none() && !(self.feed.is_current() && self.notices.is_empty() && !self.stories) {
            self.flush_at = Some(Instant::now() + FRAME);
        }
    }

    fn hear(&mut self, event: &Event) {
        if let Event::Message { chat: STORIES, .. }
        | Event::MessageGone { chat: STORIES, .. }
        | Event::Arrived { chat: STORIES, .. }
        | Event::Chat(STORIES) = event
        {
            self.stories = true;
            return;
        }
        self.feed.note(event);
        match event {
            Event::Arrived { chat, author, id, mentioned } => {
                self.notices.arrived(*chat, Waiting { author: *author, id: *id, mentioned: *mentioned });
                if self.writing.end(*chat, *author) {
                    self.typed.insert(*chat);
                }
            }
            Event::Writing { chat, who } if self.writing.begin(*chat, *who, Instant::now()) => {
                self.typed.insert(*chat);
            }
            _ => {}
        }
    }

    async fn due(&mut self) {
        self.typed.extend(self.writing.expire(Instant::now()));
        self.tell_writing().await;
        if self.flush_at.is_some_and(|at| at <= Instant::now()) {
            self.flush_at = None;
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        let settings = self.board.settings();
        if std::mem::take(&mut self.stories) {
            self.board.tell(&AppEvent::Stories);
        }
        if !self.feed.is_current() {
            self.count_unread().await;
            self.withdraw_seen().await;
        }
        if let Some(changed) = self.feed.take_changed() {
            let redraw = if changed.gone.is_empty() { BTreeSet::new() } else { self.feed.open_threads() };
            match drawing::draw(&self.database, settings.clone(), changed, redraw).await {
                Ok(fresh) => self.feed.publish(&fresh),
                // A window that misses a diff sees the gap in `rev` with the next one.
                Err(error) => tracing::error!(%error, "a change could not be drawn"),
            }
        }
        // While catching up there would be one for every message of last night.
        if self.caught_up {
            for (chat, author, id) in self.notices.take() {
                if let Ok(Some(notification)) =
                    drawing::notification(&self.database, settings.clone(), self.clock.now(), (chat, author, id)).await
                {
                    self.notices.announce(chat, author, id);
                    self.board.notify(notification);
                }
            }
        }
    }

    /// Who is writing now, where that has changed.
    async fn tell_writing(&mut self) {
        for chat in std::mem::take(&mut self.typed) {
            let people = self.writing.of(chat);
            let writing = !people.is_empty();
            match drawing::writers(&self.database, chat, people).await {
                Ok(names) => self.board.tell(&AppEvent::Typing { chat: chat.0, writing, names }),
                Err(error) => tracing::error!(%error, "who is writing is not told"),
            }
        }
    }

    /// The tray shows it also when there is no window.
    async fn count_unread(&mut self) {
        let now = self.clock.now();
        match self.database.read(move |queries| queries.unread_total(now)).await {
            Ok(count) if self.unread != Some(count) => {
                self.unread = Some(count);
                self.board.tell(&AppEvent::Unread { count });
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "what is unread was not counted"),
        }
    }

    /// Nobody is to be called to what was read or deleted meanwhile.
    async fn withdraw_seen(&mut self) {
        let announced = self.notices.announced();
        if announced.is_empty() {
            return;
        }
        match drawing::seen(&self.database, announced).await {
            Ok(seen) => seen.into_iter().for_each(|chat| {
                self.notices.withdraw(chat);
                self.board.withdraw(chat.0);
            }),
            Err(error) => tracing::error!(%error, "notifications of what was read stay"),
        }
    }

    async fn watch_again(&mut self) {
        match drawing::watched(&self.database).await {
            Ok(people) => self.attendance.watch(people, &self.database),
            Err(error) => tracing::error!(%error, "nobody is watched"),
        }
    }
}
