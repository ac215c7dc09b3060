//! What the machine reads of stories.

use sotto_machine::{
    rows::Read,
    story::{StoryRows, ViewerRow},
};
use sotto_wire::{AccountId, MessageId};

use super::answer;
use crate::{batch::Batch, stories};

impl StoryRows for Batch<'_> {
    fn viewer(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<ViewerRow>> {
        answer(stories::viewer(self.db(), author, id, person))
    }

    fn viewers(&self, author: &AccountId, id: &MessageId) -> Read<Vec<ViewerRow>> {
        answer(stories::viewers(self.db(), author, id))
    }

    fn story_count(&self, author: &AccountId) -> Read<u32> {
        answer(stories::count(self.db(), author))
    }
}
