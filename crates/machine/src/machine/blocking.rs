//! Blocking somebody: they are not heard, and what they know of one's presence ends with the profile key.

use super::context::Step;
use crate::{
    body::{BlockedHere, Body, ProfileKeyHere},
    changes::Change,
    rows::{ChatId, ContactRow, Secret32},
    step::{Effect, StepError},
};

impl Step<'_> {
    /// Somebody is blocked, or no longer.
    pub(super) fn block(&mut self, chat: ChatId, blocked: bool) -> Result<(), StepError> {
        let contact = self.contact(chat)?;
        if contact.blocked == blocked || contact.account == self.own.account {
            return Ok(());
        }
        self.tell_siblings(&Body::BlockedHere(BlockedHere { account: contact.account, blocked }))?;
        self.put_blocked(contact, blocked)?;
        if blocked { self.turn_profile_key_over() } else { Ok(()) }
    }

    /// What follows on this device, wherever it was decided.
    pub(super) fn put_blocked(&mut self, contact: ContactRow, blocked: bool) -> Result<(), StepError> {
        let contact = ContactRow { blocked, ..contact };
        self.put_contact(contact.clone());
        self.effect(Effect::WatchAgain);
        if blocked {
            self.change(Change::DeleteReceiptsOf(contact.account));
            self.end_call_with(contact.account)
        } else {
            // They learn the key that has been turned over meanwhile.
            self.greet_again(&contact)?;
            self.pump(contact.account)
        }
    }

    /// A new profile key, and with it a new delivery token.
    fn turn_profile_key_over(&mut self) -> Result<(), StepError> {
        let mut key = Secret32([0; 32]);
        self.rng.fill_bytes(&mut key.0);
        let turned_at = self.now.max(self.own.profile_turned_at + 1);
        self.tell_siblings(&Body::ProfileKeyHere(ProfileKeyHere { key: key.0, turned_at }))?;
        self.take_profile_key(key, turned_at)?;
        self.effect(Effect::PublishProfile);
        Ok(())
    }
}
