//! One's own other devices: what a person says and reads on one of them shows on all.
//!
//! A message for somebody is encrypted for these devices too and goes up with the same `Send`, so that it is in their
//! mailboxes before any receipt for it. It names the conversation by its other person; only a device in this account's
//! own list may do that.

mod decisions;

use sotto_wire::{AccountId, DeviceId, MessageId, Timestamp};

use super::context::Step;
use crate::{
    body::{Body, Conversation, Inner, SeenMessage},
    changes::Change,
    codec, linking,
    post::Post,
    rows::{ChatId, ContactRow, Content, DeviceRow, Marks, MessageRow, MessageState, OutboxKind, PeerRow},
    step::{Rejection, StepError},
};

/// Most messages named in one word of what was seen.
const MOST_SEEN: usize = 200;

impl Step<'_> {
    /// The other devices that this account's list names.
    pub(super) fn siblings(&self) -> Result<Vec<DeviceId>, StepError> {
        let mut devices: Vec<DeviceId> = linking::listed(self.own)?.iter().map(|d| d.device).collect();
        devices.retain(|device| *device != self.own.device);
        Ok(devices)
    }

    /// This account as others pin it; until a further device is met, as this one knows it.
    pub(super) fn own_peer(&self) -> Result<PeerRow, StepError> {
        if let Some(known) = self.peer(&self.own.account)? {
            return Ok(known);
        }
        let list = self.own_list()?;
        Ok(PeerRow {
            account: self.own.account,
            account_key: self.own.account_key,
            list: self.own.list.clone(),
            version: list.version,
            expires: list.expires,
            chain: Vec::new(),
            stale: true,
        })
    }

    /// The pinned list of an account, one's own among them.
    pub(super) fn pinned(&self, account: &AccountId) -> Result<Option<PeerRow>, StepError> {
        if *account == self.own.account { self.own_peer().map(Some) } else { self.peer(account) }
    }

    /// Something that only one's own devices hear.
    pub(super) fn tell_siblings(&mut self, body: &Body) -> Result<(), StepError> {
        if self.siblings()?.is_empty() {
            return Ok(());
        }
        let id = self.new_message_id();
        let row = self.new_row(self.own.account, OutboxKind::Action(id), codec::encode(body));
        self.queue_row(row)?;
        self.pump(self.own.account)
    }

    /// These were just read here, or listened to.
    pub(super) fn tell_siblings_seen(&mut self, messages: &[MessageRow], played: bool) -> Result<(), StepError> {
        for messages in messages.chunks(MOST_SEEN) {
            let messages = messages.iter().map(|m| SeenMessage { author: m.author, message: m.id }).collect();
            self.tell_siblings(&Body::SeenHere { messages, played })?;
        }
        Ok(())
    }

    /// Another device of this account says something. Answers with what all devices may say.
    pub(super) fn receive_from_sibling(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        inner: &Inner,
        body: Body,
        at: Timestamp,
    ) -> Result<Option<Body>, StepError> {
        let id = inner.message_id;
        match body {
            Body::Post(post) => {
                let chat = self.chat_of_sibling(inner.conversation)?;
                self.receive_own_post(chat, id, inner.sent_at, at, post)?;
            }
            action if action.is_action() => {
                let chat = self.chat_of_sibling(inner.conversation)?;
                self.receive_action(chat, self.own.account, id, at, action)?;
            }
            Body::SeenHere { messages, played } => {
                for seen in messages.iter().take(MOST_SEEN) {
                    self.seen_there(seen, played)?;
                }
            }
            Body::StarredHere { author, message, starred } => {
                if let Some(message) = self.message(&author, &message)? {
                    self.put_message(MessageRow { marks: Marks { starred, ..message.marks }, ..message });
                }
            }
            Body::BlockedHere(word) => self.blocked_there(word)?,
            Body::VerifiedHere(account) => self.verified_there(account)?,
            Body::ProfileKeyHere(word) => self.profile_key_there(&word)?,
            Body::StoryHere(story) => self.story_there(story, at)?,
            Body::Receipt { messages, .. } => {
                for message in messages.into_iter().take(MOST_SEEN) {
                    self.change(Change::DeleteSentOf { device: device.device, message });
                }
                return Ok(None);
            }
            Body::Hello | Body::Played(_) | Body::Story { .. } | Body::Call(_) => {
                self.dropped(Rejection::Malformed);
                return Ok(None);
            }
            other => return Ok(Some(other)),
        }
        self.owe_receipt(contact, id, MessageState::Delivered)?;
        Ok(None)
    }

    /// Where another device of this account says something: with somebody who may not be known here yet.
    fn chat_of_sibling(&mut self, conversation: Conversation) -> Result<ChatId, StepError> {
        let Conversation::Direct(person) = conversation else { return Err(StepError::NotFound("chat")) };
        let mut contact = self.meet(person)?;
        if !contact.listed {
            self.list(contact.clone());
            contact.listed = true;
        }
        if !contact.accepted {
            // Who writes to somebody has accepted them.
            contact = self.accept(contact)?;
        }
        Ok(contact.chat)
    }

    /// A message of this person's that another device has sent. The relay has taken it: it has its tick.
    pub(super) fn receive_own_post(
        &mut self,
        chat: ChatId,
        id: MessageId,
        sent_at: Timestamp,
        at: Timestamp,
        post: Post,
    ) -> Result<(), StepError> {
        let author = self.own.account;
        if self.message(&author, &id)?.is_some() || self.rows.is_gone(&author, &id)? {
            return Ok(());
        }
        let mut post = self.with_mentions(chat, post.believed())?;
        if post.is_unopened() {
            // Who has sent what may be looked at once does not keep it twice.
            post.attachments.clear();
        }
        self.put_message(MessageRow {
            id,
            chat,
            author,
            at: sent_at.min(at),
            state: MessageState::Sent,
            content: Content::Post(post),
            unread: false,
            marks: Marks { relay_at: Some(at), ..Marks::default() },
        });
        self.was_sent(id, at)?;
        self.do_waiting(chat, author, id)
    }

    fn seen_there(&mut self, seen: &SeenMessage, played: bool) -> Result<(), StepError> {
        let Some(message) = self.message(&seen.author, &seen.message)? else { return Ok(()) };
        if played && matches!(&message.content, Content::Post(post) if post.is_unopened()) {
            self.once_was_opened(&MessageRow { unread: false, ..message });
            return Ok(());
        }
        if !message.unread && message.marks.played >= played {
            return Ok(());
        }
        let played = message.marks.played || played;
        let message = MessageRow { unread: false, marks: Marks { played, ..message.marks }, ..message };
        self.put_message(message.clone());
        self.start_timers(&[message]);
        Ok(())
    }
}
