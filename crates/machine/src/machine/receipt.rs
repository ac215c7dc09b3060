//! Receipts: owed when a message arrives or is read, batched and jittered, never to strangers.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;
use sotto_wire::{AccountId, DeviceId, MessageId, Timestamp};

use super::context::Step;
use crate::{
    body::Body,
    changes::Change,
    group::rows::GroupRow,
    rows::{ChatId, ContactRow, Content, Marks, MessageRow, MessageState, OutboxKind, ReceiptRow},
    step::{Effect, Event, StepError},
    story::is_story,
};

/// Receipts leave after a moment drawn from this range (ms), so that their time does not link sender and recipient.
const JITTER: std::ops::Range<u64> = 150..700;
/// Most messages named in one receipt.
const MOST_MESSAGES: usize = 200;
/// For contacts who are not accepted (yet).
const HELD_BACK: Timestamp = i64::MAX as u64;

impl Step<'_> {
    /// A message has arrived, was read or was listened to: its author will be told.
    pub(super) fn owe_receipt(
        &mut self,
        contact: &ContactRow,
        message: MessageId,
        state: MessageState,
    ) -> Result<(), StepError> {
        if contact.blocked {
            return Ok(());
        }
        let due = if contact.accepted { self.now + self.rng.random_range(JITTER) } else { HELD_BACK };
        let account = contact.account;
        let owed = self.rows.receipt(&account, &message)?;
        let played = state >= MessageState::Played || owed.is_some_and(|r| r.played);
        let read = played || state >= MessageState::Read || owed.is_some_and(|r| r.read);
        self.change(Change::PutReceipt(ReceiptRow { account, message, read, played, due }));
        if contact.accepted {
            self.effect(Effect::WakeAt(due));
        }
        Ok(())
    }

    /// Everything up to here was on a screen with focus. `tell` when both sides show what they read.
    pub(super) fn mark_read(&mut self, chat: ChatId, order: i64, tell: bool) -> Result<(), StepError> {
        let group = self.group_of_chat(chat)?;
        let unread = self.rows.unread_up_to(chat, order)?;
        if unread.is_empty() {
            return Ok(());
        }
        self.change(Change::MarkRead { chat, order });
        self.tell_siblings_seen(&unread, false)?;
        self.start_timers(&unread);
        self.event(Event::Chat(chat));
        if !tell {
            return Ok(());
        }
        if let Some(group) = group {
            for message in &unread {
                self.owe_member_receipt(&group, message.author, message.id, MessageState::Read)?;
            }
            return Ok(());
        }
        let contact = self.contact(chat)?;
        // That a missed call was seen is nobody's business.
        let told = |m: &&MessageRow| m.author == contact.account && !matches!(m.content, Content::Call(_));
        for message in unread.iter().filter(told) {
            self.owe_receipt(&contact, message.id, MessageState::Read)?;
        }
        Ok(())
    }

    /// Recorded speech was listened to. Its author hears of it once, `tell` as in [`Self::mark_read`].
    pub(super) fn play(&mut self, message: MessageRow, tell: bool) -> Result<(), StepError> {
        if !matches!(&message.content, Content::Post(post) if post.is_voice()) {
            return Err(StepError::NotPossible);
        }
        if message.author == self.own.account || message.marks.played {
            return Ok(());
        }
        let (chat, author, id) = (message.chat, message.author, message.id);
        self.tell_siblings_seen(std::slice::from_ref(&message), true)?;
        self.put_message(MessageRow { marks: Marks { played: true, ..message.marks }, ..message });
        if !tell {
            return Ok(());
        }
        if let Some(group) = self.group_of_chat(chat)? {
            return self.owe_member_receipt(&group, author, id, MessageState::Played);
        }
        let contact = self.contact(chat)?;
        if contact.account == author {
            self.owe_receipt(&contact, id, MessageState::Played)?;
        }
        Ok(())
    }

    /// As [`Self::owe_receipt`], for a message in a group: every member may know, accepted as a contact or not.
    pub(super) fn owe_member_receipt(
        &mut self,
        group: &GroupRow,
        author: AccountId,
        message: MessageId,
        state: MessageState,
    ) -> Result<(), StepError> {
        if !group.accepted || group.state.member(&author).is_none() {
            return Ok(());
        }
        let contact = self.meet(author)?;
        self.owe_receipt(&ContactRow { accepted: true, ..contact }, message, state)
    }

    /// A contact was accepted: what was held back leaves soon.
    pub(super) fn release_receipts(&mut self, account: &AccountId) -> Result<(), StepError> {
        for receipt in self.rows.receipts_due(HELD_BACK)?.into_iter().filter(|r| r.account == *account) {
            let due = self.now + self.rng.random_range(JITTER);
            self.change(Change::PutReceipt(ReceiptRow { due, ..receipt }));
            self.effect(Effect::WakeAt(due));
        }
        Ok(())
    }

    /// The time has come for some of them.
    pub(super) fn send_receipts(&mut self) -> Result<(), StepError> {
        let due: BTreeSet<AccountId> = self.rows.receipts_due(self.now)?.iter().map(|r| r.account).collect();
        let mut by_account: BTreeMap<(AccountId, MessageState), Vec<MessageId>> = BTreeMap::new();
        // What is due soon to the same person leaves with them.
        for receipt in self.rows.receipts_due(self.now + JITTER.end)?.iter().filter(|r| due.contains(&r.account)) {
            let state = match (receipt.played, receipt.read) {
                (true, _) => MessageState::Played,
                (false, true) => MessageState::Read,
                (false, false) => MessageState::Delivered,
            };
            by_account.entry((receipt.account, state)).or_default().push(receipt.message);
            self.change(Change::DeleteReceipt { account: receipt.account, message: receipt.message });
        }
        for ((account, state), messages) in by_account {
            for messages in messages.chunks(MOST_MESSAGES).map(<[MessageId]>::to_vec) {
                let body = match state {
                    MessageState::Played => Body::Played(messages),
                    state => Body::Receipt { read: state == MessageState::Read, messages },
                };
                self.enqueue(account, None, OutboxKind::Service, &body, None)?;
            }
        }
        for account in due {
            self.pump(account)?;
        }
        self.wake_for_receipts()
    }

    /// Those that are due later are not forgotten when nothing else happens.
    fn wake_for_receipts(&mut self) -> Result<(), StepError> {
        if let Some(next) = self.rows.next_receipt_after(self.now)?.filter(|due| *due < HELD_BACK) {
            self.effect(Effect::WakeAt(next));
        }
        Ok(())
    }

    /// States only go forward; a refusal that crossed a receipt does not count.
    pub(super) fn forward(&mut self, id: MessageId, state: MessageState) -> Result<(), StepError> {
        let Some(message) = self.message(&self.own.account, &id)? else { return Ok(()) };
        let further = matches!(message.state, MessageState::Failed(_)) || message.state < state;
        if !further {
            return Ok(());
        }
        let message = MessageRow { state, ..message };
        match &message.content {
            Content::Post(post) if state == MessageState::Played && post.is_unopened() => {
                self.once_was_opened(&message);
            }
            _ => self.put_message(message),
        }
        Ok(())
    }

    /// Two ticks. Only for one's own messages to this very person.
    pub(super) fn receive_receipt(
        &mut self,
        contact: &ContactRow,
        device: DeviceId,
        state: MessageState,
        messages: &[MessageId],
    ) -> Result<(), StepError> {
        for id in messages.iter().take(MOST_MESSAGES) {
            // Without a row it is an action, or a message that has gone from here.
            let known = self.message(&self.own.account, id)?;
            if let Some(story) = known.as_ref().filter(|message| is_story(message)) {
                self.receive_story_receipt(story, contact.account, device, state >= MessageState::Read)?;
                continue;
            }
            let group = match &known {
                Some(message) if message.chat != contact.chat => self.group_of_chat(message.chat)?,
                _ => None,
            };
            if let Some(group) = group {
                self.receive_member_receipt(&group, contact.account, *id, state)?;
            } else if known.as_ref().is_none_or(|m| m.chat == contact.chat) {
                self.forward(*id, state)?;
                self.change(Change::DeleteSentOf { device, message: *id });
            }
        }
        Ok(())
    }
}
