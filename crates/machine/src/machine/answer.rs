//! What the relay answers for what was sent: one tick, later, or never.

use sotto_wire::{RefuseReason, RefusedDevice, SendId, Timestamp, limits};

use super::context::Step;
use crate::{
    changes::Change,
    rows::{ContactRow, Failure, OutboxKind, OutboxRow},
    step::{Effect, StepError},
};

/// Devices whose mailboxes are full are tried again after this time.
pub(super) const FULL_RETRY: u64 = limits::HOUR;
/// After a refusal without a time of its own.
pub(super) const DEFAULT_RETRY: u64 = 30 * limits::SECOND;

impl Step<'_> {
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
        // Full devices are tried again hourly, each alone and with the copy that it was not given: encrypted anew it would
        // be another message. The message itself has its tick.
        for copy in std::mem::take(&mut row.copies) {
            let Some(recipient) = self.device(&copy.device)?.map(|device| device.account) else { continue };
            let (id, not_before) = (self.new_send_id(), self.now + FULL_RETRY);
            let (only, kind, with) = (Some(copy.device), OutboxKind::Service, None);
            let copies = vec![copy];
            self.effect(Effect::WakeAt(not_before));
            self.queue_row(OutboxRow { id, recipient, only, kind, with, copies, not_before, ..row.clone() })?;
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
            RefuseReason::ListChanged => {
                self.is_outdated(account)?;
                if row.with.is_some() {
                    // It may have been one's own list, by which one's other devices were meant.
                    self.is_outdated(self.own.account)?;
                }
            }
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
            // What was sent again to one device had left before.
            OutboxKind::Message(_) if row.fills.is_some() => Ok(()),
            OutboxKind::Message(id) => self.fail_message(id, why),
            OutboxKind::Action(_) => Ok(()),
            OutboxKind::Service => self.secret_is_out(row.id),
        }
    }
}
