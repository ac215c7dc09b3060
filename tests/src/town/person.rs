//! One device of the town: a machine, its rows, and what its windows were told.

use std::collections::{BTreeMap, BTreeSet};

use rand::CryptoRng;
use sotto_machine::{
    Machine,
    changes::Change,
    group::rows::GroupChange,
    linking::{NewDevice, SharedAccount},
    rows::{ChatId, Content, MessageRow, OlmCopy, OutboxRow, OwnRow, Rows as _},
    seal::{self, Introduction, OpenError, SealTarget, SealedPayload, SealedPlain},
    sign_up,
    step::{Effect, EphemeralOut, Event, Input, Output, StepError},
};
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceId, MessageId, PhoneNumber, Recipient, SealedFor, Send, SendId, Timestamp,
};

use super::PostOffice;
use crate::memory_rows::MemoryRows;

/// A text and who wrote it.
pub type Said = (AccountId, String);

/// A person's device.
pub struct Person {
    /// What the device remembers.
    pub rows: MemoryRows,
    /// What its windows were told, oldest first.
    pub events: Vec<Event>,
    /// Has a connection.
    pub connected: bool,
    /// When the machine wants to be woken.
    pub wake_at: Option<Timestamp>,
    /// For whom each message to a group was encrypted.
    pub meant_for: BTreeMap<MessageId, BTreeSet<AccountId>>,
    payloads: BTreeMap<MessageId, Vec<u8>>,
    machine: Machine,
}

impl Person {
    pub(crate) fn sign_up(
        number: PhoneNumber,
        post_office: &mut PostOffice,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let made = sign_up(number.clone(), post_office.standing_key(), now, rng);
        let mut rows = MemoryRows::default();
        for change in &made.changes {
            rows.apply(change);
        }
        post_office.register(number, made.device, made.list, made.keys);
        Self::wake(rows)
    }

    /// A further device, with the primary's word for it that the post office has.
    pub(crate) fn link(device: &NewDevice, primary: &Self, post_office: &PostOffice, now: Timestamp) -> Self {
        let certified = post_office.keys[&device.offer().cert.device].device.clone();
        let list = post_office.lists[&primary.account()].clone();
        let made = device.finish(certified, list, SharedAccount::of(primary.own()), now).expect("the primary's word");
        let mut rows = MemoryRows::default();
        for change in &made.changes {
            rows.apply(change);
        }
        Self::wake(rows)
    }

    /// The program of somebody who has signed up before.
    pub(crate) fn wake(rows: MemoryRows) -> Self {
        let machine = Machine::load(&rows).expect("rows").expect("signed up");
        let (meant_for, payloads) = (BTreeMap::new(), BTreeMap::new());
        Self { rows, events: Vec::new(), connected: false, wake_at: None, meant_for, payloads, machine }
    }

    /// One step, committed.
    pub fn step(&mut self, input: Input, now: Timestamp, rng: &mut dyn CryptoRng) -> Vec<Effect> {
        self.try_step(input, now, rng).expect("a step that can be taken")
    }

