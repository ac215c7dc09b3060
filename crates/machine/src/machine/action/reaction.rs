//! Reactions: one emoji for each person and message.

use sotto_wire::{AccountId, Timestamp};

use super::is_too_far;
use crate::{
    body::Body,
    changes::Change,
    emoji::is_one_emoji,
    machine::context::Step,
    rows::{Content, MessageRow, ReactionRow},
    step::{Event, Rejection, StepError},
};

impl Step<'_> {
    /// A person reacts, or takes their reaction back.
    pub(super) fn react(&mut self, message: &MessageRow, emoji: Option<String>) -> Result<(), StepError> {
        self.check_shared(message)?;
        let Some(count) = self.react_here(message, emoji.clone())? else { return Ok(()) };
        let (author, id) = (message.author, message.id);
        self.tell_conversation(message.chat, &Body::React { author, message: id, emoji, count })
    }

    /// Notes this person's reaction, and answers with its number; `None` when it was that already.
    pub(in crate::machine) fn react_here(
        &mut self,
        message: &MessageRow,
        emoji: Option<String>,
    ) -> Result<Option<u32>, StepError> {
        if emoji.as_deref().is_some_and(|emoji| !is_one_emoji(emoji)) {
            return Err(StepError::NotPossible);
        }
        let known = self.reaction(message, &self.own.account)?;
        if known.as_ref().and_then(|row| row.emoji.as_ref()) == emoji.as_ref() {
            return Ok(None);
        }
        let count = known.map_or(0, |row| row.count).saturating_add(1);
        self.take_reaction(message, self.own.account, self.now, emoji, count)?;
        Ok(Some(count))
    }

    /// Somebody has reacted.
    pub(in crate::machine) fn take_reaction(
        &mut self,
        message: &MessageRow,
        person: AccountId,
        at: Timestamp,
        emoji: Option<String>,
        count: u32,
    ) -> Result<(), StepError> {
        if !matches!(message.content, Content::Post(_)) {
            return Ok(());
        }
        let known = self.reaction(message, &person)?;
        let standing = known.as_ref().map_or((0, &None), |row| (row.count, &row.emoji));
        if is_too_far(count, standing.0) || emoji.as_deref().is_some_and(|emoji| !is_one_emoji(emoji)) {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        if (count, &emoji) <= standing {
            return Ok(());
        }
        let (chat, author, id) = (message.chat, message.author, message.id);
        self.change(Change::PutReaction(ReactionRow { chat, author, id, person, emoji, count, at }));
        self.event(Event::Message { chat, author, id });
        self.event(Event::Chat(chat));
        Ok(())
    }

    fn reaction(&self, message: &MessageRow, person: &AccountId) -> Result<Option<ReactionRow>, StepError> {
        let pending = self.newest(|change| match change {
            Change::PutReaction(row) if (row.author, row.id, row.person) == (message.author, message.id, *person) => {
                Some(row.clone())
            }
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.reaction(&message.author, &message.id, person)?),
        }
    }
}
