//! Groups in the town: founding, changing, writing in them; and the post office's logs, as the relay keeps them.

use std::collections::BTreeMap;

use sotto_machine::{
    group::{GroupOp, Role, input::GroupInput, is_group_payload, rows::GroupRow, rows::GroupRows as _},
    rows::ChatId,
    step::Input,
};
use sotto_wire::{
    AccountId, DeviceId, GroupAppend, GroupId, Hash, MessageId, PublicKey, Recipient, RefuseReason, RefusedDevice,
    SealedFor, Send, SendId, Signed, Timestamp, rest::GroupLogEntry,
};

use super::{Person, PostOffice, Town};

/// One group's log.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Its entries.
    pub entries: Vec<GroupLogEntry>,
    key: Option<PublicKey>,
}

/// All of them, as far as one reader is shown.
pub type Logs = BTreeMap<GroupId, Log>;

impl Log {
    /// As the relay does it: the next position, by the key that may.
    pub fn append(&mut self, signed: &Signed<GroupAppend>, at: Timestamp) -> bool {
        let Ok(claimed) = signed.read_unverified() else { return false };
        let key = self.key.unwrap_or(claimed.write_key);
        let Ok(append) = signed.verify(&key) else { return false };
        let known = self.entries.get(append.position as usize).map(|e| &e.event);
        if append.position != self.entries.len() as u64 {
            return known == Some(&append.event);
        }
        self.entries.push(GroupLogEntry { position: append.position, at, event: append.event });
        self.key = Some(append.write_key);
        true
    }
}

impl PostOffice {
    pub(crate) fn append_to_group(&mut self, writer: &AccountId, group: GroupId, append: &[u8], at: Timestamp) -> bool {
        let Ok(signed) = Signed::from_slice(append) else { return false };
        // Whoever is shown a log of their own writes in that one.
        let shown = self.shown.get_mut(writer).and_then(|logs| logs.get_mut(&group));
        shown.unwrap_or(self.logs.entry(group).or_default()).append(&signed, at)
    }

    /// What it shows somebody of a log.
    pub(crate) fn group_log(&self, reader: &AccountId, group: &GroupId, from: u64) -> Option<Vec<GroupLogEntry>> {
        let shown = self.shown.get(reader).and_then(|logs| logs.get(group));
        let log = shown.or_else(|| self.logs.get(group))?;
        Some(log.entries.iter().filter(|e| e.position >= from).cloned().collect())
    }

    /// A payload for many: who cannot take it is named.
    pub(crate) fn fan_out(&mut self, send: &Send, now: Timestamp) -> Vec<RefusedDevice> {
        let payload = send.payload.clone().unwrap_or_default();
        let mut refused = Vec::new();
        for recipient in &send.to {
            let list = self.lists.get(&recipient.account).and_then(|l| l.read_unverified().ok());
            let reason = match list {
                None => Some(RefuseReason::AccountGone),
                Some(list) if recipient.list_version < list.version => Some(RefuseReason::ListChanged),
                Some(_) => None,
            };
            for copy in &recipient.devices {
                match reason {
                    Some(reason) => refused.push(RefusedDevice { device: copy.device, reason }),
                    None => self.put(copy.device, payload.clone(), now, false),
                }
            }
        }
        refused
    }
}

impl Person {
    /// The upload of a group's message.
    pub(crate) fn group_send(&self, id: &SendId) -> Option<Send> {
        use sotto_machine::rows::Rows as _;
        let row = self.rows.group_outbox(id).expect("rows")?;
        let mut to = Vec::new();
        for account in &row.sending {
            let peer = self.rows.peer(account).expect("rows")?;
            let devices: Vec<DeviceId> = peer.list.read_unverified().ok()?.devices.iter().map(|d| d.device).collect();
            let others = devices.into_iter().filter(|device| *device != self.device());
            let devices = others.map(|device| SealedFor { device, sealed: Vec::new() }).collect();
            to.push(Recipient { account: *account, list_version: peer.version, token: None, devices });
        }
        Some(Send { id: *id, to, ephemeral: false, payload: Some(row.payload) })
    }

    /// The hash of a group after one of its events, as this person has read it.
    pub fn event_hash(&self, group: &GroupId, epoch: u64) -> Option<Hash> {
        self.rows.group_event(group, epoch).expect("rows").map(|event| event.hash)
    }

    /// A group as this person sees it.
    pub fn group(&self, group: &GroupId) -> Option<GroupRow> {
        self.rows.group(group).expect("rows")
    }
}

