//! From a delivered message to the screen: open, check, decrypt, compare every identity, store; only then acknowledge.

use sotto_wire::{AccountId, DeviceList, Hash, MessageId, Timestamp};

use super::context::Step;
use crate::{
    body::{self, Body, Conversation, Greeting, Inner},
    changes::Change,
    post::Post,
    rows::{ChatId, ContactRow, Content, DeviceRow, Marks, MessageRow, MessageState, Secret32},
    seal::{Introduction, OpenError, SealedPayload, SealedPlain},
    session::{self, Decrypted},
    step::{Effect, Event, Rejection, StepError},
    trust::{self, ListStanding},
};

impl Step<'_> {
    /// A message came. Whatever it is, it is acknowledged once its consequences are committed.
    pub(super) fn delivered(
        &mut self,
        seq: u64,
        at: Timestamp,
        opened: Result<SealedPlain, OpenError>,
    ) -> Result<(), StepError> {
        self.effect(Effect::Acknowledge { up_to: seq });
        let Ok(plain) = opened else {
            self.dropped(Rejection::Seal);
            return Ok(());
        };
        let SealedPayload::Olm { olm_type, bytes } = &plain.payload else {
            self.dropped(Rejection::Malformed);
            return Ok(());
        };
        let device = match self.sender(&plain, at)? {
            Ok(device) => device,
            Err(why) => {
                self.refuse_sender(&plain, why);
                return Ok(());
            }
        };
        let hash = session::ciphertext_hash(&device.device, *olm_type, bytes);
        if self.rows.seen(&hash)? {
            return Ok(());
        }
        self.change(Change::PutSeen { hash, at: self.now });
        let sessions = self.sessions(&device.device)?;
        let decrypted =
            session::decrypt(|| self.olm_account(), &sessions, device.device, &device.olm_key, *olm_type, bytes)?;
        match decrypted {
            Ok(decrypted) => self.decrypted(device, decrypted, at),
            Err(why) => {
                self.dropped(why);
                if why == Rejection::Undecryptable {
                    self.heal(device)?;
                }
                Ok(())
            }
        }
    }

    fn refuse_sender(&mut self, plain: &SealedPlain, why: Rejection) {
        let contradiction = matches!(why, Rejection::ListRolledBack | Rejection::Certificate);
        match plain.standing.read_unverified() {
            Ok(standing) if contradiction => {
                self.event(Event::KeysRejected { account: standing.account, why });
            }
            _ => self.dropped(why),
        }
    }

    /// The sending device, by its standing and its introduction; verified as if fetched, without asking the relay.
    pub(super) fn sender(
        &mut self,
        plain: &SealedPlain,
        at: Timestamp,
    ) -> Result<Result<DeviceRow, Rejection>, StepError> {
        let Ok(standing) = plain.standing.verify(&self.own.standing_key) else { return Ok(Err(Rejection::Standing)) };
        if !(standing.issued <= at + sotto_wire::limits::HOUR && at <= standing.expires) {
            return Ok(Err(Rejection::Standing));
        }
        let known = self.device(&standing.device)?;
        let device = match &plain.introduction {
            None => match known {
                Some(known) => known,
                None => return Ok(Err(Rejection::UnknownDevice)),
            },
            Some(introduction) => match self.introduced(introduction, known)? {
                Ok(device) => device,
                Err(why) => return Ok(Err(why)),
            },
        };
        if device.account != standing.account || device.device != standing.device {
            return Ok(Err(Rejection::Standing));
        }
        Ok(Ok(device))
    }

    fn introduced(
        &mut self,
        introduction: &Introduction,
        known: Option<DeviceRow>,
    ) -> Result<Result<DeviceRow, Rejection>, StepError> {
        let Ok(claimed) = DeviceList::verify(&introduction.list) else { return Ok(Err(Rejection::Certificate)) };
        let standing = match trust::check_list(self.pinned(&claimed.account)?, &introduction.list, self.now) {
            Ok(standing) => standing,
            Err(why) => return Ok(Err(why)),
        };
        let Ok(current) = standing.peer().list.read_unverified() else { return Ok(Err(Rejection::Certificate)) };
        let cert = match trust::check_device(&current, &introduction.device) {
            Ok(cert) => cert,
            Err(why) => return Ok(Err(why)),
        };
        if cert.device == self.own.device {
            return Ok(Err(Rejection::Identity));
        }
        let was_known = known.filter(|k| k.device == cert.device);
        let device = match trust::meet(was_known.clone(), &cert) {
            Ok(device) => device,
            Err(why) => return Ok(Err(why)),
        };
        if let ListStanding::New(peer) = standing {
            self.pin(*peer, true)?;
        }
        if was_known.is_none() {
            self.put_device(device.clone());
        }
        Ok(Ok(device))
    }

    fn decrypted(&mut self, device: DeviceRow, decrypted: Decrypted, at: Timestamp) -> Result<(), StepError> {
        let Ok(inner) = body::decode_inner(decrypted.plaintext) else {
            self.dropped(Rejection::Malformed);
            return Ok(());
        };
        if let Err(why) = self.check_identities(&inner, &device)? {
            match why {
                Rejection::ListRolledBack => self.event(Event::KeysRejected { account: device.account, why }),
                other => self.dropped(other),
            }
            return Ok(());
        }
        let gaps = self.gaps(&device.device)?;
        if inner.pair_counter < device.next_receive && !gaps.contains(&inner.pair_counter) {
            return self.repeated(device, &inner, &decrypted.session, decrypted.account);
        }
        self.change(Change::PutSession(decrypted.session.row(self.now)));
        if let Some(account) = decrypted.account {
            self.change(Change::PutOlmAccount(session::pickle_account(&account)));
        }
        let contact = self.meet(device.account)?;
        self.first_seen(device.account)?;
        if inner.recipient.list_version > self.own_list()?.version {
            // This account has a list that this device has not seen.
            self.is_outdated(self.own.account)?;
        }
        let contact = self.contact(contact.chat)?;
        if contact.blocked {
            return self.count_unheard(contact, device, &inner);
        }
        let body = body::unpack(&inner);
        let device = match &body {
            Ok(body) => self.catch_up(&contact, device, body)?,
            Err(_) => device,
        };
        let device = self.count(&contact, device, &inner)?;
        let contact = self.greeted(contact, inner.greeting.as_ref())?;
        match body {
            Ok(body) => self.receive(&contact, &device, &inner, body, at),
            // A newer version may say things this one does not know: they count as received and show nothing.
            Err(_) => {
                self.dropped(Rejection::Malformed);
                Ok(())
            }
        }
    }

    /// Every name inside must agree with the session, with the pinned lists and with this device.
    fn check_identities(&self, inner: &Inner, device: &DeviceRow) -> Result<Result<(), Rejection>, StepError> {
        let sender = &inner.sender;
        let Some(peer) = self.pinned(&device.account)? else { return Ok(Err(Rejection::Identity)) };
        let own_cert = self.own_cert()?;
        let sender_agrees = sender.account == device.account
            && sender.device == device.device
            && sender.device_key == device.device_key
            && sender.account_key == peer.account_key;
        let recipient_agrees = inner.recipient.account == self.own.account
            && inner.recipient.device == self.own.device
            && inner.recipient.device_key == own_cert.device_key;
        if !sender_agrees || !recipient_agrees {
            return Ok(Err(Rejection::Identity));
        }
        if !list_is_known(sender.list_version, sender.list_hash, peer.version, peer.list.hash(), &peer.chain) {
            return Ok(Err(Rejection::ListRolledBack));
        }
        let own_list = self.own_list()?;
        let own_seen = &inner.recipient;
        if own_seen.list_version == own_list.version && own_seen.list_hash != self.own.list.hash() {
            return Ok(Err(Rejection::ListRolledBack));
        }
        // Nobody but the primary signs lists: it cannot have missed one.
        if own_seen.list_version > own_list.version && self.own.seed.is_some() {
            return Ok(Err(Rejection::ListRolledBack));
        }
        // Only one's own devices may name somebody else.
        let named = match inner.conversation {
            Conversation::Direct(person) => person == device.account || device.account == self.own.account,
            Conversation::Group(_) => false,
        };
        Ok(if named { Ok(()) } else { Err(Rejection::Conversation) })
    }

    /// A first or renewed greeting: the profile key, and a number to be confirmed by the relay.
    pub(super) fn greeted(
        &mut self,
        contact: ContactRow,
        greeting: Option<&Greeting>,
    ) -> Result<ContactRow, StepError> {
        let Some(greeting) = greeting else { return Ok(contact) };
        let profile_key = Secret32(greeting.profile_key);
        let number = greeting.number.parse().ok();
        let unconfirmed = contact.number.is_none() && number.is_some() && contact.claimed_number != number;
        if contact.profile_key.as_ref() == Some(&profile_key) && !unconfirmed && !contact.token_refused {
            return Ok(contact);
        }
        let mut contact = ContactRow { profile_key: Some(profile_key), token_refused: false, ..contact };
        if unconfirmed {
            contact.claimed_number = number.clone();
        }
        self.put_contact(contact.clone());
        if unconfirmed && let Some(number) = number {
            self.effect(Effect::LookUp(number));
        }
        self.effect(Effect::FetchProfile(contact.chat));
        self.effect(Effect::WatchAgain);
        Ok(contact)
    }

    fn receive(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        inner: &Inner,
        body: Body,
        at: Timestamp,
    ) -> Result<(), StepError> {
        let body = match device.account == self.own.account {
            true => match self.receive_from_sibling(contact, device, inner, body, at)? {
                Some(body) => body,
                None => return Ok(()),
            },
            false => body,
        };
        match body {
            Body::Post(post) => {
                if !contact.listed {
                    self.list(contact.clone());
                }
                let written = Written { author: device.account, id: inner.message_id, sent_at: inner.sent_at, at };
                if self.receive_post(contact.chat, written, post)? {
                    self.owe_receipt(contact, inner.message_id, MessageState::Delivered)?;
                }
                Ok(())
            }
            Body::Receipt { read, messages } => {
                let state = if read { MessageState::Read } else { MessageState::Delivered };
                self.receive_receipt(contact, device.device, state, &messages)
            }
            Body::Played(messages) => self.receive_receipt(contact, device.device, MessageState::Played, &messages),
            // Beside a greeting, or because something about them has changed.
            Body::Hello => {
                self.effect(Effect::FetchProfile(contact.chat));
                Ok(())
            }
            Body::Edit { .. }
            | Body::Delete { .. }
            | Body::React { .. }
            | Body::Pin { .. }
            | Body::Timer { .. }
            | Body::Vote { .. }
            | Body::ClosePoll { .. } => {
                if let Some(story) = self.story_meant(&body, device.account)? {
                    self.receive_story_action(&story, device.account, at, body)?;
                    return self.owe_receipt(contact, inner.message_id, MessageState::Delivered);
                }
                self.receive_action(contact.chat, device.account, inner.message_id, at, body)?;
                self.owe_receipt(contact, inner.message_id, MessageState::Delivered)
            }
            Body::Story { post, posted } => {
                let written = Written { author: device.account, id: inner.message_id, sent_at: inner.sent_at, at };
                self.receive_story(contact, written, post, posted)
            }
            Body::Call(call) => self.receive_call(contact, device, inner, call, at),
            Body::GroupCall(call) => self.receive_group_call(contact, device, inner, call, at),
            Body::Resend { counters, from } => self.resend(contact, device, counters, from),
            Body::Gone { counters } => self.gone(contact, device, &counters),
            Body::SenderKey(key) => self.receive_sender_key(device, &key),
            Body::GroupSecret(secret) => self.receive_group_secret(device.account, &secret),
            Body::JoinRequest(asked) => self.receive_join_request(device.account, &asked),
            Body::ForkSeen(seen) => self.receive_fork(device.account, &seen),
            Body::GroupNews { group, wanted } => self.receive_group_news(device.account, group, wanted),
            Body::SeenHere { .. }
            | Body::StarredHere { .. }
            | Body::BlockedHere(_)
            | Body::VerifiedHere(_)
            | Body::ProfileKeyHere(_)
            | Body::StoryHere(_) => {
                self.dropped(Rejection::Authority);
                Ok(())
            }
        }
    }

    /// A message for a chat, from one person or in a group. Answers whether its author is to be told.
    pub(super) fn receive_post(&mut self, chat: ChatId, written: Written, post: Post) -> Result<bool, StepError> {
        let Written { author, id, sent_at, at } = written;
        if let Some(known) = self.message(&author, &id)? {
            // Sent again because no receipt came: one that was lost is made up for.
            return Ok(known.chat == chat);
        }
        if self.rows.is_gone(&author, &id)? {
            // Put away or run out here: a copy does not bring it back, but its sender need not send another.
            return Ok(true);
        }
        let post = self.with_mentions(chat, post.believed())?;
        let mentioned = self.is_mentioned(&author, &post.mentions);
        let marks = Marks { relay_at: Some(at), mentioned, ..Marks::default() };
        let marks = self.once_marks(&post, marks);
        self.put_message(MessageRow {
            id,
            chat,
            author,
            // A clock that runs ahead does not put a message into the future.
            at: sent_at.min(at),
            state: MessageState::Received,
            content: Content::Post(post),
            unread: true,
            marks,
        });
        self.event(Event::Arrived { chat, author, id, mentioned });
        self.do_waiting(chat, author, id)?;
        Ok(true)
    }
}

/// By whom, under which id and when something was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) author: AccountId,
    pub(super) id: MessageId,
    /// By the author's clock.
    pub(super) sent_at: Timestamp,
    /// The relay's time.
    pub(super) at: Timestamp,
}

pub(super) fn list_is_known(version: u64, hash: Hash, pinned: u64, pinned_hash: Hash, chain: &[(u64, Hash)]) -> bool {
    match version.cmp(&pinned) {
        std::cmp::Ordering::Equal => hash == pinned_hash,
        std::cmp::Ordering::Less => chain.contains(&(version, hash)),
        // A normal message may know of a newer list than was fetched here: the next fetch shows it.
        std::cmp::Ordering::Greater => true,
    }
}
