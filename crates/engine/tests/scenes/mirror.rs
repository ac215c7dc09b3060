//! What a window would hold: snapshots with diffs applied, every gap in `rev` an error.

use std::{fmt::Debug, time::Duration};

use sotto_engine::view::{
    AppEvent, AppState, ChatListUpdate, ChatOp, ChatRow, MessageBody, MessageItem, MessageOp, ThreadUpdate,
};
use tokio::{sync::mpsc::UnboundedReceiver, time::timeout};

/// Longer than anything here takes, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// One conversation as a window draws it.
#[derive(Debug)]
pub(crate) struct Thread {
    updates: UnboundedReceiver<ThreadUpdate>,
    rev: Option<u64>,
    pub(crate) items: Vec<MessageItem>,
}

impl Thread {
    pub(crate) fn new(updates: UnboundedReceiver<ThreadUpdate>) -> Self {
        Self { updates, rev: None, items: Vec::new() }
    }

    fn apply(&mut self, update: ThreadUpdate) {
        match update {
            ThreadUpdate::Snapshot { rev, page } => {
                self.rev = Some(rev);
                self.items = page.items;
            }
            ThreadUpdate::Diff { rev, ops } => {
                assert_eq!(Some(rev), self.rev.map(|rev| rev + 1), "a diff is missing");
                self.rev = Some(rev);
                for op in ops {
                    match op {
                        MessageOp::Put { item } => {
                            self.items.retain(|old| old.id != item.id);
                            self.items.push(item);
                            self.items.sort_by_key(|item| item.order);
                        }
                        MessageOp::Remove { id } => self.items.retain(|old| old.id != id),
                    }
                }
            }
        }
    }

    /// Waits until the window looks so.
    pub(crate) async fn until(&mut self, what: &str, looks: impl Fn(&[MessageItem]) -> bool) {
        if self.rev.is_some() && looks(&self.items) {
            return;
        }
        let wait = async {
            loop {
                let update = self.updates.recv().await.expect("the engine runs");
                self.apply(update);
                if looks(&self.items) {
                    return;
                }
            }
        };
        if timeout(PATIENCE, wait).await.is_err() {
            panic!("waited in vain for {what}: {:#?}", self.items);
        }
    }

    /// Waits for a text and returns its entry.
    pub(crate) async fn text(&mut self, text: &str) -> MessageItem {
        self.until(text, |items| items.iter().any(|item| says(item, text))).await;
        self.items.iter().find(|item| says(item, text)).expect("just seen").clone()
    }
}

pub(crate) fn says(item: &MessageItem, wanted: &str) -> bool {
    matches!(&item.body, MessageBody::Text { text } if text == wanted)
}

/// The texts of a conversation, in order.
pub(crate) fn texts(items: &[MessageItem]) -> Vec<&str> {
    let text = |item: &'_ MessageItem| matches!(item.body, MessageBody::Text { .. });
    let texts = items.iter().filter(|item| text(item));
    texts
        .map(|item| match &item.body {
            MessageBody::Text { text } => text.as_str(),
            MessageBody::Notice { .. } | MessageBody::Call { .. } | MessageBody::Deleted => "",
        })
        .collect()
}

/// The chat list as a window draws it.
#[derive(Debug)]
pub(crate) struct List {
    updates: UnboundedReceiver<ChatListUpdate>,
    rev: Option<u64>,
    pub(crate) rows: Vec<ChatRow>,
}

impl List {
    pub(crate) fn new(updates: UnboundedReceiver<ChatListUpdate>) -> Self {
        Self { updates, rev: None, rows: Vec::new() }
    }

    fn apply(&mut self, update: ChatListUpdate) {
        match update {
            ChatListUpdate::Snapshot { rev, items } => {
                self.rev = Some(rev);
                self.rows = items;
            }
            ChatListUpdate::Diff { rev, ops } => {
                assert_eq!(Some(rev), self.rev.map(|rev| rev + 1), "a diff is missing");
                self.rev = Some(rev);
                for op in ops {
                    match op {
                        ChatOp::Put { item } => {
                            self.rows.retain(|old| old.id != item.id);
                            self.rows.push(item);
                        }
                        ChatOp::Remove { id } => self.rows.retain(|old| old.id != id),
                    }
                }
                self.rows.sort_by_key(|row| std::cmp::Reverse(row.order));
            }
        }
    }

    /// Waits until a row looks so, and returns it.
    pub(crate) async fn row(&mut self, what: &str, looks: impl Fn(&ChatRow) -> bool) -> ChatRow {
        let wait = async {
            loop {
                if let Some(row) = self.rows.iter().find(|row| looks(row)) {
                    return row.clone();
                }
                let update = self.updates.recv().await.expect("the engine runs");
                self.apply(update);
            }
        };
        match timeout(PATIENCE, wait).await {
            Ok(row) => row,
            Err(_) => panic!("waited in vain for {what}: {:#?}", self.rows),
        }
    }
}

/// Everything outside the conversations.
#[derive(Debug)]
pub(crate) struct Window {
    events: UnboundedReceiver<AppEvent>,
    pub(crate) state: Option<AppState>,
}

impl Window {
    pub(crate) fn new(events: UnboundedReceiver<AppEvent>) -> Self {
        Self { events, state: None }
    }

    /// Waits for an event and returns what is wanted of it.
    pub(crate) async fn event<T: Debug>(&mut self, what: &str, wanted: impl Fn(&AppEvent) -> Option<T>) -> T {
        let wait = async {
            loop {
                let event = self.events.recv().await.expect("the engine runs");
                match &event {
                    AppEvent::State { state } => self.state = Some(state.clone()),
                    AppEvent::Connection { connection } => {
                        if let Some(state) = &mut self.state {
                            state.connection = *connection;
                        }
                    }
                    _ => {}
                }
                if let Some(found) = wanted(&event) {
                    return found;
                }
            }
        };
        match timeout(PATIENCE, wait).await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for {what}: {:#?}", self.state),
        }
    }

    /// Waits until the state looks so.
    pub(crate) async fn state(&mut self, what: &str, looks: impl Fn(&AppState) -> bool) -> AppState {
        if let Some(state) = self.state.clone().filter(|state| looks(state)) {
            return state;
        }
        let wait = async {
            loop {
                self.event(what, |_| Some(())).await;
                if let Some(state) = self.state.clone().filter(|state| looks(state)) {
                    return state;
                }
            }
        };
        wait.await
    }
}
