//! What the machine reads of actions.

use sotto_machine::rows::{ActionRows, ChatId, EditRow, MessageRow, PinRow, ReactionRow, Read, TimerRow, WaitingRow};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::answer;
use crate::{batch::Batch, chats, edits, gone, messages, pins, reactions, waiting_actions};

impl ActionRows for Batch<'_> {
    fn reaction(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<ReactionRow>> {
        answer(reactions::get(self.db(), author, id, person))
    }

    fn edits(&self, author: &AccountId, id: &MessageId) -> Read<Vec<EditRow>> {
        answer(edits::of_message(self.db(), author, id))
    }

    fn pin(&self, author: &AccountId, id: &MessageId) -> Read<Option<PinRow>> {
        answer(pins::get(self.db(), author, id))
    }

    fn timer(&self, chat: ChatId) -> Read<Option<TimerRow>> {
        answer(chats::timer(self.db(), chat))
    }

    fn waiting(&self, author: &AccountId, id: &MessageId) -> Read<Vec<WaitingRow>> {
        answer(waiting_actions::of_message(self.db(), author, id))
    }

    fn waiting_count(&self, actor: &AccountId) -> Read<u32> {
        answer(waiting_actions::count(self.db(), actor))
    }

    fn is_gone(&self, author: &AccountId, id: &MessageId) -> Read<bool> {
        answer(gone::has(self.db(), author, id))
    }

    fn expired(&self, now: Timestamp, most: u32) -> Read<Vec<MessageRow>> {
        answer(messages::expired(self.db(), now, most))
    }

    fn traces(&self, before: Timestamp, most: u32) -> Read<Vec<MessageRow>> {
        answer(messages::traces(self.db(), before, most))
    }

    fn next_expiry_after(&self, now: Timestamp) -> Read<Option<Timestamp>> {
        answer(messages::next_expiry_after(self.db(), now))
    }

    fn is_before_key_change(&self, author: &AccountId, id: &MessageId) -> Read<bool> {
        answer(messages::is_before_key_change(self.db(), author, id))
    }
}
