//! Messages that leave by themselves when their time has come, or say that they could not.

use sotto_wire::{MessageId, Timestamp, limits};

use super::context::Step;
use crate::{
    changes::Change,
    post::Post,
    rows::{ChatId, Notice},
    schedule::{LATE, LATEST, ScheduleChange, ScheduleInput, ScheduledRow},
    step::{Effect, Event, StepError},
};

/// Messages that may wait in one chat.
const MOST: usize = 100;
/// How far ahead a message may be put.
const FURTHEST: u64 = 366 * limits::DAY;

impl Step<'_> {
    pub(super) fn schedule(&mut self, input: ScheduleInput) -> Result<(), StepError> {
        match input {
            ScheduleInput::Put { chat, id, at, post } => self.schedule_post(chat, id, at, *post),
            ScheduleInput::Move { id, at } => {
                let row = self.waiting_message(&id)?;
                self.check_time(at)?;
                let recipient = self.recipient(row.chat)?;
                self.put_scheduled(ScheduledRow { at, recipient, failed: false, ..row });
                Ok(())
            }
            ScheduleInput::Cancel { id } => {
                let row = self.waiting_message(&id)?;
                self.unschedule(&row);
                Ok(())
            }
            ScheduleInput::SendNow { id } => {
                let row = self.waiting_message(&id)?;
                self.send_post(row.chat, row.id, row.post.clone())?;
                self.unschedule(&row);
                Ok(())
            }
        }
    }

    fn schedule_post(&mut self, chat: ChatId, id: MessageId, at: Timestamp, post: Post) -> Result<(), StepError> {
        if post.text.chars().count() > limits::MAX_TEXT_CHARS {
            return Err(StepError::TextTooLong);
        }
        self.check_time(at)?;
        let waiting = self.rows.scheduled_in(chat)?;
        if post.is_empty() || !post.is_sound() || waiting.iter().filter(|row| row.id != id).count() >= MOST {
            return Err(StepError::NotPossible);
        }
        let recipient = self.recipient(chat)?;
        self.put_scheduled(ScheduledRow { id, chat, recipient, at, post, failed: false });
        Ok(())
    }

    fn check_time(&self, at: Timestamp) -> Result<(), StepError> {
        match at > self.now && at <= self.now.saturating_add(FURTHEST) {
            true => Ok(()),
            false => Err(StepError::NotPossible),
        }
    }

    /// Whose chat this is now; `None` in a group.
    fn recipient(&self, chat: ChatId) -> Result<Option<sotto_wire::AccountId>, StepError> {
        match self.group_of_chat(chat)? {
            Some(_) => Ok(None),
            None => Ok(Some(self.contact(chat)?.account)),
        }
    }

    /// Sends what is due, and asks to be woken for what comes next.
    pub(super) fn send_scheduled(&mut self) -> Result<(), StepError> {
        for row in self.rows.scheduled_between(self.now.saturating_sub(LATEST), self.now)? {
            if self.recipient(row.chat).is_ok_and(|now| now == row.recipient) {
                match self.send_post(row.chat, row.id, row.post.clone()) {
                    Ok(()) => self.was_scheduled(&row),
                    Err(error @ (StepError::Rows(_) | StepError::Corrupt(_))) => return Err(error),
                    // Blocked since, or not allowed to write there any more.
                    Err(_) => self.put_scheduled(ScheduledRow { failed: true, ..row }),
                }
            } else {
                self.put_scheduled(ScheduledRow { failed: true, ..row });
            }
        }
        if let Some(next) = self.rows.next_scheduled_after(self.now)? {
            self.effect(Effect::WakeAt(next));
        }
        Ok(())
    }

    /// It is on its way; one that is late says so, on this side only.
    fn was_scheduled(&mut self, row: &ScheduledRow) {
        self.unschedule(row);
        let late = self.now.saturating_sub(row.at);
        if late > LATE {
            let minutes = u32::try_from(late / (60 * limits::SECOND)).unwrap_or(u32::MAX);
            self.notice(row.chat, Notice::SentLate { minutes });
        }
    }

    fn waiting_message(&self, id: &MessageId) -> Result<ScheduledRow, StepError> {
        self.rows.scheduled(id)?.ok_or(StepError::NotFound("message"))
    }

    fn put_scheduled(&mut self, row: ScheduledRow) {
        self.event(Event::Chat(row.chat));
        if !row.failed {
            self.effect(Effect::WakeAt(row.at));
        }
        self.change(Change::Schedule(ScheduleChange::Put(Box::new(row))));
    }

    fn unschedule(&mut self, row: &ScheduledRow) {
        self.event(Event::Chat(row.chat));
        self.change(Change::Schedule(ScheduleChange::Delete(row.id)));
    }
}
