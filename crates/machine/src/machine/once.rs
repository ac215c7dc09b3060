//! Photos that may be looked at once: opening them, hearing that they were opened, and the end of their time.
//!
//! Whoever opens them is shown them only after the commit in which key and photos went, so that no crash lets anybody
//! look twice. Who sent them is always told, whatever is said about reading: that is what "once" promises them.

use super::context::Step;
use crate::{
    post::{ONCE_LIFE, Once, Post},
    rows::{Content, Marks, MessageRow, MessageState},
    step::{Effect, StepError},
};

impl Step<'_> {
    /// A person opens photos that somebody else has sent them.
    pub(super) fn open_once(&mut self, message: &MessageRow) -> Result<(), StepError> {
        let unopened = matches!(&message.content, Content::Post(post) if post.is_unopened());
        if !unopened || message.author == self.own.account {
            return Err(StepError::NotPossible);
        }
        if let Some(group) = self.group_of_chat(message.chat)? {
            if !group.accepted {
                return Err(StepError::NotPossible);
            }
            self.tell_siblings_seen(std::slice::from_ref(message), true)?;
            self.close_once(message, Once::Opened);
            return self.owe_member_receipt(&group, message.author, message.id, MessageState::Played);
        }
        let contact = self.contact(message.chat)?;
        if !contact.accepted || contact.account != message.author {
            return Err(StepError::NotPossible);
        }
        self.tell_siblings_seen(std::slice::from_ref(message), true)?;
        self.close_once(message, Once::Opened);
        self.owe_receipt(&contact, message.id, MessageState::Played)
    }

    /// All who got one's own photos have opened them: nothing of them is kept, here or at the relay.
    pub(super) fn once_was_opened(&mut self, message: &MessageRow) {
        self.close_once(message, Once::Opened);
    }

    /// Their time is over. Where messages disappear, nothing is left of them instead.
    pub(super) fn expire_once(&mut self, message: &MessageRow) -> bool {
        let over = matches!(&message.content, Content::Post(post) if post.is_unopened() && post.lifetime().is_none());
        if over {
            self.close_once(message, Once::Expired);
        }
        over
    }

    /// The marks of photos that nobody has opened: their time is measured from when the relay had them.
    pub(super) fn once_marks(&mut self, post: &Post, marks: Marks) -> Marks {
        let Some(relay_at) = marks.relay_at.filter(|_| post.is_unopened()) else { return marks };
        let end = relay_at.saturating_add(ONCE_LIFE);
        let expires_at = marks.expires_at.map_or(end, |before| before.min(end));
        self.effect(Effect::WakeAt(expires_at));
        Marks { expires_at: Some(expires_at), ..marks }
    }

    fn close_once(&mut self, message: &MessageRow, end: Once) {
        let Content::Post(post) = &message.content else { return };
        if message.author == self.own.account {
            self.effect(Effect::WithdrawFiles(post.attachments.clone()));
        }
        let expires_at = message.marks.expires_at.filter(|_| post.lifetime().is_some());
        let marks = Marks { expires_at, ..message.marks };
        self.put_message(MessageRow { content: Content::Post(post.clone().closed(end)), marks, ..message.clone() });
    }
}
