//! Blocking somebody: they are not heard, and what they know of one's presence ends with the profile key.

use super::context::Step;
use crate::{
    changes::Change,
    rows::{ChatId, ContactRow, DeviceRow, Secret32},
    step::{Effect, StepError},
};

impl Step<'_> {
    /// Somebody is blocked, or no longer.
    pub(super) fn block(&mut self, chat: ChatId, blocked: bool) -> Result<(), StepError> {
        let contact = self.contact(chat)?;
        if contact.blocked == blocked || contact.account == self.own.account {
            return Ok(());
        }
        let contact = ContactRow { blocked, ..contact };
        self.put_contact(contact.clone());
        self.effect(Effect::WatchAgain);
        if blocked {
            self.change(Change::DeleteReceiptsOf(contact.account));
            self.end_call_with(contact.account)?;
            self.turn_profile_key_over()
        } else {
            // They learn the key that has been turned over meanwhile.
            self.greet_again(&contact)?;
            self.pump(contact.account)
        }
    }

    /// A new profile key, and with it a new delivery token. Whoever is written to next learns it.
    fn turn_profile_key_over(&mut self) -> Result<(), StepError> {
        let mut key = Secret32([0; 32]);
        self.rng.fill_bytes(&mut key.0);
        self.own.profile_key = key;
        self.change(Change::PutOwn(Box::new(self.own.clone())));
        for contact in self.rows.contacts()? {
            for device in self.rows.devices(&contact.account)?.into_iter().filter(|d| d.greeted) {
                self.put_device(DeviceRow { greeted: false, ..device });
            }
        }
        self.effect(Effect::PublishProfile);
        Ok(())
    }
}
