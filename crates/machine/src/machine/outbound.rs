//! From a text to the outbox: queue, encrypt for every listed device, and what the relay answers.

use std::collections::BTreeSet;

use sotto_wire::{AccountId, DeviceId, MessageId, RefuseReason, RefusedDevice, SendId, Timestamp, limits};

use super::{context::Step, upload::check_post};
use crate::{
    body::{self, Body, Conversation, Greeting, Inner, Recipient, Sender},
    changes::Change,
    codec,
    post::Post,
    rows::{
        AFTER_UPLOAD, ChatId, ContactRow, Content, DeviceRow, Failure, Marks, MessageRow, MessageState, OlmCopy,
        OutboxKind, OutboxRow, PeerRow, Secret32, SentRow, Trust,
    },
    session::OlmSession,
    step::{Effect, StepError},
    story::is_story,
};

/// Devices whose mailboxes are full are tried again after this time.
pub(super) const FULL_RETRY: u64 = limits::HOUR;
/// After a refusal without a time of its own.
pub(super) const DEFAULT_RETRY: u64 = 30 * limits::SECOND;

impl Step<'_> {
    /// A person sends a message.
    pub(super) fn send_post(&mut self, chat: ChatId, id: MessageId, mut post: Post) -> Result<(), StepError> {
        check_post(&post)?;
        if self.message(&self.own.account, &id)?.is_some() {
            return Ok(());
        }
        post.expires_after = self.timer(chat)?.map(|timer| timer.seconds).filter(|seconds| *seconds > 0);
        if let Some(group) = self.group_of_chat(chat)? {
            let post = self.with_mentions(chat, post)?;
            return self.send_to_group(&group, id, post);
        }
        post.mentions.clear();
        let mut contact = self.contact(chat)?;
        if contact.blocked {
            return Err(StepError::Blocked);
        }
        if post.once.is_some() && contact.account == self.own.account {
            return Err(StepError::NotPossible);
        }
        if !contact.listed {
            self.list(contact.clone());
            contact.listed = true;
        }
        if !contact.accepted {
            contact = self.accept(contact)?;
        }
        let message = MessageRow {
            id,
            chat,
            author: self.own.account,
            at: self.now,
            state: MessageState::Sending,
            content: Content::Post(post),
            unread: false,
            marks: Marks::default(),
        };
        if contact.trust == Trust::Violated {
            self.put_message(MessageRow { state: MessageState::Held, ..message });
            return Ok(());
        }
        self.queue_message(&contact, message);
        self.pump(contact.account)
    }

    /// "Try again".
    pub(super) fn retry(&mut self, id: MessageId) -> Result<(), StepError> {
        let message = self.message(&self.own.account, &id)?.ok_or(StepError::NotFound("message"))?;
        if !matches!(message.state, MessageState::Failed(_)) {
            return Ok(());
        }
        if is_story(&message) {
            return self.retry_story(message);
        }
        if let Some(group) = self.group_of_chat(message.chat)? {
            return self.send_to_group_again(&group, message);
        }
        let contact = self.contact(message.chat)?;
        if contact.trust == Trust::Violated {
            self.put_message(MessageRow { state: MessageState::Held, ..message });
            return Ok(());
        }
        self.queue_message(&contact, MessageRow { state: MessageState::Sending, ..message });
        self.pump(contact.account)
    }

    /// A failed or held message is given up.
    pub(super) fn discard(&mut self, id: MessageId) -> Result<(), StepError> {
        let message = self.message(&self.own.account, &id)?.ok_or(StepError::NotFound("message"))?;
        if matches!(message.state, MessageState::Failed(_) | MessageState::Held) {
            self.delete_message(&message);
            return Ok(());
        }
        self.discard_upload(&message)
    }

    /// Stores a message and its place in the outbox.
    pub(super) fn queue_message(&mut self, contact: &ContactRow, message: MessageRow) {
        if contact.account == self.own.account {
            // A note to oneself has nowhere to go: every device it is meant for has it.
            self.put_message(MessageRow { state: MessageState::Sent, ..message });
            return;
        }
        if let Content::Post(post) = &message.content {
            let body = Body::Post(post.clone());
            let not_before = self.not_before(Some(message.id), &body);
            let kind = OutboxKind::Message(message.id);
            self.enqueue_encoded(contact.account, None, kind, codec::encode(&body), None, not_before);
        }
        self.put_message(message);
    }

    /// A row at the end of the outbox, not yet encrypted.
    pub(super) fn enqueue(
        &mut self,
        recipient: AccountId,
        only: Option<DeviceId>,
        kind: OutboxKind,
        body: &Body,
        fills: Option<u64>,
    ) -> SendId {
        self.enqueue_encoded(recipient, only, kind, codec::encode(body), fills, 0)
    }

    /// The same for a body that is CBOR already, and that may have to wait.
    pub(super) fn enqueue_encoded(
        &mut self,
        recipient: AccountId,
        only: Option<DeviceId>,
        kind: OutboxKind,
        body: Vec<u8>,
        fills: Option<u64>,
        not_before: Timestamp,
    ) -> SendId {
        // What one says to oneself has nowhere to go as long as there is one device.
        if recipient == self.own.account {
            return self.new_send_id();
        }
        let id = self.new_send_id();
        self.change(Change::PutOutbox(Box::new(OutboxRow {
            id,
            recipient,
            only,
            kind,
            body,
            fills,
            copies: Vec::new(),
            list_version: 0,
            created: self.now,
            not_before,
        })));
        id
    }

    /// Encrypts what waits for this account, as far as its list, keys and sessions are there; asks for what is missing.
    pub(super) fn pump(&mut self, account: AccountId) -> Result<(), StepError> {
        if self.memory.claiming.contains(&account) {
            return Ok(());
        }
        let waiting = self.outbox_for(&account)?;
        let closed = |contact: ContactRow| contact.blocked || contact.trust == Trust::Violated;
        if waiting.is_empty() || self.contact_of(&account)?.is_some_and(closed) {
            return Ok(());
        }
        let Some(peer) = self.current_peer(&account)? else {
            self.fetch_devices(account);
            return Ok(());
        };
        let listed: Vec<DeviceId> = match peer.list.read_unverified() {
            Ok(list) => list.devices.iter().map(|d| d.device).collect(),
            Err(_) => return Err(StepError::Corrupt("device list")),
        };
        let mut missing = Vec::new();
        for id in &listed {
            let device = self.device(id)?;
            if device.is_none_or(|d| d.seal_key_id.is_none() || d.seal_not_after < self.now) {
                self.fetch_devices(account);
                return Ok(());
            }
            if self.sessions(id)?.first().is_none_or(|s| s.pickle.is_none()) {
                missing.push(*id);
            }
        }
        if !missing.is_empty() {
            self.claim_keys(account, missing);
            return Ok(());
        }
        for row in waiting {
            if row.not_before == AFTER_UPLOAD {
                // What was written later need not wait for a film to be uploaded.
            } else if row.not_before > self.now {
                self.effect(Effect::WakeAt(row.not_before));
                if matches!(row.kind, OutboxKind::Message(_)) {
                    // What was written later does not overtake it.
                    return Ok(());
                }
            } else if !row.copies.is_empty() && row.list_version == peer.version {
                self.effect(Effect::Upload(row.id));
            } else {
                self.encrypt(row, &peer, &listed)?;
            }
        }
        Ok(())
    }

    /// Copies for every device meant. Copies that exist for devices still listed are kept: their counters are used up.
    fn encrypt(&mut self, mut row: OutboxRow, peer: &PeerRow, listed: &[DeviceId]) -> Result<(), StepError> {
        let meant: BTreeSet<DeviceId> = match row.only {
            Some(only) => listed.iter().copied().filter(|d| *d == only).collect(),
            None => listed.iter().copied().collect(),
        };
        row.copies.retain(|c| meant.contains(&c.device));
        let done: BTreeSet<DeviceId> = row.copies.iter().map(|c| c.device).collect();
        for id in meant.difference(&done) {
            let copy = self.encrypt_for(id, &row, peer)?;
            row.copies.push(copy);
        }
        if row.copies.is_empty() {
            // The one device it was for is no longer listed.
            self.change(Change::DeleteOutbox(row.id));
            return self.secret_is_out(row.id);
        }
        row.list_version = peer.version;
        self.effect(Effect::Upload(row.id));
        self.change(Change::PutOutbox(Box::new(row)));
        Ok(())
    }

    fn encrypt_for(&mut self, id: &DeviceId, row: &OutboxRow, peer: &PeerRow) -> Result<OlmCopy, StepError> {
        let mut device = self.device(id)?.ok_or(StepError::Corrupt("device"))?;
        let session = self.sessions(id)?.into_iter().next().ok_or(StepError::Corrupt("session"))?;
        let mut session = OlmSession::load(&session)?.ok_or(StepError::Corrupt("session"))?;
        let inner = self.inner(&mut device, row, peer)?;
        let (olm_type, bytes) =
            session.encrypt(&body::encode_inner(&inner)).map_err(|_| StepError::Corrupt("session"))?;
        self.change(Change::PutSession(session.row(self.now)));
        self.change(Change::PutSent(SentRow {
            device: *id,
            pair_counter: inner.pair_counter,
            message: match row.kind {
                OutboxKind::Message(id) | OutboxKind::Action(id) => Some(id),
                OutboxKind::Service => None,
            },
            action: matches!(row.kind, OutboxKind::Action(_)).then(|| row.body.clone()),
            at: self.now,
        }));
        self.put_device(device);
        Ok(OlmCopy { device: *id, pair_counter: inner.pair_counter, olm_type, bytes })
    }

    fn inner(&mut self, device: &mut DeviceRow, row: &OutboxRow, peer: &PeerRow) -> Result<Inner, StepError> {
        let message_id = match row.kind {
            OutboxKind::Message(id) | OutboxKind::Action(id) => id,
            OutboxKind::Service => self.new_message_id(),
        };
        let pair_counter = device.next_send;
        device.next_send += 1;
        // Sent anew to a device that may have missed the first: it is greeted once more.
        let greet = !device.greeted || row.fills.is_some();
        device.greeted = true;
        let (body, compressed) = body::pack(&row.body);
        Ok(Inner {
            message_id,
            conversation: Conversation::Direct(self.own.account),
            sender: self.as_sender()?,
            recipient: Recipient {
                account: device.account,
                device: device.device,
                device_key: device.device_key,
                list_version: peer.version,
                list_hash: peer.list.hash(),
            },
            pair_counter,
            sent_at: self.now,
            body,
            compressed,
            fills: row.fills,
            greeting: greet
                .then(|| Greeting { profile_key: self.own.profile_key.0, number: self.own.number.as_str().to_owned() }),
            ephemeral_key: self.ephemeral_key_for(device, greet),
        })
    }

    /// This device by every name it has, as each message says them.
    pub(super) fn as_sender(&self) -> Result<Sender, StepError> {
        Ok(Sender {
            account: self.own.account,
            account_key: self.own.account_key,
            device: self.own.device,
            device_key: self.own_cert()?.device_key,
            list_version: self.own_list()?.version,
            list_hash: self.own.list.hash(),
        })
    }

    /// A key for ephemeral envelopes, renewed daily; sent along when it is new.
    fn ephemeral_key_for(&mut self, device: &mut DeviceRow, again: bool) -> Option<[u8; 32]> {
        let fresh = device.ephemeral_out.as_ref().is_some_and(|(_, drawn)| self.now < drawn + limits::DAY);
        if !fresh {
            let mut key = Secret32([0; 32]);
            self.rng.fill_bytes(&mut key.0);
            device.ephemeral_out = Some((key, self.now));
        }
        device.ephemeral_out.as_ref().filter(|_| again || !fresh).map(|(key, _)| key.0)
    }

    /// One tick.
    pub(super) fn accepted(&mut self, id: SendId, refused: &[RefusedDevice], at: Timestamp) -> Result<(), StepError> {
        let Some(mut row) = self.rows.outbox(&id)? else { return self.group_accepted(id, refused, at) };
        self.change(Change::DeleteOutbox(id));
        self.secret_is_out(id)?;
        row.copies.retain(|c| refused.iter().any(|r| r.device == c.device));
        match row.kind {
            OutboxKind::Message(message) => self.was_sent(message, at)?,
            OutboxKind::Action(_) => self.action_sent(&row.body, at)?,
            OutboxKind::Service => {}
        }
        if !row.copies.is_empty() {
            // Its full devices are tried again hourly; the message itself has its tick.
            row.id = self.new_send_id();
            row.kind = OutboxKind::Service;
            row.not_before = self.now + FULL_RETRY;
            self.effect(Effect::WakeAt(row.not_before));
            self.change(Change::PutOutbox(Box::new(row)));
        }
        Ok(())
    }

    /// The relay did not take it.
    pub(super) fn refused(
        &mut self,
        id: SendId,
        reason: RefuseReason,
        retry_after: Option<u64>,
    ) -> Result<(), StepError> {
        let Some(row) = self.rows.outbox(&id)? else { return self.group_refused(id, reason, retry_after) };
        let account = row.recipient;
        match reason {
            RefuseReason::ListChanged => self.is_outdated(account)?,
            RefuseReason::RateLimited | RefuseReason::Unavailable => self.retry_later(row, retry_after),
            // Nobody is there to try a receipt or a reaction again.
            RefuseReason::MailboxFull if !matches!(row.kind, OutboxKind::Message(_)) => {
                self.retry_later(row, retry_after);
            }
            RefuseReason::TokenRefused => {
                if let Some(contact) = self.contact_of(&account)?.filter(|c| !c.token_refused) {
                    self.put_contact(ContactRow { token_refused: true, ..contact });
                }
                // Whatever was under way with the token comes back; a relay that refuses what has none is not tried for ever.
                if self.memory.without_token.insert(id) {
                    self.effect(Effect::Upload(id));
                } else {
                    self.give_up(&row, Failure::Rejected)?;
                }
            }
            RefuseReason::AccountGone => {
                self.give_up(&row, Failure::AccountGone)?;
                if let Some(number) = self.contact_of(&account)?.and_then(|c| c.number) {
                    self.effect(Effect::LookUp(number));
                }
            }
            RefuseReason::MailboxFull => self.give_up(&row, Failure::MailboxFull)?,
            RefuseReason::TooLarge => self.give_up(&row, Failure::TooLarge)?,
            RefuseReason::Malformed => self.give_up(&row, Failure::Rejected)?,
        }
        Ok(())
    }

    fn retry_later(&mut self, row: OutboxRow, retry_after: Option<u64>) {
        let not_before = self.now + retry_after.unwrap_or(DEFAULT_RETRY);
        self.effect(Effect::WakeAt(not_before));
        self.change(Change::PutOutbox(Box::new(OutboxRow { not_before, ..row })));
    }

    pub(super) fn give_up(&mut self, row: &OutboxRow, why: Failure) -> Result<(), StepError> {
        self.change(Change::DeleteOutbox(row.id));
        match row.kind {
            OutboxKind::Message(id) => self.fail_message(id, why),
            OutboxKind::Action(_) => Ok(()),
            OutboxKind::Service => self.secret_is_out(row.id),
        }
    }
}
