//! Rows of groups in memory.

use std::collections::{BTreeMap, BTreeSet};

use sotto_machine::{
    group::rows::{
        GroupChange, GroupEventRow, GroupOutboxRow, GroupParkedRow, GroupReceiptRow, GroupRequestRow, GroupRow,
        GroupRows, GroupSecretRow, GroupSessionInRow, GroupSessionOutRow,
    },
    rows::{ChatId, Read},
};
use sotto_wire::{AccountId, DeviceId, GroupId, MessageId, SendId};

use super::MemoryRows;

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    rows: BTreeMap<ChatId, GroupRow>,
    events: BTreeMap<(GroupId, u64), GroupEventRow>,
    secrets: Vec<GroupSecretRow>,
    sessions_out: BTreeMap<GroupId, GroupSessionOutRow>,
    sessions_in: BTreeMap<(String, DeviceId), GroupSessionInRow>,
    indices: BTreeSet<(String, DeviceId, u32)>,
    outbox: Vec<GroupOutboxRow>,
    parked: Vec<GroupParkedRow>,
    receipts: BTreeMap<(MessageId, AccountId), GroupReceiptRow>,
    pictures: BTreeMap<GroupId, Vec<u8>>,
    asked: BTreeSet<GroupId>,
    requests: Vec<GroupRequestRow>,
}

impl Groups {
    /// Carries out one change; answers with the chat of a group that was put.
    pub(super) fn apply(&mut self, change: &GroupChange) -> Option<ChatId> {
        match change {
            GroupChange::PutGroup(row) => {
                self.rows.insert(row.chat, (**row).clone());
                return Some(row.chat);
            }
            GroupChange::PutEvent(row) => drop(self.events.insert((row.group, row.epoch), *row)),
            GroupChange::PutSecret(row) => {
                match self.secrets.iter_mut().find(|s| (s.group, s.hash) == (row.group, row.hash)) {
                    Some(known) => *known = row.clone(),
                    None => self.secrets.push(row.clone()),
                }
            }
            GroupChange::PutSessionOut(row) => drop(self.sessions_out.insert(row.group, (**row).clone())),
            GroupChange::PutSessionIn(row) => {
                self.sessions_in.insert((row.session_id.clone(), row.device), (**row).clone());
            }
            GroupChange::DeleteSessionIn { session_id, device } => {
                self.sessions_in.remove(&(session_id.clone(), *device));
            }
            GroupChange::PutIndex { session_id, device, index } => {
                self.indices.insert((session_id.clone(), *device, *index));
            }
            GroupChange::PutOutbox { row, instead } => {
                let before = instead.unwrap_or(row.id);
                match self.outbox.iter_mut().find(|o| o.id == before) {
                    Some(known) => *known = (**row).clone(),
                    None => self.outbox.push((**row).clone()),
                }
            }
            GroupChange::DeleteOutbox(id) => self.outbox.retain(|o| o.id != *id),
            GroupChange::Park(row) => self.parked.push(row.clone()),
            GroupChange::Unpark(hash) => self.parked.retain(|p| p.hash != *hash),
            GroupChange::PutAsked { group, at } => {
                match at {
                    Some(_) => self.asked.insert(*group),
                    None => self.asked.remove(group),
                };
            }
            GroupChange::PutRequest(row) => self.requests.push(*row),
            GroupChange::DeleteRequests { group, account } => {
                self.requests.retain(|r| r.group != *group || account.is_some_and(|account| account != r.account));
            }
            GroupChange::PutPicture { group, picture } => match picture {
                Some(picture) => drop(self.pictures.insert(*group, picture.clone())),
                None => drop(self.pictures.remove(group)),
            },
            GroupChange::PutReceipt(row) => drop(self.receipts.insert((row.message, row.account), *row)),
            GroupChange::Prune { before } => self.parked.retain(|p| p.at >= *before),
        }
        None
    }
}