impl Town {
    /// Somebody founds a group with people they write with.
    pub fn found(&mut self, name: &str, called: &str, members: &[&str]) -> GroupId {
        let group = GroupId(rand::RngExt::random(&mut self.rng));
        for member in members {
            self.start_chat(name, member);
        }
        let members = members.iter().map(|member| self.account(member)).collect();
        self.input(name, Input::Group(GroupInput::Found { group, name: called.to_owned(), members, look: None }));
        group
    }

    /// Founds a group and lets everybody accept it, as people do who were added by strangers.
    pub fn found_and_settle(&mut self, name: &str, called: &str, members: &[&str]) -> GroupId {
        let group = self.found(name, called, members);
        self.settle();
        for member in members {
            self.accept_group(member, &group);
        }
        self.settle();
        group
    }

    /// Somebody wants to be in a group that they were added to.
    pub fn accept_group(&mut self, name: &str, group: &GroupId) {
        let chat = self.group_chat(name, group);
        self.input(name, Input::AcceptRequest { chat });
    }

    /// Somebody makes a change.
    pub fn change(&mut self, name: &str, group: &GroupId, op: GroupOp) {
        let chat = self.group_chat(name, group);
        self.input(name, Input::Group(GroupInput::Change { chat, op }));
    }

    /// Somebody tries to make a change that their own device should not let them make.
    pub fn change_refused(&mut self, name: &str, group: &GroupId, op: GroupOp) -> bool {
        let chat = self.group_chat(name, group);
        let input = Input::Group(GroupInput::Change { chat, op });
        let now = self.now;
        let person = self.people.get_mut(name).expect("a person of this name");
        person.try_step(input, now, &mut self.rng).is_err()
    }

    /// Somebody adds people they write with.
    pub fn add(&mut self, name: &str, group: &GroupId, members: &[&str]) {
        for member in members {
            self.start_chat(name, member);
        }
        let members = members.iter().map(|member| self.account(member)).collect();
        let chat = self.group_chat(name, group);
        self.input(name, Input::Group(GroupInput::Add { chat, members }));
    }

    /// Somebody removes somebody.
    pub fn remove(&mut self, name: &str, group: &GroupId, whom: &str) {
        let account = self.account(whom);
        self.change(name, group, GroupOp::Remove { account });
    }

    /// Somebody gives somebody a role.
    pub fn promote(&mut self, name: &str, group: &GroupId, whom: &str, role: Role) {
        let account = self.account(whom);
        self.change(name, group, GroupOp::Role { account, role });
    }

    /// A payload of a group reaches somebody, whoever made it.
    pub fn post_group_payload(&mut self, to: &str, payload: Vec<u8>) {
        let device = self.person(to).device();
        self.post_office.put(device, payload, self.now, false);
        self.settle();
    }

    /// A payload of a group is handed to somebody's device past their mailbox.
    pub fn hand_payload(&mut self, to: &str, payload: Vec<u8>) {
        let (seq, at) = (u64::MAX, self.now);
        self.input(to, Input::Group(GroupInput::Delivered { seq, at, payload }));
    }

    /// Every payload of groups that somebody was ever sent, oldest first.
    pub fn group_payloads(&self, to: &str) -> Vec<Vec<u8>> {
        let mail = self.post_office.archive.get(&self.person(to).device());
        let sealed = mail.into_iter().flatten().map(|mail| &mail.sealed);
        sealed.filter(|sealed| is_group_payload(sealed)).cloned().collect()
    }

    /// Bytes that nobody has signed for come into the log, as a relay can do it.
    pub fn slip_into_log(&mut self, group: &GroupId, event: Vec<u8>) {
        let (log, at) = (self.post_office.logs.get_mut(group).expect("the log"), self.now);
        log.entries.push(GroupLogEntry { position: log.entries.len() as u64, at, event });
    }

    /// The chat of a group.
    pub fn group_chat(&self, name: &str, group: &GroupId) -> ChatId {
        self.person(name).group(group).expect("the group").chat
    }

    /// Sends a text to a group, without delivering anything yet.
    pub fn tell_group(&mut self, name: &str, group: &GroupId, text: &str) -> MessageId {
        let chat = self.group_chat(name, group);
        self.write_in(name, chat, text)
    }

    /// What somebody can read in a group.
    pub fn group_texts(&self, name: &str, group: &GroupId) -> Vec<String> {
        match self.person(name).group(group) {
            Some(row) => self.person(name).texts(row.chat),
            None => Vec::new(),
        }
    }

    /// Names of the members, as somebody sees them, in order.
    pub fn members(&self, name: &str, group: &GroupId) -> Vec<String> {
        let Some(row) = self.person(name).group(group) else { return Vec::new() };
        let name_of = |account: &AccountId| {
            self.people.iter().find(|(_, p)| p.account() == *account).map_or("?".to_owned(), |(name, _)| name.clone())
        };
        row.state.members.iter().map(|m| name_of(&m.account)).collect()
    }
}
