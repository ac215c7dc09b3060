//! Who is writing just now.

use std::{collections::HashMap, time::Duration};

use sotto_machine::rows::ChatId;
use sotto_wire::limits::TYPING_LIFE;
use tokio::time::Instant;

/// Chats whose other side is writing, and until when that is believed.
#[derive(Debug, Default)]
pub(super) struct Writing {
    until: HashMap<ChatId, Instant>,
}

impl Writing {
    /// An envelope came. True if this is news.
    pub(super) fn begin(&mut self, chat: ChatId, now: Instant) -> bool {
        self.until.insert(chat, now + Duration::from_millis(TYPING_LIFE)).is_none()
    }

    /// What was being written has arrived. True if this is news.
    pub(super) fn end(&mut self, chat: ChatId) -> bool {
        self.until.remove(&chat).is_some()
    }

    /// When the next one is over.
    pub(super) fn next(&self) -> Option<Instant> {
        self.until.values().min().copied()
    }

    /// Those that are over.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<ChatId> {
        self.until.extract_if(|_, until| *until <= now).map(|(chat, _)| chat).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_is_over_after_six_seconds_without_another_key() {
        let (mut writing, start, chat) = (Writing::default(), Instant::now(), ChatId(1));
        assert!(writing.begin(chat, start));
        assert!(!writing.begin(chat, start + Duration::from_secs(3)));
        assert_eq!(writing.expire(start + Duration::from_secs(7)), []);
        assert_eq!(writing.expire(start + Duration::from_secs(9)), [chat]);
        assert!(!writing.end(chat));
    }

    #[test]
    fn a_message_ends_the_writing() {
        let mut writing = Writing::default();
        writing.begin(ChatId(1), Instant::now());
        assert!(writing.end(ChatId(1)));
        assert_eq!(writing.next(), None);
    }
}
