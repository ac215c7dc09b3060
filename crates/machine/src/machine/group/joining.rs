//! Coming into a group by its link: asking its admins, and what they do about it.

use sotto_wire::{AccountId, GroupId};

use super::super::context::Step;
use crate::{
    body::{Body, JoinRequest},
    group::{
        GroupOp, GroupState, Invitation, MOST_ASKED, Role,
        rows::{GroupChange, GroupRequestRow, GroupRow},
    },
    rows::{ChatId, OutboxKind},
    step::{Rejection, StepError},
};

/// So many may wait for the admins of one group.
const MOST_REQUESTS: usize = 200;

impl Step<'_> {
    /// A person has opened a link: the admins it names are asked. Whoever lets them in needs no consent any more.
    pub(super) fn ask_to_join(&mut self, invitation: &Invitation) -> Result<(), StepError> {
        let Invitation { group, secret, admins } = invitation;
        if self.group(group)?.is_some_and(|row| self.is_in(&row)) {
            return Err(StepError::NotPossible);
        }
        let others: Vec<AccountId> =
            admins.iter().copied().filter(|a| *a != self.own.account).take(MOST_ASKED).collect();
        if others.is_empty() {
            return Err(StepError::NotPossible);
        }
        self.group_change(GroupChange::PutAsked { group: *group, at: Some(self.now) });
        let body = Body::JoinRequest(JoinRequest { group: *group, secret: *secret });
        for admin in others {
            let contact = self.meet(admin)?;
            if contact.blocked {
                continue;
            }
            self.enqueue(admin, None, OutboxKind::Service, &body, None)?;
            self.pump(admin)?;
        }
        Ok(())
    }

    /// Somebody asks to come in. Only the present link counts, and only with an admin.
    pub(in crate::machine) fn receive_join_request(
        &mut self,
        from: AccountId,
        asked: &JoinRequest,
    ) -> Result<(), StepError> {
        let row = self.group(&asked.group)?.filter(|row| self.is_admin(row));
        let link = row.as_ref().and_then(|row| row.state.policy.link);
        let Some(row) = row.filter(|_| link.is_some_and(|link| link.secret == asked.secret)) else {
            self.dropped(Rejection::NotAllowed);
            return Ok(());
        };
        let waiting = self.group_requests(&asked.group)?;
        let known = row.state.member(&from).is_some() || waiting.iter().any(|request| request.account == from);
        if known || waiting.len() >= MOST_REQUESTS {
            return Ok(());
        }
        self.group_change(GroupChange::PutRequest(GroupRequestRow { group: row.id(), account: from, at: self.now }));
        self.event(crate::step::Event::Chat(row.chat));
        self.admit_waiting(row.id())
    }

    /// An admin lets in who has asked.
    pub(super) fn admit(&mut self, chat: ChatId, account: AccountId) -> Result<(), StepError> {
        let row = self.requested(chat, &account)?;
        self.add_to_group(row.chat, &[account])
    }

    /// An admin does not. Nobody is told; who asks again is asked about again.
    pub(super) fn decline(&mut self, chat: ChatId, account: AccountId) -> Result<(), StepError> {
        let row = self.requested(chat, &account)?;
        self.group_change(GroupChange::DeleteRequests { group: row.id(), account: Some(account) });
        self.event(crate::step::Event::Chat(chat));
        Ok(())
    }

    fn requested(&self, chat: ChatId, account: &AccountId) -> Result<GroupRow, StepError> {
        let row = self.group_of_chat(chat)?.ok_or(StepError::NotFound("group"))?;
        if !self.is_admin(&row) {
            return Err(StepError::NotAllowed);
        }
        let there = self.group_requests(&row.id())?.iter().any(|request| request.account == *account);
        if there { Ok(row) } else { Err(StepError::NotFound("request")) }
    }

    /// Without approval, whoever has asked comes in as soon as this device can change the group. Who has left or was
    /// removed does not come back without somebody's consent.
    pub(super) fn admit_waiting(&mut self, group: GroupId) -> Result<(), StepError> {
        let Some(row) = self.group(&group)?.filter(|row| self.is_admin(row)) else { return Ok(()) };
        let free = row.pending.is_none() && row.fork.is_none() && row.secret.is_some();
        if !free || row.state.policy.link.is_none_or(|link| link.approval) {
            return Ok(());
        }
        let waiting = self.group_requests(&group)?.into_iter().map(|request| request.account);
        let was_in = |account: &AccountId| row.former.iter().any(|former| former.account == *account);
        let blocked = |account: &AccountId| Ok::<_, StepError>(self.contact_of(account)?.is_some_and(|c| c.blocked));
        let mut accounts = Vec::new();
        for account in waiting.filter(|account| !was_in(account)) {
            if !blocked(&account)? {
                accounts.push(account);
            }
        }
        if accounts.is_empty() {
            return Ok(());
        }
        let members = self.new_members(&accounts)?;
        let op = GroupOp::Add { members };
        if row.state.allows(&self.own.account, &op).is_ok() { self.plan(row, op) } else { Ok(()) }
    }

    /// What becomes of those who have asked when the group has changed.
    pub(super) fn settle_requests(&mut self, before: &GroupState, row: &GroupRow) -> Result<(), StepError> {
        let group = row.id();
        let secret = |state: &GroupState| state.policy.link.map(|link| link.secret);
        if secret(before) != secret(&row.state) || !self.is_admin(row) {
            if !self.group_requests(&group)?.is_empty() {
                self.group_change(GroupChange::DeleteRequests { group, account: None });
            }
            return Ok(());
        }
        for request in self.group_requests(&group)? {
            if row.state.member(&request.account).is_some() {
                self.group_change(GroupChange::DeleteRequests { group, account: Some(request.account) });
            }
        }
        Ok(())
    }

    fn is_admin(&self, row: &GroupRow) -> bool {
        row.state.role(&self.own.account) >= Some(Role::Admin)
    }
}
