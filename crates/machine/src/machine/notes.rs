//! The chat with oneself: a conversation like any other, which only one's own devices hear.

use super::context::Step;
use crate::step::StepError;

impl Step<'_> {
    /// The chat with oneself is wanted; there is one.
    pub(super) fn start_notes(&mut self) -> Result<(), StepError> {
        let contact = self.meet(self.own.account)?;
        if !contact.listed {
            self.list(contact);
        }
        Ok(())
    }
}
