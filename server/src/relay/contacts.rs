//! First contacts: whoever has no delivery token may write to few people, and little.

use std::collections::HashMap;

use sotto_wire::{AccountId, Timestamp, limits::HOUR};

use super::{Allowance, Limits};

/// Who wrote to whom without a token in the last hour. Kept in memory: a restart forgives.
#[derive(Debug, Default)]
pub(super) struct FirstContacts {
    by_sender: HashMap<AccountId, HashMap<AccountId, Contact>>,
}

#[derive(Debug, Default)]
struct Contact {
    since: Timestamp,
    messages: Allowance,
}

impl FirstContacts {
    /// Counts a message from one person to another.
    ///
    /// # Errors
    /// The milliseconds after which it is worth trying again.
    pub(super) fn count(&mut self, from: AccountId, to: AccountId, limits: &Limits, now: Timestamp) -> Result<(), u64> {
        let contacts = self.by_sender.entry(from).or_default();
        contacts.retain(|_, c| c.since + HOUR > now);
        if !contacts.contains_key(&to) && contacts.len() as u64 >= limits.first_contacts {
            let oldest = contacts.values().map(|c| c.since).min().unwrap_or(now);
            return Err((oldest + HOUR - now).max(1));
        }
        let contact = contacts.entry(to).or_insert_with(|| Contact { since: now, ..Contact::default() });
        contact.messages.take(limits.first_messages, now)
    }

    pub(super) fn tidy(&mut self, now: Timestamp) {
        self.by_sender.retain(|_, contacts| {
            contacts.retain(|_, c| c.since + HOUR > now);
            !contacts.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: AccountId = AccountId([1; 32]);

    fn person(n: u8) -> AccountId {
        AccountId([n; 32])
    }

    #[test]
    fn only_so_many_new_people_in_an_hour() {
        let limits = Limits { first_contacts: 2, ..Limits::default() };
        let mut contacts = FirstContacts::default();
        assert_eq!(contacts.count(ALICE, person(2), &limits, 1_000), Ok(()));
        assert_eq!(contacts.count(ALICE, person(3), &limits, 2_000), Ok(()));
        assert_eq!(contacts.count(ALICE, person(4), &limits, 3_000), Err(HOUR - 2_000));
        assert_eq!(contacts.count(ALICE, person(2), &limits, 3_000), Ok(()), "whom she has asked may be asked again");
        assert_eq!(contacts.count(ALICE, person(4), &limits, HOUR + 1_000), Ok(()));
    }

    #[test]
    fn only_so_many_messages_to_one_of_them() {
        let limits = Limits { first_messages: super::super::Rate::per(2, HOUR), ..Limits::default() };
        let mut contacts = FirstContacts::default();
        assert!(contacts.count(ALICE, person(2), &limits, 0).is_ok());
        assert!(contacts.count(ALICE, person(2), &limits, 0).is_ok());
        assert_eq!(contacts.count(ALICE, person(2), &limits, 0), Err(HOUR / 2));
    }
}