impl MemoryRows {
    /// The picture of a group.
    pub fn group_picture(&self, group: &GroupId) -> Option<&[u8]> {
        self.groups.pictures.get(group).map(Vec::as_slice)
    }

    /// Payloads that wait for their keys.
    pub fn parked(&self) -> usize {
        self.groups.parked.len()
    }

    /// What waits to be sent to groups.
    pub fn waiting_for_groups(&self) -> usize {
        self.groups.outbox.len()
    }
}

impl GroupRows for MemoryRows {
    fn group_of_chat(&self, chat: ChatId) -> Read<Option<GroupRow>> {
        Ok(self.groups.rows.get(&chat).cloned())
    }
    fn group(&self, group: &GroupId) -> Read<Option<GroupRow>> {
        Ok(self.groups.rows.values().find(|row| row.id() == *group).cloned())
    }
    fn groups(&self) -> Read<Vec<GroupRow>> {
        Ok(self.groups.rows.values().cloned().collect())
    }
    fn group_event(&self, group: &GroupId, epoch: u64) -> Read<Option<GroupEventRow>> {
        Ok(self.groups.events.get(&(*group, epoch)).copied())
    }
    fn group_secrets(&self, group: &GroupId) -> Read<Vec<GroupSecretRow>> {
        Ok(self.groups.secrets.iter().filter(|s| s.group == *group).cloned().collect())
    }
    fn group_secret_of_tag(&self, tag: &[u8; 16]) -> Read<Option<GroupSecretRow>> {
        Ok(self.groups.secrets.iter().find(|s| s.tag == *tag).cloned())
    }
    fn group_session_out(&self, group: &GroupId) -> Read<Option<GroupSessionOutRow>> {
        Ok(self.groups.sessions_out.get(group).cloned())
    }
    fn group_sessions_in(&self, session_id: &str) -> Read<Vec<GroupSessionInRow>> {
        Ok(self.groups.sessions_in.values().filter(|s| s.session_id == session_id).cloned().collect())
    }
    fn group_sessions_in_all(&self) -> Read<Vec<GroupSessionInRow>> {
        Ok(self.groups.sessions_in.values().cloned().collect())
    }
    fn group_index_seen(&self, session_id: &str, device: &DeviceId, index: u32) -> Read<bool> {
        Ok(self.groups.indices.contains(&(session_id.to_owned(), *device, index)))
    }
    fn group_outbox_all(&self) -> Read<Vec<GroupOutboxRow>> {
        Ok(self.groups.outbox.clone())
    }
    fn group_outbox(&self, id: &SendId) -> Read<Option<GroupOutboxRow>> {
        Ok(self.groups.outbox.iter().find(|o| o.id == *id).cloned())
    }
    fn group_parked(&self, tag: &[u8; 16]) -> Read<Vec<GroupParkedRow>> {
        Ok(self.groups.parked.iter().filter(|p| p.tag == *tag).cloned().collect())
    }
    fn group_parked_count(&self) -> Read<u64> {
        Ok(self.groups.parked.len() as u64)
    }
    fn groups_to_join(&self) -> Read<Vec<GroupId>> {
        let known: BTreeSet<_> = self.groups.rows.values().map(GroupRow::id).collect();
        let secrets: BTreeSet<_> = self.groups.secrets.iter().map(|s| s.group).collect();
        Ok(secrets.difference(&known).copied().collect())
    }
    fn group_asked(&self, group: &GroupId) -> Read<bool> {
        Ok(self.groups.asked.contains(group))
    }
    fn group_requests(&self, group: &GroupId) -> Read<Vec<GroupRequestRow>> {
        Ok(self.groups.requests.iter().filter(|r| r.group == *group).copied().collect())
    }
    fn group_receipts(&self, message: &MessageId) -> Read<Vec<GroupReceiptRow>> {
        Ok(self.groups.receipts.values().filter(|r| r.message == *message).copied().collect())
    }
}
