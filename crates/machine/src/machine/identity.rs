//! Whom to believe: contacts, numbers that change hands, and what the person decides about it.

use sotto_wire::{AccountId, MessageId, PhoneNumber};

use super::context::Step;
use crate::{
    body::Body,
    changes::Change,
    rows::{ChatId, ContactRow, Failure, MessageRow, MessageState, Notice, OutboxKind, Trust},
    step::{Effect, Event, StepError},
    story::is_story,
};

impl Step<'_> {
    /// A person starts a chat with a number that the relay found.
    pub(super) fn start_chat(&mut self, number: PhoneNumber, account: AccountId) -> Result<(), StepError> {
        if let Some(known) = self.rows.contact_with_number(&number)? {
            if known.account == account && account == self.own.account {
                return self.start_notes();
            }
            return if known.account == account { Ok(()) } else { self.number_moved(known, account) };
        }
        let contact = match self.contact_of(&account)? {
            Some(known) => ContactRow { number: Some(number), claimed_number: None, ..known },
            None => ContactRow { number: Some(number), accepted: true, ..self.meet(account)? },
        };
        self.list(contact);
        self.fetch_devices(account);
        Ok(())
    }

    /// The contact of an account. A new one is not in the list of chats before something is said there.
    pub(super) fn meet(&mut self, account: AccountId) -> Result<ContactRow, StepError> {
        if let Some(known) = self.contact_of(&account)? {
            return Ok(known);
        }
        // Oneself: the other devices of this account.
        let own = account == self.own.account;
        let contact = ContactRow {
            chat: self.next_chat()?,
            account,
            number: own.then(|| self.own.number.clone()),
            claimed_number: None,
            trust: if own { Trust::FirstSeen } else { Trust::Unknown },
            accepted: own,
            profile_key: None,
            token_refused: false,
            blocked: false,
            listed: false,
        };
        self.put_contact(contact.clone());
        Ok(contact)
    }

    /// Puts a contact into the list of chats; its chat begins with the word about encryption.
    pub(super) fn list(&mut self, contact: ContactRow) {
        let chat = contact.chat;
        let before = contact.listed;
        self.put_contact(ContactRow { listed: true, ..contact });
        if !before {
            self.notice(chat, Notice::Encrypted);
        }
    }

    /// The relay's answer about a number. It never raises trust.
    pub(super) fn looked_up(&mut self, number: PhoneNumber, account: Option<AccountId>) -> Result<(), StepError> {
        let Some(account) = account.filter(|a| *a != self.own.account) else { return Ok(()) };
        match self.rows.contact_with_number(&number)? {
            Some(known) if known.account == account => Ok(()),
            Some(known) => self.number_moved(known, account),
            None => {
                if let Some(claimer) = self.contact_of(&account)?
                    && claimer.claimed_number.as_ref() == Some(&number)
                {
                    self.put_contact(ContactRow { number: Some(number), claimed_number: None, ..claimer });
                }
                Ok(())
            }
        }
    }

    /// A known person's number belongs to another account now. Nothing queued goes there by itself;
    /// token and acceptance by that account are not inherited.
    fn number_moved(&mut self, known: ContactRow, account: AccountId) -> Result<(), StepError> {
        let stranger = self.contact_of(&account)?;
        self.give_up_outbox(&known)?;
        let (trust, notice) = match known.trust {
            Trust::Verified | Trust::Violated => (Trust::Violated, Notice::KeyViolated),
            Trust::Unknown | Trust::FirstSeen => (Trust::FirstSeen, Notice::KeyChanged),
        };
        let chat = known.chat;
        if let Some(stranger) = &stranger {
            self.change(Change::MergeChats { from: stranger.chat, into: chat });
            self.event(Event::ChatGone(stranger.chat));
        }
        self.put_contact(ContactRow {
            account,
            trust,
            profile_key: stranger.and_then(|s| s.profile_key.clone()),
            claimed_number: None,
            token_refused: false,
            ..known
        });
        self.notice(chat, notice);
        self.effect(Effect::WatchAgain);
        self.effect(Effect::FetchProfile(chat));
        self.fetch_devices(account);
        Ok(())
    }

    /// What was queued for an account that is gone fails, with "Try again" left to the person.
    fn give_up_outbox(&mut self, contact: &ContactRow) -> Result<(), StepError> {
        for row in self.outbox_for(&contact.account)? {
            self.change(Change::DeleteOutbox(row.id));
            if let OutboxKind::Message(id) = row.kind {
                self.fail_message(id, Failure::AccountGone)?;
            }
        }
        Ok(())
    }

    /// "Accept" on a stranger: they learn one's profile key, and receipts begin.
    pub(super) fn accept_request(&mut self, chat: ChatId) -> Result<(), StepError> {
        if let Some(group) = self.group_of_chat(chat)? {
            return self.accept_group(group);
        }
        let contact = self.contact(chat)?;
        if contact.accepted {
            return Ok(());
        }
        let account = contact.account;
        self.accept(contact)?;
        self.enqueue(account, None, OutboxKind::Service, &Body::Hello, None)?;
        self.pump(account)
    }

    /// Marks a contact as accepted and lets the receipts that were held back go.
    pub(super) fn accept(&mut self, contact: ContactRow) -> Result<ContactRow, StepError> {
        let contact = ContactRow { accepted: true, ..contact };
        self.put_contact(contact.clone());
        self.release_receipts(&contact.account)?;
        self.effect(Effect::WatchAgain);
        Ok(contact)
    }

    /// Safety numbers match.
    pub(super) fn verify(&mut self, chat: ChatId) -> Result<(), StepError> {
        let contact = self.contact(chat)?;
        if contact.trust == Trust::Verified {
            return Ok(());
        }
        self.tell_siblings(&Body::VerifiedHere(contact.account))?;
        self.put_verified(contact)
    }

    /// What follows on this device, wherever they were compared.
    pub(super) fn put_verified(&mut self, contact: ContactRow) -> Result<(), StepError> {
        if contact.trust == Trust::Verified {
            return Ok(());
        }
        let (chat, listed) = (contact.chat, contact.listed);
        self.put_contact(ContactRow { trust: Trust::Verified, ..contact });
        if listed {
            self.notice(chat, Notice::Verified);
        }
        self.release_held(chat)
    }

    /// A changed key is accepted without comparing.
    pub(super) fn accept_key(&mut self, chat: ChatId) -> Result<(), StepError> {
        let contact = self.contact(chat)?;
        if contact.trust != Trust::Violated {
            return Ok(());
        }
        self.put_contact(ContactRow { trust: Trust::FirstSeen, ..contact });
        self.release_held(chat)
    }

    fn release_held(&mut self, chat: ChatId) -> Result<(), StepError> {
        let contact = self.contact(chat)?;
        for message in self.rows.held(chat)? {
            self.queue_message(&contact, MessageRow { state: MessageState::Sending, ..message })?;
        }
        self.pump(contact.account)
    }

    /// Shows a message as failed.
    pub(super) fn fail_message(&mut self, id: MessageId, why: Failure) -> Result<(), StepError> {
        match self.message(&self.own.account, &id)? {
            Some(story) if is_story(&story) => self.fail_story(story, why),
            Some(message) => {
                self.put_message(MessageRow { state: MessageState::Failed(why), ..message });
                Ok(())
            }
            None => Ok(()),
        }
    }
}
