//! Messages that go away by themselves: their time starts when they were read, on their author's side when they were sent.

use sotto_wire::{MessageId, Timestamp, limits};

use crate::{
    machine::context::Step,
    rows::{Content, Marks, MessageRow, MessageState},
    step::{Effect, StepError},
    story::is_story,
};

/// Most messages that go away in one step; the rest follows at once.
const MOST: u32 = 500;

impl Step<'_> {
    /// The relay has one of our messages, by its own clock.
    pub(in crate::machine) fn was_sent(&mut self, id: MessageId, at: Timestamp) -> Result<(), StepError> {
        let Some(before) = self.message(&self.own.account, &id)? else { return Ok(()) };
        let mut message = before.clone();
        if matches!(message.state, MessageState::Failed(_)) || message.state < MessageState::Sent {
            message.state = MessageState::Sent;
        }
        message.marks.relay_at.get_or_insert(at);
        message.marks = self.started(&message);
        if message != before {
            self.put_message(message.clone());
        }
        if before.marks.relay_at.is_none() && is_story(&message) {
            self.tell_siblings_story(&message)?;
        }
        Ok(())
    }

    /// These were just read.
    pub(in crate::machine) fn start_timers(&mut self, read: &[MessageRow]) {
        for message in read {
            let marks = self.started(message);
            if marks != message.marks {
                self.put_message(MessageRow { unread: false, marks, ..message.clone() });
            }
        }
    }

    /// The marks of a message whose time has started, if it has any.
    fn started(&mut self, message: &MessageRow) -> Marks {
        let Content::Post(post) = &message.content else { return message.marks };
        let marks = self.once_marks(post, message.marks);
        let Some(seconds) = post.lifetime().filter(|_| marks.expires_at.is_none() || post.is_unopened()) else {
            return marks;
        };
        let end = self.now.saturating_add(u64::from(seconds) * limits::SECOND);
        let expires_at = marks.expires_at.map_or(end, |before| before.min(end));
        self.effect(Effect::WakeAt(expires_at));
        Marks { expires_at: Some(expires_at), ..marks }
    }

    /// Takes away what has had its time, and asks to be woken for what comes next.
    pub(in crate::machine) fn expire(&mut self) -> Result<(), StepError> {
        let over = self.rows.expired(self.now, MOST)?;
        for message in &over {
            if !self.expire_once(message) {
                self.delete_here(message)?;
            }
        }
        if over.len() == MOST as usize {
            self.effect(Effect::WakeAt(self.now));
        } else if let Some(next) = self.rows.next_expiry_after(self.now)? {
            self.effect(Effect::WakeAt(next));
        }
        Ok(())
    }
}
