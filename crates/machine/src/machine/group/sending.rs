//! From a text to one payload for everybody: encrypted once, uploaded once, answered for by each member's mailboxes.

use std::collections::BTreeSet;

use sotto_wire::{AccountId, MessageId, RefuseReason, RefusedDevice, SendId, Timestamp, limits};

use super::super::{
    answer::{DEFAULT_RETRY, FULL_RETRY},
    context::Step,
};
use crate::{
    body::{Body, Conversation},
    changes::Change,
    codec,
    group::{
        megolm::Outbound,
        payload::{self, Enclosed, GroupInner},
        rows::{GroupChange, GroupOutboxRow, GroupReceiptRow, GroupRow, SharedWith},
    },
    post::Post,
    rows::{AFTER_UPLOAD, ContactRow, Content, Failure, Marks, MessageRow, MessageState, Secret32},
    step::{Effect, StepError},
};

/// A Megolm session carries so many messages.
const MOST_MESSAGES: u32 = 100;
/// And lives so long.
const SESSION_LIFE: u64 = 7 * limits::DAY;

impl Step<'_> {
    /// A person writes in a group.
    pub(in crate::machine) fn send_to_group(
        &mut self,
        group: &GroupRow,
        id: MessageId,
        post: Post,
    ) -> Result<(), StepError> {
        self.may_write(group)?;
        let (chat, author, at) = (group.chat, self.own.account, self.now);
        let (state, content, unread) = (MessageState::Sending, Content::Post(post), false);
        let marks = Marks::default();
        self.send_to_group_again(group, MessageRow { id, chat, author, at, state, content, unread, marks })
    }

    /// As [`Self::send_to_group`], for a message that is there.
    pub(in crate::machine) fn send_to_group_again(
        &mut self,
        group: &GroupRow,
        message: MessageRow,
    ) -> Result<(), StepError> {
        self.may_write(group)?;
        let Content::Post(post) = &message.content else { return Ok(()) };
        let body = Body::Post(post.clone());
        let id = message.id;
        self.put_message(MessageRow { state: MessageState::Sending, ..message });
        if !group.accepted {
            self.accept_group(group.clone())?;
        }
        self.queue_for_group(group, Some(id), &body);
        self.leave_for_groups()
    }

    /// Something done to a message or the conversation, for everybody.
    pub(in crate::machine) fn tell_group(&mut self, group: &GroupRow, body: &Body) -> Result<(), StepError> {
        self.may_write(group)?;
        self.queue_for_group(group, None, body);
        self.leave_for_groups()
    }

    fn may_write(&self, group: &GroupRow) -> Result<(), StepError> {
        let role = group.state.role(&self.own.account);
        let founding = group.state.epoch == 0;
        let allowed = founding || role.is_some_and(|role| group.state.policy.send.includes(role));
        if allowed && group.fork.is_none() { Ok(()) } else { Err(StepError::NotAllowed) }
    }

    /// Something for everybody. Before the founding is in the log, everybody is not known yet.
    pub(super) fn queue_for_group(&mut self, group: &GroupRow, message: Option<MessageId>, body: &Body) {
        let not_before = self.not_before(message, body);
        let todo: Vec<AccountId> = group.state.others(&self.own.account).map(|m| m.account).collect();
        let row = GroupOutboxRow {
            id: self.new_send_id(),
            group: group.id(),
            message,
            body: codec::encode(body),
            payload: Vec::new(),
            todo,
            full: Vec::new(),
            sending: Vec::new(),
            not_before,
        };
        self.group_change(GroupChange::PutOutbox { row: Box::new(row), instead: None });
    }

    /// The person wants to be in the group they were added to.
    pub(in crate::machine) fn accept_group(&mut self, group: GroupRow) -> Result<(), StepError> {
        self.put_group(GroupRow { accepted: true, ..group });
        self.leave_for_groups()
    }

    /// Everything that waits for a group and can leave.
    pub(in crate::machine) fn leave_for_groups(&mut self) -> Result<(), StepError> {
        for group in self.memory.groups.changing.clone() {
            self.drive_change(group)?;
        }
        for row in self.group_outbox_all()? {
            if let Some(group) = self.group(&row.group)? {
                self.leave_for_group(&group, row)?;
            }
        }
        Ok(())
    }

    fn leave_for_group(&mut self, group: &GroupRow, mut row: GroupOutboxRow) -> Result<(), StepError> {
        let closed = group.fork.is_some() || !group.accepted || !self.is_in(group);
        let Some(secret) = group.secret.clone().filter(|_| !closed && group.state.epoch > 0) else { return Ok(()) };
        if row.not_before == AFTER_UPLOAD {
            return Ok(());
        }
        if row.not_before > self.now {
            self.effect(Effect::WakeAt(row.not_before));
            return Ok(());
        }
        if !row.sending.is_empty() {
            self.effect(Effect::Upload(row.id));
            return Ok(());
        }
        let before = row.clone();
        if row.payload.is_empty() {
            self.encrypt_for_group(group, &secret, &mut row)?;
        }
        row.todo.retain(|account| group.state.member(account).is_some());
        for account in row.todo.clone() {
            if self.current_peer(&account)?.is_some() {
                row.sending.push(account);
            } else {
                self.fetch_devices(account);
            }
        }
        if row.todo.is_empty() {
            return self.everybody_has(&row, self.now);
        }
        if !row.sending.is_empty() {
            self.effect(Effect::Upload(row.id));
        }
        if row != before {
            self.group_change(GroupChange::PutOutbox { row: Box::new(row), instead: None });
        }
        Ok(())
    }

    /// Encrypts under the session of now; whoever is there and does not have it gets it first.
    fn encrypt_for_group(
        &mut self,
        group: &GroupRow,
        secret: &Secret32,
        row: &mut GroupOutboxRow,
    ) -> Result<(), StepError> {
        // What has left once is encrypted anew for those it was meant for, not for whoever has come since.
        let meant_for = match &row.message {
            Some(id) => self.group_receipts(id)?,
            None => Vec::new(),
        };
        let others = group.state.others(&self.own.account).map(|m| m.account);
        let meant = |account: &AccountId| meant_for.is_empty() || meant_for.iter().any(|r| r.account == *account);
        row.todo = others.filter(meant).collect();
        if !self.siblings()?.is_empty() {
            row.todo.push(self.own.account);
        }
        row.full.clear();
        let message_id = match row.message {
            Some(id) => id,
            None => self.new_message_id(),
        };
        let mut outbound = self.session_for(group)?;
        let from = outbound.row.next_index;
        let mut shared_now = Vec::new();
        for account in &row.todo {
            let list_version = self.peer(account)?.map_or(0, |peer| peer.version);
            match outbound.row.shared.iter_mut().find(|s| s.account == *account) {
                Some(known) => known.list_version = list_version,
                None => {
                    outbound.row.shared.push(SharedWith { account: *account, list_version, from });
                    self.share_session(&outbound, *account, from)?;
                    shared_now.push(*account);
                }
            }
            if let Some(message) = row.message.filter(|_| *account != self.own.account) {
                let (account, state, at) = (*account, MessageState::Sending, self.now);
                if !meant_for.iter().any(|r| r.account == account) {
                    let receipt = GroupReceiptRow { message, account, state, at };
                    self.group_change(GroupChange::PutReceipt(receipt));
                }
            }
        }
        let inner = GroupInner {
            message_id,
            conversation: Conversation::Group(group.id()),
            sender: self.as_sender()?,
            epoch: group.state.epoch,
            state_hash: group.state.hash,
            sent_at: self.now,
            body: Vec::new(),
            compressed: false,
        };
        let message = outbound.encrypt(&inner.encode(&row.body));
        let enclosed = Enclosed { session_id: outbound.row.session_id.clone(), message };
        row.payload = payload::seal(&enclosed, secret, self.rng);
        self.group_change(GroupChange::PutSessionOut(Box::new(outbound.row)));
        for account in shared_now {
            self.pump(account)?;
        }
        Ok(())
    }

    /// The session to send with: a new one after a removal, a policy, another device list, 100 messages or 7 days.
    fn session_for(&mut self, group: &GroupRow) -> Result<Outbound, StepError> {
        if let Some(row) = self.group_session_out(&group.id())? {
            let mut fresh = row.epoch >= group.state.turned
                && row.next_index < MOST_MESSAGES
                && self.now < row.created + SESSION_LIFE;
            for shared in &row.shared {
                let list = self.peer(&shared.account)?.map_or(0, |peer| peer.version);
                fresh &= group.state.member(&shared.account).is_some()
                    && (shared.list_version == 0 || list == shared.list_version);
            }
            if fresh {
                return Outbound::load(row);
            }
        }
        Ok(Outbound::new(group.id(), group.state.epoch, self.now))
    }

    /// Somebody is gone: what has not reached everybody is encrypted anew, so that they cannot read it.
    pub(in crate::machine) fn encrypt_anew(&mut self, group: &GroupRow) -> Result<(), StepError> {
        for row in self.group_outbox_all()?.into_iter().filter(|r| r.group == group.id() && !r.payload.is_empty()) {
            let (before, id) = (row.id, self.new_send_id());
            let anew = GroupOutboxRow { id, payload: Vec::new(), sending: Vec::new(), ..row };
            self.group_change(GroupChange::PutOutbox { row: Box::new(anew), instead: Some(before) });
        }
        Ok(())
    }

    /// This person is no longer in the group: what waits for it fails.
    pub(super) fn give_up_group(&mut self, group: &GroupRow) -> Result<(), StepError> {
        for row in self.group_outbox_all()?.into_iter().filter(|r| r.group == group.id()) {
            self.group_change(GroupChange::DeleteOutbox(row.id));
            if let Some(message) = row.message {
                self.fail_message(message, Failure::Rejected)?;
            }
        }
        Ok(())
    }

    /// An account is gone, or cannot be believed: nothing more is sent to it, and nobody waits for it.
    pub(in crate::machine) fn give_up_in_groups(&mut self, account: &AccountId) -> Result<(), StepError> {
        for mut row in self.group_outbox_all()?.into_iter().filter(|r| r.todo.contains(account)) {
            row.todo.retain(|other| other != account);
            if row.todo.is_empty() {
                self.everybody_has(&row, self.now)?;
            } else {
                self.group_change(GroupChange::PutOutbox { row: Box::new(row), instead: None });
            }
        }
        Ok(())
    }

    fn everybody_has(&mut self, row: &GroupOutboxRow, at: Timestamp) -> Result<(), StepError> {
        self.group_change(GroupChange::DeleteOutbox(row.id));
        match row.message {
            Some(message) => self.was_sent(message, at),
            None => self.action_sent(&row.body, at),
        }
    }

    /// The relay has taken it for some; what stood in the way of the others decides what becomes of them.
    pub(in crate::machine) fn group_accepted(
        &mut self,
        id: SendId,
        refused: &[RefusedDevice],
        at: Timestamp,
    ) -> Result<(), StepError> {
        let Some(mut row) = self.group_outbox(&id)? else { return Ok(()) };
        let mut again = BTreeSet::new();
        for RefusedDevice { device, reason } in refused {
            let Some(account) = self.device(device)?.map(|d| d.account) else { continue };
            match reason {
                RefuseReason::ListChanged => self.is_outdated(account)?,
                RefuseReason::AccountGone => continue,
                RefuseReason::TokenRefused => {
                    if let Some(contact) = self.contact_of(&account)?.filter(|c| !c.token_refused) {
                        self.put_contact(ContactRow { token_refused: true, ..contact });
                    }
                }
                _ => {
                    row.not_before = self.now + FULL_RETRY;
                    row.full.push(account);
                }
            }
            again.insert(account);
        }
        row.todo.retain(|account| !row.sending.contains(account) || again.contains(account));
        row.sending.clear();
        if row.todo.is_empty() {
            return self.everybody_has(&row, at);
        }
        if row.todo.iter().all(|account| row.full.contains(account))
            && let Some(message) = row.message
        {
            // Full mailboxes are tried again; the message itself has its tick.
            self.was_sent(message, at)?;
        }
        row.id = self.new_send_id();
        self.group_change(GroupChange::PutOutbox { row: Box::new(row), instead: Some(id) });
        self.leave_for_groups()
    }

    /// The relay did not take it at all.
    pub(in crate::machine) fn group_refused(
        &mut self,
        id: SendId,
        reason: RefuseReason,
        retry_after: Option<u64>,
    ) -> Result<(), StepError> {
        let Some(mut row) = self.group_outbox(&id)? else { return Ok(()) };
        match reason {
            RefuseReason::TooLarge | RefuseReason::Malformed => {
                self.change(Change::Group(GroupChange::DeleteOutbox(id)));
                let why = if reason == RefuseReason::TooLarge { Failure::TooLarge } else { Failure::Rejected };
                match row.message {
                    Some(message) => self.fail_message(message, why),
                    None => Ok(()),
                }
            }
            _ => {
                row.not_before = self.now + retry_after.unwrap_or(DEFAULT_RETRY);
                self.effect(Effect::WakeAt(row.not_before));
                self.group_change(GroupChange::PutOutbox { row: Box::new(row), instead: None });
                Ok(())
            }
        }
    }
}
