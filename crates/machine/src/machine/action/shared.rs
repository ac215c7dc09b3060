//! What a whole conversation shares: pinned messages, and how long messages stay. The greatest number decides, and of
//! two equal ones that of the greater account, so that everybody ends with the same.

use sotto_wire::{AccountId, MessageId, Timestamp, limits};

use super::is_too_far;
use crate::{
    body::Body,
    changes::Change,
    machine::context::Step,
    rows::{ChatId, Content, Marks, MessageRow, MessageState, Notice, PinRow, TimerRow},
    step::{Event, Rejection, StepError},
};

impl Step<'_> {
    /// A person pins a message, or unpins it.
    pub(super) fn pin_or_unpin(&mut self, message: &MessageRow, pinned: bool) -> Result<(), StepError> {
        self.check_shared(message)?;
        let known = self.pin_of(message)?;
        if known.is_some_and(|row| row.pinned) == pinned {
            return Ok(());
        }
        let count = known.map_or(0, |row| row.count).saturating_add(1);
        let (author, id) = (message.author, message.id);
        self.take_pin(message, self.own.account, self.now, pinned, count)?;
        self.tell_conversation(message.chat, &Body::Pin { author, message: id, pinned, count })
    }

    /// Somebody has pinned a message, or unpinned it.
    pub(super) fn take_pin(
        &mut self,
        message: &MessageRow,
        actor: AccountId,
        at: Timestamp,
        pinned: bool,
        count: u32,
    ) -> Result<(), StepError> {
        if !matches!(message.content, Content::Post(_)) {
            return Ok(());
        }
        let known = self.pin_of(message)?;
        if is_too_far(count, known.map_or(0, |row| row.count)) {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        if count == 0 || known.is_some_and(|row| (count, actor) <= (row.count, row.actor)) {
            return Ok(());
        }
        let (chat, author, id) = (message.chat, message.author, message.id);
        self.change(Change::PutPin(PinRow { chat, author, id, pinned, count, actor, at }));
        self.event(Event::Message { chat, author, id });
        Ok(())
    }

    fn pin_of(&self, message: &MessageRow) -> Result<Option<PinRow>, StepError> {
        let pending = self.newest(|change| match change {
            Change::PutPin(row) if (row.author, row.id) == (message.author, message.id) => Some(*row),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.pin(&message.author, &message.id)?),
        }
    }

    /// A person decides how long messages of a chat stay.
    pub(in crate::machine) fn set_timer(&mut self, chat: ChatId, seconds: u32) -> Result<(), StepError> {
        if seconds > limits::MAX_TIMER_SECONDS {
            return Err(StepError::NotPossible);
        }
        let known = self.timer(chat)?;
        if known.map_or(0, |timer| timer.seconds) == seconds {
            return Ok(());
        }
        let count = known.map_or(0, |timer| timer.count).saturating_add(1);
        let notice = self.new_message_id();
        self.take_timer(chat, self.own.account, notice, self.now, seconds, count)?;
        self.tell_conversation(chat, &Body::Timer { seconds, count })
    }

    /// Somebody has decided how long messages of a chat stay. Those that are there keep the time they came with.
    pub(super) fn take_timer(
        &mut self,
        chat: ChatId,
        actor: AccountId,
        notice: MessageId,
        at: Timestamp,
        seconds: u32,
        count: u32,
    ) -> Result<(), StepError> {
        let known = self.timer(chat)?;
        if seconds > limits::MAX_TIMER_SECONDS || is_too_far(count, known.map_or(0, |timer| timer.count)) {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        if count == 0 || known.is_some_and(|timer| (count, actor) <= (timer.count, timer.actor)) {
            return Ok(());
        }
        self.change(Change::PutTimer { chat, timer: TimerRow { seconds, count, actor } });
        self.event(Event::Chat(chat));
        if known.map_or(0, |timer| timer.seconds) != seconds && self.message(&actor, &notice)?.is_none() {
            self.put_message(MessageRow {
                id: notice,
                chat,
                author: actor,
                at,
                state: MessageState::Received,
                content: Content::Notice(Notice::Timer { seconds }),
                unread: false,
                marks: Marks::default(),
            });
        }
        Ok(())
    }

    pub(in crate::machine) fn timer(&self, chat: ChatId) -> Result<Option<TimerRow>, StepError> {
        let pending = self.newest(|change| match change {
            Change::PutTimer { chat: c, timer } if *c == chat => Some(*timer),
            _ => None,
        });
        match pending {
            Some(timer) => Ok(Some(timer)),
            None => Ok(self.rows.timer(chat)?),
        }
    }
}
