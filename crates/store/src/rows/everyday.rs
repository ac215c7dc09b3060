//! What the machine reads of polls and of messages that leave later.

use sotto_machine::{
    poll::{PollEnd, PollRows, VoteRow},
    rows::{ChatId, Read},
    schedule::{ScheduleRows, ScheduledRow},
};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::answer;
use crate::{batch::Batch, polls, scheduled};

impl PollRows for Batch<'_> {
    fn vote(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<VoteRow>> {
        answer(polls::vote(self.db(), author, id, person))
    }

    fn poll_end(&self, author: &AccountId, id: &MessageId) -> Read<Option<PollEnd>> {
        answer(polls::end(self.db(), author, id))
    }
}

impl ScheduleRows for Batch<'_> {
    fn scheduled(&self, id: &MessageId) -> Read<Option<ScheduledRow>> {
        answer(scheduled::get(self.db(), id))
    }

    fn scheduled_in(&self, chat: ChatId) -> Read<Vec<ScheduledRow>> {
        answer(scheduled::of_chat(self.db(), chat))
    }

    fn scheduled_between(&self, from: Timestamp, to: Timestamp) -> Read<Vec<ScheduledRow>> {
        answer(scheduled::between(self.db(), from, to))
    }

    fn next_scheduled_after(&self, now: Timestamp) -> Read<Option<Timestamp>> {
        answer(scheduled::next_after(self.db(), now))
    }
}
