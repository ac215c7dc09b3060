//! The chat with oneself: a conversation like any other, of which nothing leaves this device.

use super::context::Step;
use crate::{
    rows::{ContactRow, Trust},
    step::StepError,
};

impl Step<'_> {
    /// The chat with oneself is wanted; there is one.
    pub(super) fn start_notes(&mut self) -> Result<(), StepError> {
        let account = self.own.account;
        if self.contact_of(&account)?.is_some() {
            return Ok(());
        }
        let contact = self.meet(account)?;
        // One's own key needs no comparing.
        let number = Some(self.own.number.clone());
        self.list(ContactRow { number, trust: Trust::FirstSeen, accepted: true, ..contact });
        Ok(())
    }
}
