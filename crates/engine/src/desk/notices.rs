//! Which arrived messages deserve a notification.

use std::collections::BTreeMap;

use sotto_machine::rows::ChatId;
use sotto_wire::{AccountId, MessageId};

/// A message that may be announced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) author: AccountId,
    pub(super) id: MessageId,
    /// It names this person.
    pub(super) mentioned: bool,
}

/// The newest message of each chat that nobody was looking at.
#[derive(Debug, Default)]
pub(super) struct Notices {
    waiting: BTreeMap<ChatId, Waiting>,
    /// The message that was announced last in each chat, as long as it is unread.
    announced: BTreeMap<ChatId, (AccountId, MessageId)>,
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

    /// Of several messages in one frame, or of one catching up, the newest stands for all; one that mentions this person
    /// stands for those that do not, since a muted chat may be heard for it alone.
    pub(super) fn arrived(&mut self, chat: ChatId, waiting: Waiting) {
        let stands = self.waiting.get(&chat).is_some_and(|before| before.mentioned && !waiting.mentioned);
        if self.focus != Some(chat) && !stands {
            self.waiting.insert(chat, waiting);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn take(&mut self) -> Vec<(ChatId, AccountId, MessageId)> {
        std::mem::take(&mut self.waiting).into_iter().map(|(chat, one)| (chat, one.author, one.id)).collect()
    }

    /// This one is on the screen now.
    pub(super) fn announce(&mut self, chat: ChatId, author: AccountId, id: MessageId) {
        self.announced.insert(chat, (author, id));
    }

    /// What is on the screen, as far as it is known here.
    pub(super) fn announced(&self) -> Vec<(ChatId, AccountId, MessageId)> {
        self.announced.iter().map(|(chat, (author, id))| (*chat, *author, *id)).collect()
    }

    /// What was announced in this chat needs nobody's attention any more.
    pub(super) fn withdraw(&mut self, chat: ChatId) {
        self.announced.remove(&chat);
    }
}
