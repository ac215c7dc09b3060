//! A device's rows in memory: the same meaning as `sotto-store`, without a disk. Cloned to remember a state.

mod action;
mod everyday;
mod groups;
mod stories;

use std::collections::{BTreeMap, BTreeSet};

use self::action::Actions;
use sotto_machine::{changes::Change, rows::*};
use sotto_wire::{AccountId, DeviceId, Hash, MessageId, PhoneNumber, SendId, Timestamp};

/// Most sessions per device that stay alive.
const ALIVE: usize = 4;

/// Rows of one device.
#[derive(Debug, Clone, Default)]
pub struct MemoryRows {
    own: Option<OwnRow>,
    olm_account: Option<Vec<u8>>,
    seal_keys: Vec<OwnSealKeyRow>,
    contacts: BTreeMap<ChatId, ContactRow>,
    last_chat: i64,
    peers: BTreeMap<AccountId, PeerRow>,
    devices: BTreeMap<DeviceId, DeviceRow>,
    sessions: Vec<SessionRow>,
    seen: BTreeMap<Hash, Timestamp>,
    messages: Vec<(i64, MessageRow)>,
    last_position: i64,
    outbox: Vec<OutboxRow>,
    sent: BTreeMap<(DeviceId, u64), SentRow>,
    gaps: BTreeSet<(DeviceId, u64)>,
    receipts: BTreeMap<(AccountId, MessageId), ReceiptRow>,
    actions: Actions,
    groups: groups::Groups,
    everyday: everyday::Everyday,
    stories: stories::Stories,
}

