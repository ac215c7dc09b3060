//! Which arrived messages deserve a notification.

use std::collections::BTreeMap;

use sotto_machine::rows::ChatId;
use sotto_wire::{AccountId, MessageId};

/// The newest message of each chat that nobody was looking at.
#[derive(Debug, Default)]
pub(super) struct Notices {
    waiting: BTreeMap<ChatId, (AccountId, MessageId)>,
    /// The chat on a screen that has focus.
    focus: Option<ChatId>,
}

impl Notices {
    pub(super) fn focused(&mut self, chat: Option<ChatId>) {
        self.focus = chat;
        if let Some(chat) = chat {
            self.waiting.remove(&chat);
        }
    }

    /// Of several messages in one frame, or of one catching up, the newest stands for all.
    pub(super) fn arrived(&mut self, chat: ChatId, author: AccountId, id: MessageId) {
        if self.focus != Some(chat) {
            self.waiting.insert(chat, (author, id));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn take(&mut self) -> Vec<(ChatId, AccountId, MessageId)> {
        std::mem::take(&mut self.waiting).into_iter().map(|(chat, (author, id))| (chat, author, id)).collect()
    }
}
