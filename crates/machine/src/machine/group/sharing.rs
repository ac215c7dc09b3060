//! Keys of groups over the pairwise path: secrets, sender keys, and the word that a log has grown.

use sotto_wire::{AccountId, GroupId, Hash, limits};

use super::super::context::Step;
use crate::{
    body::{Body, GroupSecret, SenderKey},
    group::{
        megolm::{self, Outbound},
        rows::{GroupChange, GroupRow, GroupSessionInRow},
        secret,
    },
    rows::{DeviceRow, OutboxKind, Secret32},
    step::{Rejection, StepError},
};

/// Receivers forget what lies behind after this time.
const ADVANCE_AFTER: u64 = 7 * limits::DAY;
/// And delete a session so long after another has taken its place.
const DELETE_AFTER: u64 = 14 * limits::DAY;
/// Secrets kept for groups that this person is not in (yet).
const MOST_SECRETS: usize = 32;

impl Step<'_> {
    /// A member's Megolm session. It belongs to the device whose Olm session it came through, whatever it says.
    pub(in crate::machine) fn receive_sender_key(
        &mut self,
        device: &DeviceRow,
        key: &SenderKey,
    ) -> Result<(), StepError> {
        let known = self.group(&key.group)?.is_some() || !self.group_secrets(&key.group)?.is_empty();
        if !known {
            self.dropped(Rejection::NotAllowed);
            return Ok(());
        }
        let received = megolm::receive(key.group, device.account, device.device, key.epoch, &key.key, self.now);
        let row = match received {
            Ok(row) => row,
            Err(why) => {
                self.dropped(why);
                return Ok(());
            }
        };
        let before = self.group_sessions_in(&row.session_id)?.into_iter().find(|s| s.device == device.device);
        if before.is_some_and(|before| before.group != key.group || before.first_index <= row.first_index) {
            return self.unpark(key.group, true);
        }
        for other in self.rows.group_sessions_in_all()? {
            let replaced = other.device == device.device && other.group == key.group && other.retired.is_none();
            if replaced && other.session_id != row.session_id {
                let retired = Some(self.now);
                self.group_change(GroupChange::PutSessionIn(Box::new(GroupSessionInRow { retired, ..other })));
            }
        }
        self.group_change(GroupChange::PutSessionIn(Box::new(row)));
        self.unpark(key.group, true)
    }

    /// A secret. It counts once an event in the log commits to it.
    pub(in crate::machine) fn receive_group_secret(
        &mut self,
        from: AccountId,
        body: &GroupSecret,
    ) -> Result<(), StepError> {
        let (group, secret) = (body.group, Secret32(body.secret));
        let hash = secret::secret_hash(&secret);
        let row = self.group(&group)?;
        if let Some(row) = &row
            && self.is_in(row)
            && row.state.member(&from).is_none()
        {
            self.dropped(Rejection::NotAllowed);
            return Ok(());
        }
        let known = self.group_secrets(&group)?;
        let better = body.event_key.is_some() && known.iter().any(|s| s.hash == hash && s.event_key.is_none());
        if better || (known.len() < MOST_SECRETS && !known.iter().any(|s| s.hash == hash)) {
            self.keep_secret(group, &secret, body.event_key.map(Secret32));
        }
        if let Some(row) = row
            && row.secret.is_none()
            && row.state.secret_hash == hash
        {
            self.put_group(GroupRow { secret: Some(secret), ..row });
            self.unpark(group, true)?;
        }
        self.read_group_log(group)
    }

    /// The log has grown, or somebody lacks the current secret.
    pub(in crate::machine) fn receive_group_news(
        &mut self,
        from: AccountId,
        group: GroupId,
        wanted: Option<Hash>,
    ) -> Result<(), StepError> {
        let row = self.group(&group)?;
        let Some(wanted) = wanted else {
            let known = row.is_some() || !self.group_secrets(&group)?.is_empty();
            return if known { self.read_group_log(group) } else { Ok(()) };
        };
        if let Some(row) = row
            && row.state.member(&from).is_some()
            && row.state.secret_hash == wanted
            && self.is_in(&row)
        {
            self.share_secret(&row, from)?;
        }
        Ok(())
    }

    fn share_secret(&mut self, row: &GroupRow, with: AccountId) -> Result<(), StepError> {
        let Some(secret) = &row.secret else { return Ok(()) };
        let mut event_key = None;
        if let Some(older) = row.state.older_hash.filter(|_| with == self.own.account) {
            // A device that has just been let in reads the log from its beginning.
            event_key = self.older_event_key(&row.id(), &older)?.map(|key| key.0);
        }
        let body = Body::GroupSecret(GroupSecret { group: row.id(), secret: secret.0, event_key });
        self.enqueue(with, None, OutboxKind::Service, &body, None)?;
        self.pump(with)
    }

    /// A further device of this person comes into every group.
    pub(in crate::machine) fn share_groups_with_siblings(&mut self) -> Result<(), StepError> {
        for row in self.groups()?.into_iter().filter(|row| row.state.epoch > 0) {
            if self.is_in(&row) {
                self.share_secret(&row, self.own.account)?;
            }
        }
        Ok(())
    }

    /// What was sent to somebody's device was lost with its session, and keys may have been among it.
    pub(in crate::machine) fn share_groups_again(&mut self, account: AccountId) -> Result<(), StepError> {
        for row in self.groups()? {
            if !row.accepted || !self.is_in(&row) || row.state.member(&account).is_none() {
                continue;
            }
            self.share_secret(&row, account)?;
            let Some(session) = self.group_session_out(&row.id())? else { continue };
            if let Some(shared) = session.shared.iter().find(|s| s.account == account).copied() {
                let outbound = Outbound::load(session)?;
                self.share_session(&outbound, account, shared.from)?;
            }
        }
        Ok(())
    }

    /// Hands this device's session to everything that an account has signed in.
    pub(super) fn share_session(
        &mut self,
        outbound: &Outbound,
        account: AccountId,
        from: u32,
    ) -> Result<(), StepError> {
        let (group, epoch) = (outbound.row.group, outbound.row.epoch);
        let body = Body::SenderKey(SenderKey { group, epoch, key: outbound.key_from(from)? });
        self.enqueue(account, None, OutboxKind::Service, &body, None)?;
        Ok(())
    }

    /// On each new connection: what waits goes on, what is old goes.
    pub(in crate::machine) fn keep_up_groups(&mut self) -> Result<(), StepError> {
        for row in self.groups()? {
            let group = row.id();
            if row.pending.is_some() {
                self.memory.groups.changing.insert(group);
            }
            let duty = row.state.rekey_due && self.is_in(&row);
            if row.pending.is_some() || duty || (row.secret.is_none() && self.is_in(&row)) {
                self.read_group_log(group)?;
            }
            if row.secret.is_none() && row.state.epoch > 0 && self.is_in(&row) {
                let owner = row.state.others(&self.own.account).max_by_key(|m| m.role).map(|m| m.account);
                if let Some(owner) = owner {
                    self.ask_for_secret(&row, owner)?;
                }
            }
        }
        for group in self.rows.groups_to_join()? {
            self.read_group_log(group)?;
        }
        for session in self.rows.group_sessions_in_all()? {
            if session.retired.is_some_and(|at| at + DELETE_AFTER < self.now) {
                let (session_id, device) = (session.session_id, session.device);
                self.group_change(GroupChange::DeleteSessionIn { session_id, device });
            } else if session.advanced + ADVANCE_AFTER < self.now {
                let index = session.next_index;
                let advanced = megolm::advance(session, index, self.now)?;
                self.group_change(GroupChange::PutSessionIn(Box::new(advanced)));
            }
        }
        self.group_change(GroupChange::Prune { before: self.now.saturating_sub(limits::RECORD_LIFE) });
        Ok(())
    }
}
