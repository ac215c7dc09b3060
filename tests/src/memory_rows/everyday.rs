//! Polls, and messages that leave later, in memory.

use std::collections::BTreeMap;

use sotto_machine::{
    poll::{PollChange, PollEnd, PollRows, VoteRow},
    rows::{ChatId, Read},
    schedule::{ScheduleChange, ScheduleRows, ScheduledRow},
};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::MemoryRows;

/// Votes, ends of polls, and what waits for its time.
#[derive(Debug, Clone, Default)]
pub(super) struct Everyday {
    votes: BTreeMap<(AccountId, MessageId, AccountId, u32), VoteRow>,
    ends: BTreeMap<(AccountId, MessageId), PollEnd>,
    scheduled: BTreeMap<MessageId, ScheduledRow>,
}

impl Everyday {
    pub(super) fn apply_poll(&mut self, change: &PollChange) {
        match change {
            PollChange::PutVote(row) => {
                drop(self.votes.insert((row.author, row.id, row.person, row.count), row.clone()));
            }
            PollChange::PutEnd(end) => drop(self.ends.insert((end.author, end.id), *end)),
        }
    }

    pub(super) fn apply_schedule(&mut self, change: &ScheduleChange) {
        match change {
            ScheduleChange::Put(row) => drop(self.scheduled.insert(row.id, (**row).clone())),
            ScheduleChange::Delete(id) => drop(self.scheduled.remove(id)),
        }
    }

    pub(super) fn strip(&mut self, author: &AccountId, id: &MessageId) {
        self.votes.retain(|(a, i, _, _), _| (a, i) != (author, id));
        self.ends.remove(&(*author, *id));
    }

    pub(super) fn merge(&mut self, from: ChatId, into: ChatId) {
        self.votes.values_mut().filter(|row| row.chat == from).for_each(|row| row.chat = into);
        self.scheduled.values_mut().filter(|row| row.chat == from).for_each(|row| row.chat = into);
    }
}

impl MemoryRows {
    /// What counts in a poll: of each person the last choice before the end, unless it was taken back.
    pub fn votes(&self, author: &AccountId, id: &MessageId) -> BTreeMap<AccountId, Vec<u8>> {
        let end = self.everyday.ends.get(&(*author, *id)).map_or(Timestamp::MAX, |end| end.at);
        let in_time =
            self.everyday.votes.values().filter(|row| (row.author, row.id) == (*author, *id) && row.at <= end);
        // By their numbers: the last stands.
        let last: BTreeMap<_, _> = in_time.map(|row| (row.person, row.choice.clone())).collect();
        last.into_iter().filter(|(_, choice)| !choice.is_empty()).collect()
    }

    /// A poll is over.
    pub fn poll_ended(&self, author: &AccountId, id: &MessageId) -> bool {
        self.everyday.ends.contains_key(&(*author, *id))
    }
}

impl PollRows for MemoryRows {
    fn vote(&self, author: &AccountId, id: &MessageId, person: &AccountId) -> Read<Option<VoteRow>> {
        let theirs = (*author, *id, *person, 0)..=(*author, *id, *person, u32::MAX);
        Ok(self.everyday.votes.range(theirs).next_back().map(|(_, row)| row.clone()))
    }
    fn poll_end(&self, author: &AccountId, id: &MessageId) -> Read<Option<PollEnd>> {
        Ok(self.everyday.ends.get(&(*author, *id)).copied())
    }
}

impl ScheduleRows for MemoryRows {
    fn scheduled(&self, id: &MessageId) -> Read<Option<ScheduledRow>> {
        Ok(self.everyday.scheduled.get(id).cloned())
    }
    fn scheduled_in(&self, chat: ChatId) -> Read<Vec<ScheduledRow>> {
        let mut rows: Vec<_> = self.everyday.scheduled.values().filter(|row| row.chat == chat).cloned().collect();
        rows.sort_by_key(|row| (row.at, row.id));
        Ok(rows)
    }
    fn scheduled_between(&self, from: Timestamp, to: Timestamp) -> Read<Vec<ScheduledRow>> {
        let due = self.everyday.scheduled.values().filter(|row| !row.failed && (from..=to).contains(&row.at));
        let mut rows: Vec<_> = due.cloned().collect();
        rows.sort_by_key(|row| (row.at, row.id));
        Ok(rows)
    }
    fn next_scheduled_after(&self, now: Timestamp) -> Read<Option<Timestamp>> {
        let waiting = self.everyday.scheduled.values().filter(|row| !row.failed && row.at > now);
        Ok(waiting.map(|row| row.at).min())
    }
}
