//! Other words for a message, within a day, by its author. Every wording is kept; the one with the greatest number stands.

use sotto_wire::{MessageId, Timestamp, limits};

use super::{is_over, is_too_far};
use crate::{
    body::Body,
    changes::Change,
    machine::context::Step,
    post::Post,
    rows::{Content, EditRow, Marks, MessageRow},
    step::{Rejection, StepError},
};

/// Wordings of one message; further ones are refused.
const MOST_WORDINGS: usize = 100;

impl Step<'_> {
    /// A person gives one of their messages other words.
    pub(super) fn edit(&mut self, message: &MessageRow, post: Post) -> Result<(), StepError> {
        self.check_shared(message)?;
        let Content::Post(current) = &message.content else { return Err(StepError::NotPossible) };
        if post.text.chars().count() > limits::MAX_TEXT_CHARS {
            return Err(StepError::TextTooLong);
        }
        if message.author != self.own.account || says_nothing(&post) || current.is_fixed() {
            return Err(StepError::NotPossible);
        }
        let post = self.with_mentions(message.chat, Post { mentions: post.mentions, ..Post::text(post.text) })?;
        if (&current.text, &current.mentions) == (&post.text, &post.mentions) {
            return Ok(());
        }
        if is_over(message, self.now, limits::EDIT_WINDOW) {
            return Err(StepError::TooLate);
        }
        let (chat, count) = (message.chat, message.marks.edits.saturating_add(1));
        let body = Body::Edit { message: message.id, count, post: post.clone() };
        self.take_edit(message, self.now, count, post)?;
        self.tell_conversation(chat, &body)
    }

    /// The author of a message has given it other words.
    pub(super) fn take_edit(
        &mut self,
        message: &MessageRow,
        at: Timestamp,
        count: u32,
        post: Post,
    ) -> Result<(), StepError> {
        // Taken back stays taken back.
        let Content::Post(current) = &message.content else { return Ok(()) };
        if is_over(message, at, limits::EDIT_WINDOW) {
            self.dropped(Rejection::Late);
            return Ok(());
        }
        let mut wordings = self.wordings(message, current)?;
        let unheard = count == 0 || is_too_far(count, message.marks.edits) || says_nothing(&post) || current.is_fixed();
        let known = wordings.iter().find(|w| w.count == count);
        if unheard || (known.is_none() && wordings.len() >= MOST_WORDINGS) {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        // The same number twice cannot come from one device; if it does, all choose the same of the two.
        if known.is_some_and(|known| known.text >= post.text) {
            return Ok(());
        }
        if wordings.len() == 1
            && let Some(first) = wordings.first()
        {
            self.change(Change::PutEdit(first.clone()));
        }
        let post = self.with_mentions(message.chat, post)?;
        let (text, mentions) = (post.text.clone(), post.mentions.clone());
        let wording = EditRow { author: message.author, id: message.id, count, text, mentions, at };
        wordings.retain(|w| w.count != count);
        wordings.push(wording.clone());
        self.change(Change::PutEdit(wording));
        if count >= message.marks.edits {
            let mentioned = self.is_mentioned(&message.author, &post.mentions);
            let content = Content::Post(current.clone().edited(post));
            let marks = Marks { edits: count, mentioned, ..message.marks };
            self.put_message(MessageRow { content, marks, ..message.clone() });
        }
        Ok(())
    }

    /// The relay has an edit of ours. Came it too late for others, it is undone here too.
    pub(super) fn edit_sent(&mut self, id: MessageId, count: u32, at: Timestamp) -> Result<(), StepError> {
        let Some(message) = self.message(&self.own.account, &id)? else { return Ok(()) };
        if !is_over(&message, at, limits::EDIT_WINDOW) {
            return Ok(());
        }
        let Content::Post(current) = &message.content else { return Ok(()) };
        let mut wordings = self.wordings(&message, current)?;
        wordings.retain(|w| w.count != count);
        self.change(Change::DeleteEdit { author: message.author, id, count });
        let Some(newest) = wordings.iter().max_by_key(|w| w.count) else { return Ok(()) };
        let before = Post { mentions: newest.mentions.clone(), ..Post::text(newest.text.clone()) };
        let content = Content::Post(current.clone().edited(before));
        let marks = Marks { edits: newest.count, ..message.marks };
        if newest.count == 0 {
            self.change(Change::DeleteEdit { author: message.author, id, count: 0 });
        }
        self.put_message(MessageRow { content, marks, ..message });
        Ok(())
    }

    /// All wordings, changes of this step included; the first one is the message itself until there is a second.
    fn wordings(&self, message: &MessageRow, current: &Post) -> Result<Vec<EditRow>, StepError> {
        let mut wordings = self.rows.edits(&message.author, &message.id)?;
        for change in self.changes() {
            match change {
                Change::PutEdit(row) if (row.author, row.id) == (message.author, message.id) => {
                    wordings.retain(|w| w.count != row.count);
                    wordings.push(row.clone());
                }
                Change::DeleteEdit { author, id, count } if (*author, *id) == (message.author, message.id) => {
                    wordings.retain(|w| w.count != *count);
                }
                _ => {}
            }
        }
        if wordings.is_empty() {
            let at = message.marks.relay_at.unwrap_or(message.at);
            let (text, mentions) = (current.text.clone(), current.mentions.clone());
            wordings.push(EditRow { author: message.author, id: message.id, count: 0, text, mentions, at });
        }
        Ok(wordings)
    }
}

/// Other words are words.
fn says_nothing(new: &Post) -> bool {
    new.text.trim().is_empty()
}
