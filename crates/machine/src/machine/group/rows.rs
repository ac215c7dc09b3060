//! Rows of groups as they will be after the changes made so far.

use sotto_wire::{DeviceId, GroupId, MessageId, SendId};

use super::super::context::Step;
use crate::{
    changes::Change,
    group::{
        rows::{
            GroupChange, GroupEventRow, GroupLine, GroupLineKind, GroupOutboxRow, GroupParkedRow, GroupReceiptRow,
            GroupRequestRow, GroupRow, GroupSecretRow, GroupSessionInRow, GroupSessionOutRow,
        },
        secret::Tag,
    },
    rows::{ChatId, Content, Marks, MessageRow, MessageState},
    step::{Event, StepError},
};

impl Step<'_> {
    pub(in crate::machine) fn group_change(&mut self, change: GroupChange) {
        self.change(Change::Group(change));
    }

    pub(in crate::machine) fn put_group(&mut self, row: GroupRow) {
        self.event(Event::Chat(row.chat));
        self.group_change(GroupChange::PutGroup(Box::new(row)));
    }

    fn changes_of_groups(&self) -> impl DoubleEndedIterator<Item = &GroupChange> {
        self.changes().iter().filter_map(|change| match change {
            Change::Group(change) => Some(change),
            _ => None,
        })
    }

    pub(in crate::machine) fn group(&self, group: &GroupId) -> Result<Option<GroupRow>, StepError> {
        let pending = self.changes_of_groups().rev().find_map(|change| match change {
            GroupChange::PutGroup(row) if row.id() == *group => Some((**row).clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.group(group)?),
        }
    }

    pub(in crate::machine) fn group_of_chat(&self, chat: ChatId) -> Result<Option<GroupRow>, StepError> {
        let pending = self.changes_of_groups().rev().find_map(|change| match change {
            GroupChange::PutGroup(row) if row.chat == chat => Some((**row).clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.group_of_chat(chat)?),
        }
    }

    pub(in crate::machine) fn groups(&self) -> Result<Vec<GroupRow>, StepError> {
        let mut groups = self.rows.groups()?;
        for change in self.changes_of_groups() {
            if let GroupChange::PutGroup(row) = change {
                match groups.iter_mut().find(|known| known.id() == row.id()) {
                    Some(known) => *known = (**row).clone(),
                    None => groups.push((**row).clone()),
                }
            }
        }
        Ok(groups)
    }

    pub(super) fn group_event(&self, group: &GroupId, epoch: u64) -> Result<Option<GroupEventRow>, StepError> {
        let pending = self.changes_of_groups().rev().find_map(|change| match change {
            GroupChange::PutEvent(row) if row.group == *group && row.epoch == epoch => Some(*row),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.group_event(group, epoch)?),
        }
    }

    pub(super) fn group_secrets(&self, group: &GroupId) -> Result<Vec<GroupSecretRow>, StepError> {
        let mut secrets = self.rows.group_secrets(group)?;
        for change in self.changes_of_groups() {
            if let GroupChange::PutSecret(row) = change
                && row.group == *group
            {
                secrets.retain(|known| known.hash != row.hash);
                secrets.push(row.clone());
            }
        }
        Ok(secrets)
    }

    pub(super) fn group_secret_of_tag(&self, tag: &Tag) -> Result<Option<GroupSecretRow>, StepError> {
        let pending = self.changes_of_groups().rev().find_map(|change| match change {
            GroupChange::PutSecret(row) if row.tag == *tag => Some(row.clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.group_secret_of_tag(tag)?),
        }
    }

    pub(super) fn group_session_out(&self, group: &GroupId) -> Result<Option<GroupSessionOutRow>, StepError> {
        let pending = self.changes_of_groups().rev().find_map(|change| match change {
            GroupChange::PutSessionOut(row) if row.group == *group => Some((**row).clone()),
            _ => None,
        });
        match pending {
            Some(row) => Ok(Some(row)),
            None => Ok(self.rows.group_session_out(group)?),
        }
    }

    pub(super) fn group_sessions_in(&self, session_id: &str) -> Result<Vec<GroupSessionInRow>, StepError> {
        let mut sessions = self.rows.group_sessions_in(session_id)?;
        for change in self.changes_of_groups() {
            if let GroupChange::PutSessionIn(row) = change
                && row.session_id == session_id
            {
                sessions.retain(|known| known.device != row.device);
                sessions.push((**row).clone());
            }
        }
        Ok(sessions)
    }

    pub(super) fn group_index_seen(&self, session_id: &str, device: &DeviceId, index: u32) -> Result<bool, StepError> {
        let pending = self.changes_of_groups().any(|change| {
            matches!(change, GroupChange::PutIndex { session_id: s, device: d, index: i }
                if s == session_id && d == device && *i == index)
        });
        Ok(pending || self.rows.group_index_seen(session_id, device, index)?)
    }

    pub(in crate::machine) fn group_outbox_all(&self) -> Result<Vec<GroupOutboxRow>, StepError> {
        let mut outbox = self.rows.group_outbox_all()?;
        for change in self.changes_of_groups() {
            match change {
                GroupChange::PutOutbox { row, instead } => {
                    let before = instead.unwrap_or(row.id);
                    match outbox.iter_mut().find(|known| known.id == before) {
                        Some(known) => *known = (**row).clone(),
                        None => outbox.push((**row).clone()),
                    }
                }
                GroupChange::DeleteOutbox(id) => outbox.retain(|known| known.id != *id),
                _ => {}
            }
        }
        Ok(outbox)
    }

    pub(super) fn group_outbox(&self, id: &SendId) -> Result<Option<GroupOutboxRow>, StepError> {
        for change in self.changes_of_groups().rev() {
            match change {
                GroupChange::PutOutbox { row, .. } if row.id == *id => return Ok(Some((**row).clone())),
                GroupChange::PutOutbox { instead: Some(before), .. } if before == id => return Ok(None),
                GroupChange::DeleteOutbox(gone) if gone == id => return Ok(None),
                _ => {}
            }
        }
        Ok(self.rows.group_outbox(id)?)
    }

    pub(super) fn group_parked(&self, tag: &Tag) -> Result<Vec<GroupParkedRow>, StepError> {
        let mut parked = self.rows.group_parked(tag)?;
        for change in self.changes_of_groups() {
            match change {
                GroupChange::Park(row) if row.tag == *tag => {
                    parked.retain(|known| known.hash != row.hash);
                    parked.push(row.clone());
                }
                GroupChange::Unpark(hash) => parked.retain(|known| known.hash != *hash),
                _ => {}
            }
        }
        Ok(parked)
    }

    /// Who asks to come in, first come first.
    pub(super) fn group_requests(&self, group: &GroupId) -> Result<Vec<GroupRequestRow>, StepError> {
        let mut requests = self.rows.group_requests(group)?;
        for change in self.changes_of_groups() {
            match change {
                GroupChange::PutRequest(row) if row.group == *group => requests.push(*row),
                GroupChange::DeleteRequests { group: of, account } if of == group => {
                    requests.retain(|request| account.is_some_and(|account| account != request.account));
                }
                _ => {}
            }
        }
        Ok(requests)
    }

    pub(super) fn group_receipts(&self, message: &MessageId) -> Result<Vec<GroupReceiptRow>, StepError> {
        let mut receipts = self.rows.group_receipts(message)?;
        for change in self.changes_of_groups() {
            if let GroupChange::PutReceipt(row) = change
                && row.message == *message
            {
                receipts.retain(|known| known.account != row.account);
                receipts.push(*row);
            }
        }
        Ok(receipts)
    }

    /// A change as a line of the conversation.
    pub(super) fn group_line(&mut self, chat: ChatId, line: GroupLine, at: u64) {
        let id = self.new_message_id();
        let author = self.own.account;
        let (state, content) = (MessageState::Received, Content::Group(line));
        let (unread, marks) = (false, Marks::default());
        self.put_message(MessageRow { id, chat, author, at, state, content, unread, marks });
    }

    pub(super) fn own_line(&mut self, chat: ChatId, what: GroupLineKind) {
        let line = GroupLine { by: self.own.account, what };
        self.group_line(chat, line, self.now);
    }
}
