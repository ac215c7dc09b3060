//! One step's view: rows as they will be after the changes made so far.

use rand::{CryptoRng, RngExt as _};
use sotto_wire::{AccountId, CertifiedDevice, DeviceCert, DeviceId, DeviceList, MessageId, SendId, Timestamp};
use vodozemac::olm::Account;

use super::Memory;
use crate::{
    changes::Change,
    codec,
    group::rows::GroupChange,
    rows::{
        ChatId, ContactRow, Content, DeviceRow, GapRow, Marks, MessageRow, MessageState, Notice, OutboxRow, OwnRow,
        PeerRow, Rows, SessionRow,
    },
    session,
    step::{Effect, Event, Output, Rejection, StepError},
};

/// Everything a step works with.
pub(super) struct Step<'a> {
    pub(super) own: &'a mut OwnRow,
    pub(super) memory: &'a mut Memory,
    pub(super) rows: &'a dyn Rows,
    pub(super) now: Timestamp,
    pub(super) rng: &'a mut dyn CryptoRng,
    out: Output,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        own: &'a mut OwnRow,
        memory: &'a mut Memory,
        rows: &'a dyn Rows,
        now: Timestamp,
        rng: &'a mut dyn CryptoRng,
    ) -> Self {
        Self { own, memory, rows, now, rng, out: Output::default() }
    }

    pub(super) fn finish(self) -> Output {
        self.out
    }

    pub(super) fn change(&mut self, change: Change) {
        self.out.changes.push(change);
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        if !self.out.effects.contains(&effect) {
            self.out.effects.push(effect);
        }
    }

    pub(super) fn event(&mut self, event: Event) {
        if !self.out.events.contains(&event) {
            self.out.events.push(event);
        }
    }

    pub(super) fn dropped(&mut self, why: Rejection) {
        self.out.events.push(Event::Dropped(why));
    }

    /// The changes made so far, oldest first.
    pub(super) fn changes(&self) -> &[Change] {
        &self.out.changes
    }

    /// A number for a new chat: of several in one step, each gets its own.
    pub(super) fn next_chat(&self) -> Result<ChatId, StepError> {
        let given = self.out.changes.iter().filter_map(|change| match change {
            Change::PutContact(row) => Some(row.chat),
            Change::Group(GroupChange::PutGroup(row)) => Some(row.chat),
            _ => None,
        });
        let free = self.rows.next_chat()?;
        Ok(given.map(|ChatId(id)| ChatId(id + 1)).fold(free, ChatId::max))
    }

    /// The newest change of this step that answers, before the rows are asked.
    pub(super) fn newest<T>(&self, pick: impl Fn(&Change) -> Option<T>) -> Option<T> {
        self.out.changes.iter().rev().find_map(pick)
    }

    pub(super) fn contact(&self, chat: ChatId) -> Result<ContactRow, StepError> {
        let pending = self.newest(|c| match c {
            Change::PutContact(row) if row.chat == chat => Some((**row).clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(row),
            None => self.rows.contact(chat)?.ok_or(StepError::NotFound("chat")),
        }
    }

    pub(super) fn contact_of(&self, account: &AccountId) -> Result<Option<ContactRow>, StepError> {
        let pending = self.newest(|c| match c {
            Change::PutContact(row) if row.account == *account => Some((**row).clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.contact_of(account)?),
        }
    }

    pub(super) fn peer(&self, account: &AccountId) -> Result<Option<PeerRow>, StepError> {
        let pending = self.newest(|c| match c {
            Change::PutPeer(row) if row.account == *account => Some((**row).clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.peer(account)?),
        }
    }

    pub(super) fn device(&self, device: &DeviceId) -> Result<Option<DeviceRow>, StepError> {
        let pending = self.newest(|c| match c {
            Change::PutDevice(row) if row.device == *device => Some(Some((**row).clone())),
            Change::DeleteDevice(gone) if gone == device => Some(None),
            _ => None,
        });
        match pending {
            Some(row) => Ok(row),
            None => Ok(self.rows.device(device)?),
        }
    }

    /// Sessions with a device, the one to send with first.
    pub(super) fn sessions(&self, device: &DeviceId) -> Result<Vec<SessionRow>, StepError> {
        let mut sessions = self.rows.sessions(device)?;
        for change in &self.out.changes {
            if let Change::PutSession(row) = change
                && row.device == *device
            {
                sessions.retain(|s| s.session_id != row.session_id);
                // Everything in one batch happens at one time: of two sessions used then, the later one sends.
                sessions.insert(0, row.clone());
            }
        }
        sessions.sort_by_key(|s| (s.pickle.is_none(), std::cmp::Reverse(s.used_at)));
        Ok(sessions)
    }

    pub(super) fn message(&self, author: &AccountId, id: &MessageId) -> Result<Option<MessageRow>, StepError> {
        let pending = self.newest(|c| match c {
            Change::PutMessage(row) if row.author == *author && row.id == *id => Some(Some((**row).clone())),
            Change::DeleteMessage { author: a, id: i } if a == author && i == id => Some(None),
            _ => None,
        });
        match pending {
            Some(row) => Ok(row),
            None => Ok(self.rows.message(author, id)?),
        }
    }

    /// Outbox rows for an account, oldest first.
    pub(super) fn outbox_for(&self, account: &AccountId) -> Result<Vec<OutboxRow>, StepError> {
        let mut outbox = self.rows.outbox_for(account)?;
        for change in &self.out.changes {
            match change {
                Change::PutOutbox(row) if row.recipient == *account => {
                    match outbox.iter_mut().find(|o| o.id == row.id) {
                        Some(known) => *known = (**row).clone(),
                        None => outbox.push((**row).clone()),
                    }
                }
                Change::DeleteOutbox(id) => outbox.retain(|o| o.id != *id),
                _ => {}
            }
        }
        Ok(outbox)
    }

    /// Counters of a device that have not arrived.
    pub(super) fn gaps(&self, device: &DeviceId) -> Result<Vec<u64>, StepError> {
        let mut gaps: Vec<u64> = self.rows.gaps(device)?.iter().map(|g| g.pair_counter).collect();
        for change in &self.out.changes {
            match change {
                Change::PutGap(GapRow { device: d, pair_counter }) if d == device => gaps.push(*pair_counter),
                Change::DeleteGap(GapRow { device: d, pair_counter }) if d == device => {
                    gaps.retain(|c| c != pair_counter);
                }
                _ => {}
            }
        }
        gaps.sort_unstable();
        gaps.dedup();
        Ok(gaps)
    }

    pub(super) fn olm_account(&self) -> Result<Account, StepError> {
        let pending = self.newest(|c| match c {
            Change::PutOlmAccount(pickle) => Some(pickle.clone()),
            _ => None,
        });
        let pickle = match pending {
            Some(pickle) => pickle,
            None => self.rows.olm_account()?.ok_or(StepError::NotSignedUp)?,
        };
        session::load_account(&pickle)
    }

    /// This device's own certificate.
    pub(super) fn own_cert(&self) -> Result<DeviceCert, StepError> {
        codec::decode::<CertifiedDevice>(&self.own.certified)
            .ok()
            .and_then(|c| c.cert.read_unverified().ok())
            .ok_or(StepError::Corrupt("certificate"))
    }

    /// This account's current list.
    pub(super) fn own_list(&self) -> Result<DeviceList, StepError> {
        self.own.list.read_unverified().map_err(|_| StepError::Corrupt("device list"))
    }

    pub(super) fn put_contact(&mut self, contact: ContactRow) {
        self.event(Event::Chat(contact.chat));
        self.change(Change::PutContact(Box::new(contact)));
    }

    pub(super) fn put_device(&mut self, device: DeviceRow) {
        self.change(Change::PutDevice(Box::new(device)));
    }

    /// Stores an entry and tells the windows.
    pub(super) fn put_message(&mut self, message: MessageRow) {
        self.event(Event::Message { chat: message.chat, author: message.author, id: message.id });
        self.event(Event::Chat(message.chat));
        self.change(Change::PutMessage(Box::new(message)));
    }

    /// Removes an entry and tells the windows.
    pub(super) fn delete_message(&mut self, message: &MessageRow) {
        self.change(Change::DeleteMessage { author: message.author, id: message.id });
        self.event(Event::MessageGone { chat: message.chat, id: message.id });
        self.event(Event::Chat(message.chat));
    }

    /// Says something in a conversation.
    pub(super) fn notice(&mut self, chat: ChatId, notice: Notice) {
        let id = self.new_message_id();
        self.put_message(MessageRow {
            id,
            chat,
            author: self.own.account,
            at: self.now,
            state: MessageState::Received,
            content: Content::Notice(notice),
            unread: false,
            marks: Marks::default(),
        });
    }

    pub(super) fn new_message_id(&mut self) -> MessageId {
        MessageId(self.rng.random())
    }

    pub(super) fn new_send_id(&mut self) -> SendId {
        SendId(self.rng.random())
    }
}
