//! Stories in memory.

use std::collections::BTreeMap;

use sotto_machine::{
    rows::{MessageRow, Read},
    story::{STORIES, StoryRows, ViewerRow},
};
use sotto_wire::{AccountId, MessageId};

use super::MemoryRows;

/// Who may see one's own stories.
#[derive(Debug, Clone, Default)]
pub(super) struct Stories {
    viewers: BTreeMap<(AccountId, MessageId, AccountId), ViewerRow>,
}

impl Stories {
    pub(super) fn put(&mut self, row: ViewerRow) {
        self.viewers.insert((row.author, row.id, row.person), row);
    }

    pub(super) fn strip(&mut self, author: &AccountId, id: &MessageId) {
        self.viewers.retain(|(a, i, _), _| (a, i) != (author, id));
    }
}

impl MemoryRows {
    /// All stories that are here, in the order in which they came.
    pub fn stories(&self) -> Vec<MessageRow> {
        self.messages.iter().filter(|(_, row)| row.chat == STORIES).map(|(_, row)| row.clone()).collect()
    }
}

impl StoryRows for MemoryRows {
    fn viewer(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<ViewerRow>> {
        Ok(self.stories.viewers.get(&(*author, *id, *person)).copied())
    }
    fn viewers(&self, author: &AccountId, id: &MessageId) -> Read<Vec<ViewerRow>> {
        let theirs = self.stories.viewers.values().filter(|row| (row.author, row.id) == (*author, *id));
        Ok(theirs.copied().collect())
    }
    fn story_count(&self, author: &AccountId) -> Read<u32> {
        Ok(self.stories().iter().filter(|row| row.author == *author).count().try_into().unwrap_or(u32::MAX))
    }
}