    /// One step, committed if it can be taken.
    ///
    /// # Errors
    /// What the machine says; nothing is changed then.
    pub fn try_step(
        &mut self,
        input: Input,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<Effect>, StepError> {
        let output = self.step_within(input, now, rng)?;
        self.events.extend(output.events);
        Ok(output.effects)
    }

    /// One step of a transaction: the rows hold what it changes, and what follows from it is left to the caller.
    pub(crate) fn step_within(
        &mut self,
        input: Input,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<Output, StepError> {
        let output = self.machine.step(input, &self.rows, now, rng)?;
        for change in &output.changes {
            self.rows.apply(change);
        }
        self.note_readers(&output.changes);
        Ok(output)
    }

    fn note_readers(&mut self, changes: &[Change]) {
        for change in changes {
            let Change::Group(GroupChange::PutOutbox { row, .. }) = change else { continue };
            let Some(message) = row.message.filter(|_| !row.payload.is_empty()) else { continue };
            if self.payloads.get(&message) == Some(&row.payload) {
                continue;
            }
            self.payloads.insert(message, row.payload.clone());
            self.meant_for.entry(message).or_default().extend(&row.todo);
        }
    }

    /// A step whose commit never happens: the program dies in between.
    pub fn step_and_crash(&mut self, input: Input, now: Timestamp, rng: &mut dyn CryptoRng) {
        let _ = self.machine.step(input, &self.rows, now, rng);
        self.restart();
    }

    pub(crate) fn restart(&mut self) {
        self.machine = Machine::load(&self.rows).expect("rows").expect("signed up");
        self.wake_at = None;
        self.connected = false;
    }

    pub(crate) fn disconnect(&mut self) {
        self.connected = false;
        self.machine.disconnected();
    }

    /// This account and device.
    pub fn own(&self) -> &OwnRow {
        self.machine.own()
    }

    /// This account.
    pub fn account(&self) -> AccountId {
        self.own().account
    }

    /// This device.
    pub fn device(&self) -> DeviceId {
        self.own().device
    }

    /// The number signed up with.
    pub fn number(&self) -> PhoneNumber {
        self.own().number.clone()
    }

    /// The certificate of this device.
    pub fn certified(&self) -> CertifiedDevice {
        minicbor::decode(&self.own().certified).expect("a certificate")
    }

    /// The chat with an account.
    pub fn chat_with(&self, account: &AccountId) -> Option<ChatId> {
        self.rows.contact_of(account).expect("rows").map(|c| c.chat)
    }

    /// The texts of a chat, oldest first.
    pub fn texts(&self, chat: ChatId) -> Vec<String> {
        self.said(chat).into_iter().map(|(_, text)| text).collect()
    }

    /// The texts of a chat with their authors, oldest first.
    pub fn said(&self, chat: ChatId) -> Vec<Said> {
        self.rows
            .conversation(chat)
            .iter()
            .filter_map(|m| match &m.content {
                Content::Post(post) => Some((m.author, post.text.clone())),
                Content::Notice(_) | Content::Group(_) | Content::Call(_) | Content::Deleted => None,
            })
            .collect()
    }

    /// One of this person's own messages.
    pub fn own_message(&self, id: &MessageId) -> Option<MessageRow> {
        self.rows.message(&self.account(), id).expect("rows")
    }

    /// Opens a sealed copy with this device's seal keys.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, sealed: &[u8]) -> Result<SealedPlain, OpenError> {
        let keys = self.rows.own_seal_keys().expect("rows");
        seal::open(sealed, &self.account(), &self.device(), |id| {
            keys.iter().find(|k| k.key_id == *id).map(|k| k.private.clone())
        })
    }

    /// The encrypted copies of an outbox row.
    pub fn outbox_copies(&self, id: &SendId) -> Vec<OlmCopy> {
        self.rows.outbox(id).expect("rows").map(|row| row.copies).unwrap_or_default()
    }

    pub(crate) fn seal_up(
        &self,
        id: &SendId,
        post_office: &PostOffice,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Option<Send> {
        let row = self.rows.outbox(id).expect("rows")?;
        let mut copies = Vec::new();
        for copy in &row.copies {
            let payload = SealedPayload::Olm { olm_type: copy.olm_type, bytes: copy.bytes.clone() };
            let introduce = copy.olm_type == 0;
            let sealed = self.seal(&copy.device, payload, introduce, post_office, now, rng)?;
            copies.push(SealedFor { device: copy.device, sealed });
        }
        Some(Send { id: *id, to: self.addressed(&row, copies)?, ephemeral: false, payload: None })
    }

    /// Copies by the account that they are for; one's own other devices go by one's own list.
    pub(crate) fn addressed(&self, row: &OutboxRow, copies: Vec<SealedFor>) -> Option<Vec<Recipient>> {
        let mut to: Vec<Recipient> = Vec::new();
        for copy in copies {
            let account = self.rows.device(&copy.device).expect("rows")?.account;
            match to.iter_mut().find(|recipient| recipient.account == account) {
                Some(recipient) => recipient.devices.push(copy),
                None => {
                    let own = || self.own().list.read_unverified().expect("a list").version;
                    let list_version = if account == self.account() { own() } else { row.list_version };
                    to.push(Recipient { account, list_version, token: None, devices: vec![copy] });
                }
            }
        }
        Some(to)
    }

    pub(crate) fn seal_ephemeral(
        &self,
        out: &EphemeralOut,
        post_office: &PostOffice,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Option<Vec<u8>> {
        let payload = SealedPayload::Ephemeral { bytes: out.bytes.clone() };
        self.seal(&out.device, payload, false, post_office, now, rng)
    }

    /// Seals something for a device this person knows.
    pub fn seal(
        &self,
        device: &DeviceId,
        payload: SealedPayload,
        introduce: bool,
        post_office: &PostOffice,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Option<Vec<u8>> {
        let row = self.rows.device(device).expect("rows")?;
        let target =
            SealTarget { account: row.account, device: *device, key_id: row.seal_key_id?, public: row.seal_public };
        let introduction = introduce.then(|| Introduction { device: self.certified(), list: self.own().list.clone() });
        let standing = post_office.standing(self.account(), self.device(), now);
        seal::seal(&SealedPlain { standing, introduction, payload }, &target, rng).ok()
    }
}
