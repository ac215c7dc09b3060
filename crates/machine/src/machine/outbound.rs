//! From a text to the outbox: queue it, and encrypt it for every listed device of its recipient and one's own others.

use std::collections::BTreeSet;

use sotto_wire::{AccountId, DeviceId, MessageId, SendId, limits};

use super::{context::Step, upload::check_post};
use crate::{
    body::{self, Body, Conversation, Greeting, Inner, Recipient, Sender},
    changes::Change,
    codec,
    post::Post,
    rows::{
        AFTER_UPLOAD, ChatId, ContactRow, Content, DeviceRow, Marks, MessageRow, MessageState, OlmCopy, OutboxKind,
        OutboxRow, PeerRow, Secret32, SentRow, Trust,
    },
    session::OlmSession,
    step::{Effect, StepError},
    story::is_story,
};

/// An account and its devices to which something can be encrypted now.
pub(super) struct Reached {
    pub(super) peer: PeerRow,
    /// Without this device, if it is one's own account.
    pub(super) devices: Vec<DeviceId>,
}

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
        self.queue_message(&contact, message)?;
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
        self.queue_message(&contact, MessageRow { state: MessageState::Sending, ..message })?;
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
    pub(super) fn queue_message(&mut self, contact: &ContactRow, message: MessageRow) -> Result<(), StepError> {
        if contact.account == self.own.account && self.siblings()?.is_empty() {
            // A note to oneself has nowhere to go: every device it is meant for has it.
            self.put_message(MessageRow { state: MessageState::Sent, ..message });
            return Ok(());
        }
        if let Content::Post(post) = &message.content {
            let body = Body::Post(post.clone());
            let not_before = self.not_before(Some(message.id), &body);
            let kind = OutboxKind::Message(message.id);
            let with = Some(contact.account);
            let row = self.new_row(contact.account, kind, codec::encode(&body));
            self.queue_row(OutboxRow { with, not_before, ..row })?;
        }
        self.put_message(message);
        Ok(())
    }

    /// A row for an account, not yet encrypted.
    pub(super) fn new_row(&mut self, recipient: AccountId, kind: OutboxKind, body: Vec<u8>) -> OutboxRow {
        OutboxRow {
            id: self.new_send_id(),
            recipient,
            only: None,
            with: None,
            kind,
            body,
            fills: None,
            copies: Vec::new(),
            list_version: 0,
            created: self.now,
            not_before: 0,
        }
    }

    /// Puts a row at the end of the outbox.
    pub(super) fn queue_row(&mut self, row: OutboxRow) -> Result<SendId, StepError> {
        let id = row.id;
        // What one says to oneself has nowhere to go as long as there is one device.
        if row.recipient != self.own.account || !self.siblings()?.is_empty() {
            self.change(Change::PutOutbox(Box::new(row)));
        }
        Ok(id)
    }

    /// What a device has missed, once more and to it alone, in place of what had a counter that it never saw.
    pub(super) fn send_again(
        &mut self,
        (recipient, device): (AccountId, DeviceId),
        (kind, body): (OutboxKind, Vec<u8>),
        missed: u64,
        with: Option<AccountId>,
    ) -> Result<(), StepError> {
        let row = self.new_row(recipient, kind, body);
        self.queue_row(OutboxRow { only: Some(device), fills: Some(missed), with, ..row })?;
        Ok(())
    }

    /// A row at the end of the outbox, not yet encrypted.
    pub(super) fn enqueue(
        &mut self,
        recipient: AccountId,
        only: Option<DeviceId>,
        kind: OutboxKind,
        body: &Body,
        fills: Option<u64>,
    ) -> Result<SendId, StepError> {
        let row = self.new_row(recipient, kind, codec::encode(body));
        self.queue_row(OutboxRow { only, fills, ..row })
    }

    /// Encrypts what waits for this account, as far as lists, keys and sessions are there; asks for what is missing.
    pub(super) fn pump(&mut self, account: AccountId) -> Result<(), StepError> {
        if self.memory.claiming.contains(&account) {
            return Ok(());
        }
        let waiting = self.outbox_for(&account)?;
        let closed = |contact: ContactRow| contact.blocked || contact.trust == Trust::Violated;
        if waiting.is_empty() || self.contact_of(&account)?.is_some_and(closed) {
            return Ok(());
        }
        let Some(theirs) = self.reach(account)? else { return Ok(()) };
        let mut ours = None;
        if waiting.iter().any(|row| self.goes_to_siblings(row)) && !self.siblings()?.is_empty() {
            let Some(reached) = self.reach(self.own.account)? else { return Ok(()) };
            ours = Some(reached);
        }
        for row in waiting {
            let meant = self.meant(&row, &theirs, ours.as_ref());
            let covered = row.copies.iter().all(|copy| meant.contains(&copy.device))
                && (row.kind == OutboxKind::Service
                    || meant.iter().all(|id| row.copies.iter().any(|c| c.device == *id)));
            if row.not_before == AFTER_UPLOAD {
                // What was written later need not wait for a film to be uploaded.
            } else if row.not_before > self.now {
                self.effect(Effect::WakeAt(row.not_before));
                if matches!(row.kind, OutboxKind::Message(_)) {
                    // What was written later does not overtake it.
                    return Ok(());
                }
            } else if !row.copies.is_empty() && row.list_version == theirs.peer.version && covered {
                self.effect(Effect::Upload(row.id));
            } else {
                self.encrypt(row, &theirs, ours.as_ref())?;
            }
        }
        Ok(())
    }

    /// The devices of an account, if all of them can be encrypted to now; asks for what is missing.
    fn reach(&mut self, account: AccountId) -> Result<Option<Reached>, StepError> {
        if self.memory.claiming.contains(&account) {
            return Ok(None);
        }
        let Some(peer) = self.current_peer(&account)? else {
            self.fetch_devices(account);
            return Ok(None);
        };
        let list = peer.list.read_unverified().map_err(|_| StepError::Corrupt("device list"))?;
        let mut devices: Vec<DeviceId> = list.devices.iter().map(|d| d.device).collect();
        devices.retain(|id| *id != self.own.device);
        let mut missing = Vec::new();
        for id in &devices {
            let device = self.device(id)?;
            if device.is_none_or(|d| d.seal_key_id.is_none() || d.seal_not_after < self.now) {
                self.fetch_devices(account);
                return Ok(None);
            }
            if self.sessions(id)?.first().is_none_or(|s| s.pickle.is_none()) {
                missing.push(*id);
            }
        }
        if !missing.is_empty() {
            self.claim_keys(account, missing);
            return Ok(None);
        }
        Ok(Some(Reached { peer, devices }))
    }

    /// What a person says to somebody, one's own other devices hear too.
    fn goes_to_siblings(&self, row: &OutboxRow) -> bool {
        row.with.is_some() && row.only.is_none() && row.recipient != self.own.account
    }

    fn meant(&self, row: &OutboxRow, theirs: &Reached, ours: Option<&Reached>) -> BTreeSet<DeviceId> {
        let ours = ours.filter(|_| self.goes_to_siblings(row)).map_or(&[][..], |ours| &ours.devices);
        let theirs = theirs.devices.iter().filter(|id| row.only.is_none_or(|only| only == **id));
        theirs.chain(ours).copied().collect()
    }

    /// Copies for every device meant. Copies that exist for devices still listed are kept: their counters are used up.
    fn encrypt(&mut self, mut row: OutboxRow, theirs: &Reached, ours: Option<&Reached>) -> Result<(), StepError> {
        let meant = self.meant(&row, theirs, ours);
        row.copies.retain(|c| meant.contains(&c.device));
        let done: BTreeSet<DeviceId> = row.copies.iter().map(|c| c.device).collect();
        for id in meant.difference(&done) {
            let ours = ours.filter(|ours| ours.devices.contains(id));
            let copy = self.encrypt_for(id, &row, &ours.unwrap_or(theirs).peer)?;
            row.copies.push(copy);
        }
        if row.copies.is_empty() {
            // The one device it was for is no longer listed.
            self.change(Change::DeleteOutbox(row.id));
            return self.secret_is_out(row.id);
        }
        row.list_version = theirs.peer.version;
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
            with: row.with.filter(|_| peer.account == self.own.account),
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
            conversation: match row.with {
                Some(person) if device.account == self.own.account => Conversation::Direct(person),
                _ => Conversation::Direct(self.own.account),
            },
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
}
