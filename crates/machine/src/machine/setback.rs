//! A device whose disk was set back to an older copy of itself: it counts from where it has been before.
//!
//! Its peer sees it in a message that decrypts and whose counter was received before. That is no replay: a
//! ciphertext is known by its hash, and a ratchet gives each key once. Or the peer cannot read it at all, and
//! heals. Either way it says from which counter on it listens. The device that was set back goes on from
//! there, sends again what nobody has confirmed, and asks the same. Whoever lies about it harms only their own
//! pair: everything here is bounded, and counters and sessions of other pairs are not touched.

use std::collections::{BTreeMap, BTreeSet};

use sotto_wire::{DeviceId, MessageId, Timestamp};
use vodozemac::olm::Account;

use super::{
    context::Step,
    gap::{HEAL_INTERVAL, is_on_its_way, may_come_again},
};
use crate::{
    body::{self, Body, Inner},
    changes::Change,
    codec,
    rows::{ContactRow, Content, DeviceRow, MessageRow, OutboxKind, OutboxRow, SentRow, Trust},
    session::{OlmSession, pickle_account},
    step::{Rejection, StepError},
};

/// A counter never jumps further at once.
const FARTHEST: u64 = 10_000;
/// What was sent more counters before is not sent again.
const SENT_AGAIN: u64 = 200;

/// When something was last done for a device on this connection. It may be done again an hour later.
pub(super) type Hourly = BTreeMap<DeviceId, Timestamp>;

/// True once an hour.
pub(super) fn is_due(done: &mut Hourly, device: DeviceId, now: Timestamp) -> bool {
    if done.get(&device).is_some_and(|at| now < at + HEAL_INTERVAL) {
        return false;
    }
    done.insert(device, now);
    true
}

impl Step<'_> {
    /// A message under a counter that was received before. Its session counts, and so does a request in it;
    /// nothing else that it says.
    pub(super) fn repeated(
        &mut self,
        device: DeviceRow,
        inner: &Inner,
        session: &OlmSession,
        account: Option<Account>,
    ) -> Result<(), StepError> {
        self.dropped(Rejection::Repeated);
        let Some(contact) = self.contact_of(&device.account)?.filter(|c| c.trust != Trust::Violated && !c.blocked)
        else {
            return Ok(());
        };
        self.change(Change::PutSession(session.row(self.now)));
        if let Some(account) = account {
            self.change(Change::PutOlmAccount(pickle_account(&account)));
        }
        // It may have forgotten our profile key as well.
        let device = DeviceRow { greeted: false, ..device };
        self.put_device(device.clone());
        if is_due(&mut self.memory.set_right, device.device, self.now) {
            self.ask_from(&contact, &device)?;
        }
        if let Ok(body) = body::unpack(inner) {
            let device = self.catch_up(&contact, device, &body)?;
            if let Body::Resend { counters, from } = body {
                return self.resend(&contact, &device, counters, from);
            }
        }
        self.pump(contact.account)
    }

    /// Says from which counter on a device is listened to.
    pub(super) fn ask_from(&mut self, contact: &ContactRow, device: &DeviceRow) -> Result<(), StepError> {
        let body = Body::Resend { counters: Vec::new(), from: Some(device.next_receive) };
        self.enqueue(contact.account, Some(device.device), OutboxKind::Service, &body, None)?;
        Ok(())
    }

    /// A peer says from which counter on it listens. If that is a later one than the next one here, this device
    /// was set back.
    pub(super) fn catch_up(
        &mut self,
        contact: &ContactRow,
        mut device: DeviceRow,
        body: &Body,
    ) -> Result<DeviceRow, StepError> {
        let Body::Resend { from: Some(from), .. } = *body else { return Ok(device) };
        let jump = from.saturating_sub(device.next_send);
        if jump > FARTHEST || contact.account != device.account {
            return Ok(device);
        }
        let before = from.min(device.next_send);
        if jump > 0 {
            device = DeviceRow { next_send: from, greeted: false, ..device };
            self.put_device(device.clone());
            // What was asked for under an old counter was not heard.
            self.memory.asked.remove(&device.device);
            self.memory.asked_back.remove(&device.device);
        }
        self.send_unconfirmed_before(contact, &device, before)?;
        Ok(device)
    }

    /// What a device has not confirmed, under new counters, once an hour. It knows by its id what it has.
    pub(super) fn send_unconfirmed(&mut self, contact: &ContactRow, device: &DeviceRow) -> Result<(), StepError> {
        self.send_unconfirmed_before(contact, device, device.next_send)?;
        self.pump(contact.account)
    }

    fn send_unconfirmed_before(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        before: u64,
    ) -> Result<(), StepError> {
        if !is_due(&mut self.memory.caught_up, device.device, self.now) {
            return Ok(());
        }
        let to = (contact.account, device.device);
        let mut again: BTreeSet<MessageId> = BTreeSet::new();
        for pair_counter in before.saturating_sub(SENT_AGAIN)..before {
            let Some(SentRow { message: Some(id), action, with, .. }) = self.rows.sent(&device.device, pair_counter)?
            else {
                continue;
            };
            if !again.insert(id) {
                continue;
            }
            if let Some(body) = action {
                if self.is_worth_repeating(&body)? {
                    self.send_again(to, (OutboxKind::Action(id), body), pair_counter, with)?;
                }
                continue;
            }
            let own = self.message(&self.own.account, &id)?;
            let here = |message: &MessageRow| with.is_some() || message.chat == contact.chat;
            let Some(message) = own.filter(|message| here(message) && is_on_its_way(message.state)) else { continue };
            if let Content::Post(post) = message.content
                && may_come_again(&post)
            {
                let body = codec::encode(&Body::Post(post));
                self.send_again(to, (OutboxKind::Message(id), body), pair_counter, with)?;
            }
        }
        // Receipts and answers that were encrypted and not yet answered for.
        for row in self.outbox_for(&contact.account)? {
            // A message for a full mailbox is none of them: it is remembered as sent.
            let post = matches!(codec::decode(&row.body), Ok(Body::Post(_) | Body::Story { .. }));
            let waits = row.copies.iter().any(|copy| copy.device == device.device);
            if row.kind == OutboxKind::Service && waits && !post {
                let again = self.new_row(contact.account, row.kind, row.body);
                self.queue_row(OutboxRow { only: Some(device.device), fills: row.fills, ..again })?;
            }
        }
        Ok(())
    }
}