impl MemoryRows {
    /// Carries out one change.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::PutOwn(row) => self.own = Some((**row).clone()),
            Change::PutOlmAccount(pickle) => self.olm_account = Some(pickle.clone()),
            Change::PutOwnSealKey(row) => self.seal_keys.push(row.clone()),
            Change::DeleteOwnSealKey(id) => self.seal_keys.retain(|k| k.key_id != *id),
            Change::PutContact(row) => {
                self.last_chat = self.last_chat.max(row.chat.0);
                self.contacts.insert(row.chat, (**row).clone());
            }
            Change::MergeChats { from, into } => self.merge(*from, *into),
            Change::PutPeer(row) => drop(self.peers.insert(row.account, (**row).clone())),
            Change::PutDevice(row) => drop(self.devices.insert(row.device, (**row).clone())),
            Change::PutSession(row) => self.put_session(row),
            Change::PutSeen { hash, at } => drop(self.seen.insert(*hash, *at)),
            Change::PutMessage(row) => self.put_message(row),
            Change::DeleteMessage { author, id } => {
                self.messages.retain(|(_, m)| (m.author, m.id) != (*author, *id));
                self.actions.strip(author, id);
                self.everyday.strip(author, id);
                self.stories.strip(author, id);
            }
            Change::PutViewer(row) => self.stories.put(*row),
            Change::MarkRead { chat, order } => {
                for (position, message) in &mut self.messages {
                    if message.chat == *chat && *position <= *order {
                        message.unread = false;
                    }
                }
            }
            Change::PutOutbox(row) => match self.outbox.iter_mut().find(|o| o.id == row.id) {
                Some(known) => *known = (**row).clone(),
                None => self.outbox.push((**row).clone()),
            },
            Change::DeleteOutbox(id) => self.outbox.retain(|o| o.id != *id),
            Change::PutSent(row) => drop(self.sent.insert((row.device, row.pair_counter), row.clone())),
            Change::DeleteSentOf { device, message } => {
                self.sent.retain(|(to, _), row| row.message != Some(*message) || to != device);
            }
            Change::PutGap(row) => drop(self.gaps.insert((row.device, row.pair_counter))),
            Change::DeleteGap(row) => drop(self.gaps.remove(&(row.device, row.pair_counter))),
            Change::PutReceipt(row) => drop(self.receipts.insert((row.account, row.message), *row)),
            Change::DeleteReceipt { account, message } => drop(self.receipts.remove(&(*account, *message))),
            Change::DeleteReceiptsOf(account) => self.receipts.retain(|(owed, _), _| owed != account),
            Change::Prune { before, buried } => {
                self.sessions.retain(|s| s.pickle.is_some() || s.used_at >= *buried);
                self.seen.retain(|_, at| *at >= *before);
                self.sent.retain(|_, row| row.at >= *before);
            }
            Change::DeleteDevice(device) => {
                self.devices.remove(device);
                self.gaps.retain(|(d, _)| d != device);
                for session in self.sessions.iter_mut().filter(|s| s.device == *device) {
                    session.pickle = None;
                }
            }
            Change::Group(change) => {
                if let Some(chat) = self.groups.apply(change) {
                    self.last_chat = self.last_chat.max(chat.0);
                }
            }
            Change::Poll(change) => self.everyday.apply_poll(change),
            Change::Schedule(change) => self.everyday.apply_schedule(change),
            Change::StripMessage { author, id } => {
                self.actions.strip(author, id);
                self.everyday.strip(author, id);
            }
            other => self.actions.apply(other),
        }
    }

    fn merge(&mut self, from: ChatId, into: ChatId) {
        for (_, message) in self.messages.iter_mut().filter(|(_, m)| m.chat == from) {
            message.chat = into;
        }
        self.actions.merge(from, into);
        self.everyday.merge(from, into);
        self.contacts.remove(&from);
    }

    fn put_session(&mut self, row: &SessionRow) {
        self.sessions.retain(|s| s.session_id != row.session_id);
        self.sessions.insert(0, row.clone());
        let mut alive: Vec<_> =
            self.sessions.iter_mut().filter(|s| s.device == row.device && s.pickle.is_some()).collect();
        alive.sort_by_key(|s| std::cmp::Reverse(s.used_at));
        for old in alive.into_iter().skip(ALIVE) {
            old.pickle = None;
            old.used_at = old.used_at.max(row.used_at);
        }
    }

    fn put_message(&mut self, row: &MessageRow) {
        match self.messages.iter_mut().find(|(_, m)| (m.author, m.id) == (row.author, row.id)) {
            Some((_, known)) => *known = row.clone(),
            None => {
                self.last_position += 1;
                self.messages.push((self.last_position, row.clone()));
            }
        }
    }

    /// A conversation, oldest first.
    pub fn conversation(&self, chat: ChatId) -> Vec<&MessageRow> {
        self.messages.iter().map(|(_, m)| m).filter(|m| m.chat == chat).collect()
    }

    /// Position of the newest entry.
    pub fn newest(&self) -> i64 {
        self.last_position
    }

    /// Every chat with its contact.
    pub fn people(&self) -> Vec<&ContactRow> {
        self.contacts.values().collect()
    }

    /// How many records of each kind there are; for bounds.
    pub fn sizes(&self) -> [usize; 5] {
        [self.sessions.len(), self.outbox.len(), self.sent.len(), self.gaps.len(), self.receipts.len()]
    }

    /// Sessions alive with the device that has most of them.
    pub fn most_sessions_alive(&self) -> usize {
        let alive =
            |device: &DeviceId| self.sessions.iter().filter(|s| s.device == *device && s.pickle.is_some()).count();
        self.sessions.iter().map(|s| alive(&s.device)).max().unwrap_or_default()
    }

    /// Breaks every session with a device, as a restored old disk image would.
    pub fn break_sessions(&mut self, device: &DeviceId) {
        self.sessions.retain(|s| s.device != *device);
    }

    fn find(&self, wanted: impl Fn(&MessageRow) -> bool) -> Vec<MessageRow> {
        self.messages.iter().map(|(_, m)| m).filter(|m| wanted(m)).cloned().collect()
    }
}

