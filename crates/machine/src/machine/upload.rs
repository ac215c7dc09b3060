//! Messages with files: they lie in the outbox like any other, and leave once their files are at the relay.
//!
//! The row is there from the start, so that what happens to a recipient (another key, an account that is gone) happens
//! to it as well; it never goes to somebody else because an upload took long.

use sotto_wire::{
    MessageId, Timestamp,
    limits::{self, MAX_ATTACHMENTS},
};

use super::context::Step;
use crate::{
    body::Body,
    changes::Change,
    group::rows::{GroupChange, GroupOutboxRow},
    post::Post,
    rows::{AFTER_UPLOAD, Content, Failure, MessageRow, OutboxRow},
    step::{Effect, StepError},
};

/// What waits for the files of one message.
struct Waiting {
    direct: Vec<OutboxRow>,
    groups: Vec<GroupOutboxRow>,
}

impl Step<'_> {
    /// When a body may leave: at once, or once the files of its message are at the relay, which begins here.
    pub(super) fn not_before(&mut self, message: Option<MessageId>, body: &Body) -> Timestamp {
        match (message, body) {
            (Some(message), Body::Post(post)) if !post.attachments.is_empty() => {
                self.effect(Effect::UploadFiles(message));
                AFTER_UPLOAD
            }
            _ => 0,
        }
    }

    /// The files are at the relay.
    pub(super) fn uploaded(&mut self, id: MessageId) -> Result<(), StepError> {
        let Waiting { direct, groups } = self.waiting_for_files(id)?;
        for row in direct {
            let recipient = row.recipient;
            self.change(Change::PutOutbox(Box::new(OutboxRow { not_before: 0, ..row })));
            self.pump(recipient)?;
        }
        let any = !groups.is_empty();
        for row in groups {
            let row = Box::new(GroupOutboxRow { not_before: 0, ..row });
            self.group_change(GroupChange::PutOutbox { row, instead: None });
        }
        if any { self.leave_for_groups() } else { Ok(()) }
    }

    /// They will not be.
    pub(super) fn upload_failed(&mut self, id: MessageId, why: Failure) -> Result<(), StepError> {
        let Waiting { direct, groups } = self.waiting_for_files(id)?;
        for row in direct {
            self.give_up(&row, why)?;
        }
        for row in groups {
            self.group_change(GroupChange::DeleteOutbox(row.id));
            self.fail_message(id, why)?;
        }
        Ok(())
    }

    /// Given up before it left.
    pub(super) fn discard_upload(&mut self, message: &MessageRow) -> Result<(), StepError> {
        if self.stop_upload(message)? {
            self.delete_message(message);
        }
        Ok(())
    }

    /// Takes a message out of what waits for files; whether it was there.
    pub(super) fn stop_upload(&mut self, message: &MessageRow) -> Result<bool, StepError> {
        let Waiting { direct, groups } = self.waiting_for_files(message.id)?;
        if direct.is_empty() && groups.is_empty() {
            return Ok(false);
        }
        for row in direct {
            self.change(Change::DeleteOutbox(row.id));
        }
        for row in groups {
            self.group_change(GroupChange::DeleteOutbox(row.id));
        }
        if let Content::Post(post) = &message.content {
            self.effect(Effect::WithdrawFiles(post.attachments.clone()));
        }
        Ok(true)
    }

    fn waiting_for_files(&self, id: MessageId) -> Result<Waiting, StepError> {
        let mut direct = self.rows.outbox_of_message(&id)?;
        direct.retain(|row| row.not_before == AFTER_UPLOAD);
        let mut groups = self.group_outbox_all()?;
        groups.retain(|row| row.message == Some(id) && row.not_before == AFTER_UPLOAD);
        Ok(Waiting { direct, groups })
    }
}

/// What a person may send.
pub(super) fn check_post(post: &Post) -> Result<(), StepError> {
    if post.text.chars().count() > limits::MAX_TEXT_CHARS {
        return Err(StepError::TextTooLong);
    }
    if !post.is_sound() {
        return Err(StepError::NotPossible);
    }
    check_files(post)
}

/// A message takes so many files and no more, and none that its recipient would leave out.
fn check_files(post: &Post) -> Result<(), StepError> {
    let sound = post.attachments.iter().all(|attachment| attachment.is_sound());
    if sound && post.attachments.len() <= MAX_ATTACHMENTS { Ok(()) } else { Err(StepError::FilesRefused) }
}
