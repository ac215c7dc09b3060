//! Taking a message back for everyone, within two days, by its author or, in a group, an admin; and putting one away on this device.

use sotto_wire::{Timestamp, limits};

use super::is_over;
use crate::{
    body::Body,
    changes::Change,
    machine::context::Step,
    rows::{Content, Marks, MessageRow, MessageState},
    step::{Effect, Rejection, StepError},
    story::is_story,
};

impl Step<'_> {
    /// A person takes one of their messages back, or as an admin one of somebody else's.
    pub(super) fn delete_for_all(&mut self, message: &MessageRow) -> Result<(), StepError> {
        if matches!(message.content, Content::Deleted) {
            return Ok(());
        }
        let may = self.may_delete(message.chat, message.author, self.own.account)?;
        if !may || !matches!(message.content, Content::Post(_)) {
            return Err(StepError::NotPossible);
        }
        if matches!(message.state, MessageState::Held | MessageState::Failed(_)) || self.never_left(message)? {
            return self.delete_here(message);
        }
        self.check_shared(message)?;
        if is_over(message, self.now, limits::DELETE_WINDOW) {
            return Err(StepError::TooLate);
        }
        let (chat, author, id) = (message.chat, message.author, message.id);
        self.take_deletion(message, self.now)?;
        self.tell_conversation(chat, &Body::Delete { author, message: id })
    }

    /// Takes a message out of the outbox, if it was not even encrypted yet.
    fn never_left(&mut self, message: &MessageRow) -> Result<bool, StepError> {
        if self.stop_upload(message)? {
            return Ok(true);
        }
        let waiting = self.rows.outbox_of_message(&message.id)?;
        let never = message.state == MessageState::Sending
            && !waiting.is_empty()
            && waiting.iter().all(|row| row.copies.is_empty() && row.fills.is_none());
        if never {
            for row in waiting {
                self.change(Change::DeleteOutbox(row.id));
            }
        }
        Ok(never)
    }

    /// Somebody who may has taken a message back: words, wordings and reactions go, a trace stays.
    pub(super) fn take_deletion(&mut self, message: &MessageRow, at: Timestamp) -> Result<(), StepError> {
        let Content::Post(post) = &message.content else { return Ok(()) };
        if is_over(message, at, limits::DELETE_WINDOW) {
            self.dropped(Rejection::Late);
            return Ok(());
        }
        if message.author == self.own.account && !post.attachments.is_empty() {
            self.effect(Effect::WithdrawFiles(post.attachments.clone()));
        }
        self.change(Change::StripMessage { author: message.author, id: message.id });
        let marks = Marks { relay_at: message.marks.relay_at, ..Marks::default() };
        self.put_message(MessageRow { content: Content::Deleted, unread: false, marks, ..message.clone() });
        Ok(())
    }

    /// Gone from this device, for good.
    pub(super) fn delete_here(&mut self, message: &MessageRow) -> Result<(), StepError> {
        if matches!(message.content, Content::Notice(_)) {
            return Err(StepError::NotPossible);
        }
        if is_story(message) {
            self.drop_story(message)?;
            return Ok(());
        }
        self.stop_upload(message)?;
        self.delete_message(message);
        self.change(Change::PutGone { author: message.author, id: message.id, at: self.now });
        Ok(())
    }
}