impl Rows for MemoryRows {
    fn own(&self) -> Read<Option<OwnRow>> {
        Ok(self.own.clone())
    }
    fn olm_account(&self) -> Read<Option<Vec<u8>>> {
        Ok(self.olm_account.clone())
    }
    fn own_seal_keys(&self) -> Read<Vec<OwnSealKeyRow>> {
        Ok(self.seal_keys.clone())
    }
    fn contacts(&self) -> Read<Vec<ContactRow>> {
        Ok(self.contacts.values().cloned().collect())
    }
    fn contact(&self, chat: ChatId) -> Read<Option<ContactRow>> {
        Ok(self.contacts.get(&chat).cloned())
    }
    fn contact_of(&self, account: &AccountId) -> Read<Option<ContactRow>> {
        Ok(self.contacts.values().find(|c| c.account == *account).cloned())
    }
    fn contact_with_number(&self, number: &PhoneNumber) -> Read<Option<ContactRow>> {
        Ok(self.contacts.values().find(|c| c.number.as_ref() == Some(number)).cloned())
    }
    fn next_chat(&self) -> Read<ChatId> {
        Ok(ChatId(self.last_chat + 1))
    }
    fn peer(&self, account: &AccountId) -> Read<Option<PeerRow>> {
        Ok(self.peers.get(account).cloned())
    }
    fn device(&self, device: &DeviceId) -> Read<Option<DeviceRow>> {
        Ok(self.devices.get(device).cloned())
    }
    fn devices(&self, account: &AccountId) -> Read<Vec<DeviceRow>> {
        Ok(self.devices.values().filter(|d| d.account == *account).cloned().collect())
    }
    fn sessions(&self, device: &DeviceId) -> Read<Vec<SessionRow>> {
        let mut found: Vec<_> = self.sessions.iter().filter(|s| s.device == *device).cloned().collect();
        found.sort_by_key(|s| (s.pickle.is_none(), std::cmp::Reverse(s.used_at)));
        Ok(found)
    }
    fn seen(&self, hash: &Hash) -> Read<bool> {
        Ok(self.seen.contains_key(hash))
    }
    fn message(&self, author: &AccountId, id: &MessageId) -> Read<Option<MessageRow>> {
        Ok(self.find(|m| m.author == *author && m.id == *id).pop())
    }
    fn gap_notice(&self, chat: ChatId) -> Read<Option<MessageRow>> {
        Ok(self.find(|m| m.chat == chat && matches!(m.content, Content::Notice(Notice::Gap { .. }))).pop())
    }
    fn held(&self, chat: ChatId) -> Read<Vec<MessageRow>> {
        Ok(self.find(|m| m.chat == chat && m.state == MessageState::Held))
    }
    fn unread_up_to(&self, chat: ChatId, order: i64) -> Read<Vec<MessageRow>> {
        let unread = self.messages.iter().filter(|(p, m)| m.chat == chat && m.unread && *p <= order);
        Ok(unread.map(|(_, m)| m.clone()).collect())
    }
    fn outbox(&self, id: &SendId) -> Read<Option<OutboxRow>> {
        Ok(self.outbox.iter().find(|o| o.id == *id).cloned())
    }
    fn outbox_for(&self, account: &AccountId) -> Read<Vec<OutboxRow>> {
        Ok(self.outbox.iter().filter(|o| o.recipient == *account).cloned().collect())
    }
    fn outbox_all(&self) -> Read<Vec<OutboxRow>> {
        Ok(self.outbox.clone())
    }
    fn outbox_of_message(&self, id: &MessageId) -> Read<Vec<OutboxRow>> {
        Ok(self.outbox.iter().filter(|o| o.kind == OutboxKind::Message(*id)).cloned().collect())
    }
    fn sent(&self, device: &DeviceId, pair_counter: u64) -> Read<Option<SentRow>> {
        Ok(self.sent.get(&(*device, pair_counter)).cloned())
    }
    fn gaps(&self, device: &DeviceId) -> Read<Vec<GapRow>> {
        let of_device = self.gaps.iter().filter(|(d, _)| d == device);
        Ok(of_device.map(|&(device, pair_counter)| GapRow { device, pair_counter }).collect())
    }
    fn devices_with_gaps(&self) -> Read<Vec<DeviceId>> {
        Ok(self.gaps.iter().map(|(d, _)| *d).collect::<BTreeSet<_>>().into_iter().collect())
    }
    fn receipts_due(&self, now: Timestamp) -> Read<Vec<ReceiptRow>> {
        Ok(self.receipts.values().filter(|r| r.due <= now).copied().collect())
    }
    fn next_receipt_after(&self, now: Timestamp) -> Read<Option<Timestamp>> {
        Ok(self.receipts.values().map(|r| r.due).filter(|due| *due > now).min())
    }
    fn receipt(&self, account: &AccountId, message: &MessageId) -> Read<Option<ReceiptRow>> {
        Ok(self.receipts.get(&(*account, *message)).copied())
    }
}
