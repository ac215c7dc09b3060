//! Telling the people one writes with that one's profile, or the key to it, is another.

use super::context::Step;
use crate::{
    body::Body,
    codec,
    rows::{ContactRow, OutboxKind},
    step::StepError,
};

impl Step<'_> {
    /// The relay has it: everybody who has been written to is told, and fetches it.
    pub(super) fn profile_published(&mut self) -> Result<(), StepError> {
        for contact in self.rows.contacts()? {
            self.greet_again(&contact)?;
            self.pump(contact.account)?;
        }
        Ok(())
    }

    /// A word to an accepted person who has been written to before, with the greeting if they miss the key.
    pub(super) fn greet_again(&mut self, contact: &ContactRow) -> Result<(), StepError> {
        let written_to = self.rows.devices(&contact.account)?.iter().any(|device| device.next_send > 1);
        if !contact.accepted || contact.blocked || !written_to || contact.account == self.own.account {
            return Ok(());
        }
        let hello = codec::encode(&Body::Hello);
        let waits = self.outbox_for(&contact.account)?.iter().any(|row| row.copies.is_empty() && row.body == hello);
        if !waits {
            self.enqueue(contact.account, None, OutboxKind::Service, &Body::Hello, None)?;
        }
        Ok(())
    }
}
