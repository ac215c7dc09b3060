//! Subscriptions: a snapshot first, then what changed, at most once per frame.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sotto_machine::{rows::ChatId, step::Event};
use sotto_wire::{AccountId, MessageId};
use tokio::sync::mpsc;

use crate::view::{ChatListUpdate, ChatOp, ChatRow, MessageOp, ThreadPage, ThreadUpdate};

/// Names a subscription.
pub type SubscriptionId = u64;

/// Who listens, and what they have not been told yet.
#[derive(Debug, Default)]
pub(super) struct Feed {
    lists: HashMap<SubscriptionId, Subscriber<ChatListUpdate>>,
    threads: HashMap<SubscriptionId, (ChatId, Subscriber<ThreadUpdate>)>,
    changed: Changed,
}

#[derive(Debug)]
struct Subscriber<T> {
    updates: mpsc::UnboundedSender<T>,
    rev: u64,
}

/// What changed since the last flush.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Rows of the chat list.
    pub(super) chats: BTreeSet<ChatId>,
    /// Chats that are gone.
    pub(super) gone: BTreeSet<ChatId>,
    /// Conversations of which much is gone.
    pub(super) cleared: BTreeSet<ChatId>,
    /// Entries of conversations.
    pub(super) messages: BTreeMap<ChatId, BTreeSet<(AccountId, MessageId)>>,
    /// Entries that are gone.
    pub(super) messages_gone: BTreeMap<ChatId, BTreeSet<MessageId>>,
}

/// What [`Changed`] looks like now.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    /// Ops of the chat list.
    pub(super) list: Vec<ChatOp>,
    /// Ops of each conversation.
    pub(super) threads: HashMap<ChatId, Vec<MessageOp>>,
    /// Conversations to be drawn anew: their newest page.
    pub(super) redrawn: HashMap<ChatId, ThreadPage>,
}

impl Feed {
    pub(super) fn add_list(
        &mut self,
        id: SubscriptionId,
        updates: mpsc::UnboundedSender<ChatListUpdate>,
        items: Vec<ChatRow>,
    ) {
        let _ = updates.send(ChatListUpdate::Snapshot { rev: 0, items });
        self.lists.insert(id, Subscriber { updates, rev: 0 });
    }

    pub(super) fn add_thread(
        &mut self,
        id: SubscriptionId,
        chat: ChatId,
        updates: mpsc::UnboundedSender<ThreadUpdate>,
        page: ThreadPage,
    ) {
        let _ = updates.send(ThreadUpdate::Snapshot { rev: 0, page });
        self.threads.insert(id, (chat, Subscriber { updates, rev: 0 }));
    }

    pub(super) fn remove(&mut self, id: SubscriptionId) {
        self.lists.remove(&id);
        self.threads.remove(&id);
    }

    /// Remembers what an event means for the lists and threads that somebody looks at.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Message { chat, author, id } => {
                self.changed.chats.insert(*chat);
                if self.is_open(*chat) {
                    self.changed.messages.entry(*chat).or_default().insert((*author, *id));
                }
            }
            Event::MessageGone { chat, id } => {
                self.changed.chats.insert(*chat);
                if self.is_open(*chat) {
                    self.changed.messages_gone.entry(*chat).or_default().insert(*id);
                }
            }
            Event::Chat(chat) => {
                self.changed.chats.insert(*chat);
            }
            Event::Cleared(chat) => {
                self.changed.chats.insert(*chat);
                if self.is_open(*chat) {
                    self.changed.cleared.insert(*chat);
                }
            }
            Event::ChatGone(chat) => {
                self.changed.gone.insert(*chat);
            }
            Event::Arrived { .. }
            | Event::Writing { .. }
            | Event::KeysRejected { .. }
            | Event::Call(_)
            | Event::Dropped(_) => {}
        }
    }

    /// Every row may look different: settings or the local names changed.
    pub(super) fn note_all(&mut self, chats: impl IntoIterator<Item = ChatId>) {
        self.changed.chats.extend(chats);
    }

    /// Nothing changed since the last flush. Every change of an entry is one of its chat too.
    pub(super) fn is_current(&self) -> bool {
        self.changed.chats.is_empty() && self.changed.gone.is_empty()
    }

    fn is_open(&self, chat: ChatId) -> bool {
        self.threads.values().any(|(open, _)| *open == chat)
    }

    /// What to read for the next diff; `None` when nobody listens.
    pub(super) fn take_changed(&mut self) -> Option<Changed> {
        let changed = std::mem::take(&mut self.changed);
        self.lists.retain(|_, subscriber| !subscriber.updates.is_closed());
        self.threads.retain(|_, (_, subscriber)| !subscriber.updates.is_closed());
        (!self.lists.is_empty() || !self.threads.is_empty()).then_some(changed)
    }

    /// The threads that somebody looks at.
    pub(super) fn open_threads(&self) -> BTreeSet<ChatId> {
        self.threads.values().map(|(chat, _)| *chat).collect()
    }

    /// One diff for each subscriber that it concerns.
    pub(super) fn publish(&mut self, fresh: &Fresh) {
        if !fresh.list.is_empty() {
            for subscriber in self.lists.values_mut() {
                subscriber.send(|rev| ChatListUpdate::Diff { rev, ops: fresh.list.clone() });
            }
        }
        for (chat, subscriber) in self.threads.values_mut() {
            if let Some(page) = fresh.redrawn.get(chat) {
                subscriber.send(|rev| ThreadUpdate::Snapshot { rev, page: page.clone() });
            } else if let Some(ops) = fresh.threads.get(chat) {
                subscriber.send(|rev| ThreadUpdate::Diff { rev, ops: ops.clone() });
            }
        }
    }
}

impl<T> Subscriber<T> {
    fn send(&mut self, update: impl FnOnce(u64) -> T) {
        self.rev += 1;
        // Closed ones are forgotten at the next change.
        let _ = self.updates.send(update(self.rev));
    }
}
