//! Votes: what each person chose, by their greatest number; and the end of a poll, which its author says.

use sotto_wire::{AccountId, MessageId, Timestamp};

use super::is_too_far;
use crate::{
    body::Body,
    changes::Change,
    machine::context::Step,
    poll::{Poll, PollChange, PollEnd, VoteRow},
    rows::{Content, MessageRow},
    step::{Event, Rejection, StepError},
};

/// So often one person votes in one poll.
const MOST_VOTES: u32 = 1_000;

impl Step<'_> {
    /// A person votes, votes otherwise, or takes their vote back.
    pub(super) fn vote(&mut self, message: &MessageRow, mut choice: Vec<u8>) -> Result<(), StepError> {
        self.check_shared(message)?;
        choice.sort_unstable();
        choice.dedup();
        let ended = self.poll_end(&message.author, &message.id)?.is_some();
        let known = self.vote_of(message, &self.own.account)?;
        let count = known.as_ref().map_or(0, |row| row.count).saturating_add(1);
        if ended || count > MOST_VOTES || !poll(message).is_some_and(|poll| poll.takes(&choice)) {
            return Err(StepError::NotPossible);
        }
        if known.as_ref().map_or(&[][..], |row| &row.choice) == choice {
            return Ok(());
        }
        let (author, id) = (message.author, message.id);
        self.take_vote(message, self.own.account, self.now, choice.clone(), count)?;
        self.tell_conversation(message.chat, &Body::Vote { author, message: id, choice, count })
    }

    /// Somebody has voted.
    pub(super) fn take_vote(
        &mut self,
        message: &MessageRow,
        person: AccountId,
        at: Timestamp,
        choice: Vec<u8>,
        count: u32,
    ) -> Result<(), StepError> {
        if message.content == Content::Deleted {
            return Ok(());
        }
        let known = self.vote_of(message, &person)?;
        let standing = known.as_ref().map_or((0, &[][..]), |row| (row.count, &row.choice));
        if count == 0
            || count > MOST_VOTES
            || is_too_far(count, standing.0)
            || !poll(message).is_some_and(|poll| poll.takes(&choice))
        {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        if self.poll_end(&message.author, &message.id)?.is_some_and(|end| at > end.at) {
            self.dropped(Rejection::Late);
            return Ok(());
        }
        if (count, &choice[..]) <= standing {
            return Ok(());
        }
        let (chat, author, id) = (message.chat, message.author, message.id);
        self.change(Change::Poll(PollChange::PutVote(VoteRow { chat, author, id, person, choice, count, at })));
        self.event(Event::Message { chat, author, id });
        Ok(())
    }

    /// Its author closes a poll.
    pub(super) fn close_poll(&mut self, message: &MessageRow) -> Result<(), StepError> {
        self.check_shared(message)?;
        if message.author != self.own.account || poll(message).is_none() {
            return Err(StepError::NotPossible);
        }
        if self.poll_end(&message.author, &message.id)?.is_some() {
            return Ok(());
        }
        self.take_end(message, self.now)?;
        self.tell_conversation(message.chat, &Body::ClosePoll { message: message.id })
    }

    /// The author of a poll has closed it. The earliest end stands.
    pub(super) fn take_end(&mut self, message: &MessageRow, at: Timestamp) -> Result<(), StepError> {
        if message.content == Content::Deleted {
            return Ok(());
        }
        if poll(message).is_none() {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        let (chat, author, id) = (message.chat, message.author, message.id);
        if self.poll_end(&author, &id)?.is_none_or(|end| at < end.at) {
            self.change(Change::Poll(PollChange::PutEnd(PollEnd { author, id, at })));
            self.event(Event::Message { chat, author, id });
        }
        Ok(())
    }

    /// The relay has a vote of ours, by its own clock: the end of the poll is measured by that.
    pub(super) fn vote_sent(
        &mut self,
        author: AccountId,
        id: MessageId,
        count: u32,
        at: Timestamp,
    ) -> Result<(), StepError> {
        let Some(message) = self.message(&author, &id)? else { return Ok(()) };
        let Some(row) = self.vote_of(&message, &self.own.account)?.filter(|row| row.count == count) else {
            return Ok(());
        };
        self.change(Change::Poll(PollChange::PutVote(VoteRow { at, ..row })));
        self.event(Event::Message { chat: message.chat, author, id });
        Ok(())
    }

    /// The relay has the end of a poll of ours, by its own clock.
    pub(super) fn end_sent(&mut self, id: MessageId, at: Timestamp) -> Result<(), StepError> {
        let author = self.own.account;
        if self.poll_end(&author, &id)?.is_some() {
            self.change(Change::Poll(PollChange::PutEnd(PollEnd { author, id, at })));
        }
        Ok(())
    }

    fn vote_of(&self, message: &MessageRow, person: &AccountId) -> Result<Option<VoteRow>, StepError> {
        let pending = self.newest(|change| match change {
            Change::Poll(PollChange::PutVote(row))
                if (row.author, row.id, row.person) == (message.author, message.id, *person) =>
            {
                Some(row.clone())
            }
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.vote(&message.author, &message.id, person)?),
        }
    }

    fn poll_end(&self, author: &AccountId, id: &MessageId) -> Result<Option<PollEnd>, StepError> {
        let pending = self.newest(|change| match change {
            Change::Poll(PollChange::PutEnd(end)) if (end.author, end.id) == (*author, *id) => Some(*end),
            _ => None,
        });
        match pending {
            Some(end) => Ok(Some(end)),
            None => Ok(self.rows.poll_end(author, id)?),
        }
    }
}

fn poll(message: &MessageRow) -> Option<&Poll> {
    match &message.content {
        Content::Post(post) => post.poll.as_ref(),
        _ => None,
    }
}
