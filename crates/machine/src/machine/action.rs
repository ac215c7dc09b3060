//! What is done to messages and conversations: other words, taking back, reactions, pins, timers.
//!
//! Each action has one function (`take_…`) for everybody: it is given the message of a chat, who acts, and the
//! relay's time, decides by what is remembered alone, and comes to the same end in whatever order, and however
//! often, actions arrive. Where it belongs and who may is decided before, once for all kinds of conversation.

mod deletion;
mod editing;
mod expiry;
mod poll;
mod reaction;
mod shared;

use sotto_wire::{AccountId, MessageId, Timestamp, limits};

use super::context::Step;
use crate::{
    body::Body,
    changes::Change,
    codec,
    rows::{ChatId, Content, Marks, MessageRow, MessageState, OutboxKind, OutboxRow, Trust, WaitingRow},
    step::{Act, Rejection, StepError},
    story::is_story,
};

/// Actions of one person that may wait for their messages.
const MOST_WAITING: u32 = 500;
/// Most traces that go at one connection.
const MOST_TRACES: u32 = 500;
/// Nobody counts further ahead than this: a counter at its end would decide for ever.
const MOST_AHEAD: u32 = 1_000;

impl Step<'_> {
    /// A person does something to a message.
    pub(super) fn act(&mut self, author: AccountId, id: MessageId, act: Act) -> Result<(), StepError> {
        let message = self.message(&author, &id)?.ok_or(StepError::NotFound("message"))?;
        if is_story(&message) {
            return Err(StepError::NotPossible);
        }
        match act {
            Act::Star(starred) => self.star(message, starred),
            Act::DeleteHere => self.delete_here(&message),
            Act::DeleteForAll => self.delete_for_all(&message),
            Act::Edit(post) => self.edit(&message, *post),
            Act::React(emoji) => self.react(&message, emoji),
            Act::Pin(pinned) => self.pin_or_unpin(&message, pinned),
            Act::Vote(choice) => self.vote(&message, choice),
            Act::ClosePoll => self.close_poll(&message),
            Act::Play { tell } => self.play(message, tell),
            Act::OpenOnce => self.open_once(&message),
        }
    }

    /// Kept on this person's devices; nobody else hears of it.
    fn star(&mut self, message: MessageRow, starred: bool) -> Result<(), StepError> {
        if !matches!(message.content, Content::Post(_)) {
            return Err(StepError::NotPossible);
        }
        self.tell_siblings(&Body::StarredHere { author: message.author, message: message.id, starred })?;
        self.put_message(MessageRow { marks: Marks { starred, ..message.marks }, ..message });
        Ok(())
    }

    /// Others can only follow what is done to a message that they have, and that was meant for them.
    fn check_shared(&self, message: &MessageRow) -> Result<(), StepError> {
        let there = !matches!(message.state, MessageState::Held | MessageState::Failed(_));
        let post = matches!(message.content, Content::Post(_));
        // After a number changed hands, nothing of what was said to the one before goes to the one after.
        if there && post && !self.rows.is_before_key_change(&message.author, &message.id)? {
            return Ok(());
        }
        Err(StepError::NotPossible)
    }

    /// Everybody in the conversation is told.
    fn tell_conversation(&mut self, chat: ChatId, body: &Body) -> Result<(), StepError> {
        if let Some(group) = self.group_of_chat(chat)? {
            return self.tell_group(&group, body);
        }
        let mut contact = self.contact(chat)?;
        if contact.trust == Trust::Violated {
            return Err(StepError::NotPossible);
        }
        if !contact.accepted {
            contact = self.accept(contact)?;
        }
        let id = self.new_message_id();
        let row = self.new_row(contact.account, OutboxKind::Action(id), codec::encode(body));
        self.queue_row(OutboxRow { with: Some(contact.account), ..row })?;
        self.pump(contact.account)
    }

    /// Somebody who has a part in this chat has acted. `action` is the id of what they sent.
    pub(super) fn receive_action(
        &mut self,
        chat: ChatId,
        actor: AccountId,
        action: MessageId,
        at: Timestamp,
        body: Body,
    ) -> Result<(), StepError> {
        if let Body::Timer { seconds, count } = body {
            return self.take_timer(chat, actor, action, at, seconds, count);
        }
        let Some((author, id)) = target(&body, actor) else { return Ok(()) };
        if matches!(body, Body::Delete { .. }) && !self.may_delete(chat, author, actor)? {
            self.dropped(Rejection::Authority);
            return Ok(());
        }
        match self.message(&author, &id)? {
            Some(message) if message.chat == chat => self.take(&message, actor, at, body),
            Some(_) => {
                self.dropped(Rejection::Conversation);
                Ok(())
            }
            None if self.rows.is_gone(&author, &id)? => Ok(()),
            None => self.wait_for_message(WaitingRow { chat, author, id, actor, body: codec::encode(&body), at }),
        }
    }

    fn take(&mut self, message: &MessageRow, actor: AccountId, at: Timestamp, body: Body) -> Result<(), StepError> {
        match body {
            Body::Edit { count, post, .. } => self.take_edit(message, at, count, post),
            Body::Delete { .. } => self.take_deletion(message, at),
            Body::React { emoji, count, .. } => self.take_reaction(message, actor, at, emoji, count),
            Body::Pin { pinned, count, .. } => self.take_pin(message, actor, at, pinned, count),
            Body::Vote { choice, count, .. } => self.take_vote(message, actor, at, choice, count),
            Body::ClosePoll { .. } => self.take_end(message, at),
            _ => Ok(()),
        }
    }

    /// Its author takes a message back; in a group, so does an admin or the owner with the messages of those below.
    fn may_delete(&self, chat: ChatId, author: AccountId, actor: AccountId) -> Result<bool, StepError> {
        if author == actor {
            return Ok(true);
        }
        let group = self.group_of_chat(chat)?;
        Ok(group.is_some_and(|group| group.state.moderates(&actor, &author)))
    }

    /// An action has overtaken its message.
    fn wait_for_message(&mut self, row: WaitingRow) -> Result<(), StepError> {
        if self.rows.waiting_count(&row.actor)? >= MOST_WAITING {
            self.dropped(Rejection::Late);
        } else {
            self.change(Change::PutWaiting(row));
        }
        Ok(())
    }

    /// A message has come: what was done to it before is done now.
    pub(super) fn do_waiting(&mut self, chat: ChatId, author: AccountId, id: MessageId) -> Result<(), StepError> {
        let waiting = self.rows.waiting(&author, &id)?;
        if waiting.is_empty() {
            return Ok(());
        }
        self.change(Change::DeleteWaiting { author, id });
        for row in waiting.into_iter().filter(|row| row.chat == chat) {
            let Some(message) = self.message(&author, &id)? else { return Ok(()) };
            if let Ok(body) = codec::decode(&row.body) {
                self.take(&message, row.actor, row.at, body)?;
            }
        }
        Ok(())
    }

    /// Somebody has missed this action of ours. What was done to a message that is gone since helps nobody.
    pub(super) fn is_worth_repeating(&self, body: &[u8]) -> Result<bool, StepError> {
        let Ok(body) = codec::decode::<Body>(body) else { return Ok(false) };
        if let Some(holds) = self.still_holds(&body)? {
            return Ok(holds);
        }
        let Some((author, id)) = target(&body, self.own.account) else { return Ok(true) };
        if matches!(body, Body::Delete { .. }) {
            return Ok(true);
        }
        Ok(self.message(&author, &id)?.is_some_and(|message| matches!(message.content, Content::Post(_))))
    }

    /// The relay has an action of ours, by its own clock.
    pub(in crate::machine) fn action_sent(&mut self, body: &[u8], at: Timestamp) -> Result<(), StepError> {
        match codec::decode(body) {
            Ok(Body::Edit { message, count, .. }) => self.edit_sent(message, count, at),
            Ok(Body::Vote { author, message, count, .. }) => self.vote_sent(author, message, count, at),
            Ok(Body::ClosePoll { message }) => self.end_sent(message, at),
            _ => Ok(()),
        }
    }

    pub(super) fn prune_actions(&mut self) -> Result<(), StepError> {
        // No sender answers for a message that long.
        let gone = self.now.saturating_sub(2 * limits::RECORD_LIFE);
        self.change(Change::PruneActions { waiting: self.now.saturating_sub(limits::ACTION_WAIT), gone });
        for trace in self.rows.traces(gone, MOST_TRACES)? {
            self.delete_message(&trace);
        }
        Ok(())
    }
}

/// The message that is acted on; `None` for what is done to a conversation.
pub(super) fn target(body: &Body, actor: AccountId) -> Option<(AccountId, MessageId)> {
    match body {
        Body::Edit { message, .. } | Body::ClosePoll { message } => Some((actor, *message)),
        Body::Delete { author, message }
        | Body::React { author, message, .. }
        | Body::Pin { author, message, .. }
        | Body::Vote { author, message, .. } => Some((*author, *message)),
        _ => None,
    }
}

/// Between the relay's times. A message that the relay does not have yet has all its time before it.
fn is_over(message: &MessageRow, at: Timestamp, window: u64) -> bool {
    at > message.marks.relay_at.unwrap_or(message.at).saturating_add(window)
}

/// A counter that nobody reaches by acting.
fn is_too_far(count: u32, known: u32) -> bool {
    count > known.saturating_add(MOST_AHEAD)
}
