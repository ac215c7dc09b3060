//! Who is writing just now.

use std::{collections::HashMap, time::Duration};

use sotto_machine::rows::ChatId;
use sotto_wire::{AccountId, limits::TYPING_LIFE};
use tokio::time::Instant;

/// Who is writing in which chats, and until when that is believed.
#[derive(Debug, Default)]
pub(super) struct Writing {
    until: HashMap<(ChatId, AccountId), Instant>,
}

impl Writing {
    /// An envelope came. True if this is news.
    pub(super) fn begin(&mut self, chat: ChatId, who: AccountId, now: Instant) -> bool {
        self.until.insert((chat, who), now + Duration::from_millis(TYPING_LIFE)).is_none()
    }

    /// What was being written has arrived. True if this is news.
    pub(super) fn end(&mut self, chat: ChatId, who: AccountId) -> bool {
        self.until.remove(&(chat, who)).is_some()
    }

    /// When the next one is over.
    pub(super) fn next(&self) -> Option<Instant> {
        self.until.values().min().copied()
    }

    /// Chats in which somebody has stopped.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<ChatId> {
        self.until.extract_if(|_, until| *until <= now).map(|((chat, _), _)| chat).collect()
    }

    /// Who is writing in a chat.
    pub(super) fn of(&self, chat: ChatId) -> Vec<AccountId> {
        let mut people: Vec<_> = self.until.keys().filter(|(at, _)| *at == chat).map(|(_, who)| *who).collect();
        people.sort_unstable();
        people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: AccountId = AccountId([1; 32]);
    const OTHER: AccountId = AccountId([2; 32]);

    #[test]
    fn writing_is_over_after_six_seconds_without_another_key() {
        let (mut writing, start, chat) = (Writing::default(), Instant::now(), ChatId(1));
        assert!(writing.begin(chat, WHO, start));
        assert!(!writing.begin(chat, WHO, start + Duration::from_secs(3)));
        assert_eq!(writing.expire(start + Duration::from_secs(7)), []);
        assert_eq!(writing.expire(start + Duration::from_secs(9)), [chat]);
        assert!(!writing.end(chat, WHO));
    }

    #[test]
    fn a_message_ends_the_writing() {
        let mut writing = Writing::default();
        writing.begin(ChatId(1), WHO, Instant::now());
        assert!(writing.begin(ChatId(1), OTHER, Instant::now()));
        assert!(writing.end(ChatId(1), WHO));
        assert_eq!(writing.of(ChatId(1)), [OTHER]);
    }
}
