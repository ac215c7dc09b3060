//! A change of one's own: planned, its secret sealed to everybody who stays, then appended to the log.
//!
//! What is in the log counts, nothing else: also one's own change is carried out only when it is read back. Whoever
//! was slower plans again on top of the other's change, if it is still possible then.

use sotto_wire::{AccountId, GroupAppend, GroupId, Hash, SendId, Signed, limits};

use super::super::context::Step;
use crate::{
    account,
    body::{Body, GroupSecret},
    codec,
    group::{
        Look,
        event::{Actor, Entry, GroupEvent, GroupOp, NewMember},
        rows::{GroupChange, GroupLineKind, GroupRow, GroupSecretRow, MadeChange, PendingChange, SecretBytes},
        secret,
        state::{GroupState, next_hash},
    },
    rows::{ChatId, Notice, OutboxKind, Secret32},
    step::{Effect, StepError},
};

/// A secret that could not be handed to everybody in this time (ms) does not hold the change up any longer: it lies
/// in the outbox for those who are missing.
const PATIENCE: u64 = 60 * limits::SECOND;

impl Step<'_> {
    /// A person founds a group. It is there at once; others learn of it when its first event is in the log.
    pub(super) fn found_group(
        &mut self,
        group: GroupId,
        name: &str,
        members: &[AccountId],
        look: Option<Look>,
    ) -> Result<(), StepError> {
        if self.group(&group)?.is_some() {
            return Ok(());
        }
        let name = name.trim().to_owned();
        let members = self.new_members(members)?;
        let op = GroupOp::Create { name: name.clone(), members, profile_key: self.own.profile_key.0, look };
        let mut state = GroupState { name, ..GroupState::empty(group) };
        state.allows(&self.own.account, &op).map_err(|_| StepError::NotAllowed)?;
        state.show(&op);
        self.keep_picture(&GroupState::empty(group), &state, &op);
        let chat = self.next_chat()?;
        let (secret, fork, pending) = (None, None, None);
        let row = GroupRow { chat, state, position: 0, secret, accepted: true, fork, pending, former: Vec::new() };
        self.put_group(row.clone());
        self.notice(chat, Notice::Encrypted);
        self.plan(row, op)
    }

    pub(super) fn add_to_group(&mut self, chat: ChatId, members: &[AccountId]) -> Result<(), StepError> {
        let members = self.new_members(members)?;
        self.change_group(chat, GroupOp::Add { members })
    }

    /// A person makes a change.
    pub(in crate::machine) fn change_group(&mut self, chat: ChatId, op: GroupOp) -> Result<(), StepError> {
        let row = self.group_of_chat(chat)?.ok_or(StepError::NotFound("group"))?;
        let impossible = row.pending.is_some() || row.fork.is_some() || row.state.epoch == 0 || row.secret.is_none();
        if impossible || row.state.allows(&self.own.account, &op).is_err() {
            return Err(StepError::NotAllowed);
        }
        self.plan(row, op)
    }

    pub(super) fn new_members(&mut self, accounts: &[AccountId]) -> Result<Vec<NewMember>, StepError> {
        let mut members = Vec::new();
        for account in accounts {
            let profile_key = self.contact_of(account)?.and_then(|c| c.profile_key.as_ref().map(|key| key.0));
            let list_version = self.peer(account)?.map_or(0, |peer| peer.version);
            members.push(NewMember { account: *account, list_version, profile_key });
        }
        Ok(members)
    }

    /// Draws the new secret, if the change sets one, and seals it to everybody who will be there afterwards.
    pub(super) fn plan(&mut self, mut row: GroupRow, mut op: GroupOp) -> Result<(), StepError> {
        let group = row.id();
        if let GroupOp::Rename { name, look: Some(_) } = &mut op {
            // Another look is not meant to take back another's name.
            row.state.name.clone_into(name);
        }
        let (mut waiting, mut accounts) = (Vec::new(), Vec::new());
        let mut drawn = None;
        if op.sets_secret() {
            let mut secret = Secret32([0; 32]);
            self.rng.fill_bytes(&mut secret.0);
            self.keep_secret(group, &secret, None);
            let newcomers: &[NewMember] = match &op {
                GroupOp::Create { members, .. } | GroupOp::Add { members } => members,
                _ => &[],
            };
            let entrance = row.secret.as_ref().map(|current| secret::event_key(current).0);
            let stay = row.state.others(&self.own.account).map(|m| m.account);
            let removed = |account: &AccountId| matches!(&op, GroupOp::Remove { account: gone } if gone == account);
            let stay: Vec<_> = stay.filter(|account| !removed(account)).map(|account| (account, None)).collect();
            for (account, event_key) in stay.into_iter().chain(newcomers.iter().map(|new| (new.account, entrance))) {
                let body = Body::GroupSecret(GroupSecret { group, secret: secret.0, event_key });
                waiting.push(self.enqueue(account, None, OutboxKind::Service, &body, None)?);
                accounts.push(account);
            }
            if !self.siblings()?.is_empty() {
                let own = self.own.account;
                let body = Body::GroupSecret(GroupSecret { group, secret: secret.0, event_key: entrance });
                waiting.push(self.enqueue(own, None, OutboxKind::Service, &body, None)?);
                accounts.push(own);
            }
            drawn = Some(SecretBytes(secret.0));
        }
        let (epoch, since) = (row.state.epoch, self.now);
        row.pending = Some(PendingChange { op, secret: drawn, epoch, waiting, since, made: None });
        self.put_group(row);
        self.memory.groups.changing.insert(group);
        for account in accounts {
            self.pump(account)?;
        }
        self.drive_change(group)
    }

    /// Keeps the picture that a change has brought.
    pub(super) fn keep_picture(&mut self, before: &GroupState, after: &GroupState, op: &GroupOp) {
        if before.picture != after.picture {
            let picture = op.look().and_then(Look::face).flatten().map(<[u8]>::to_vec);
            self.group_change(GroupChange::PutPicture { group: after.group, picture });
        }
    }

    /// Keeps a secret under the hash that an event may commit to.
    pub(super) fn keep_secret(&mut self, group: GroupId, secret: &Secret32, event_key: Option<Secret32>) {
        self.group_change(GroupChange::PutSecret(GroupSecretRow {
            group,
            hash: secret::secret_hash(secret),
            tag: secret::tag(secret),
            secret: secret.clone(),
            event_key,
            at: self.now,
        }));
    }

    /// An outbox row is answered for; it may have been the last that a change waited for.
    pub(in crate::machine) fn secret_is_out(&mut self, id: SendId) -> Result<(), StepError> {
        for group in self.memory.groups.changing.clone() {
            let Some(mut row) = self.group(&group)? else { continue };
            let Some(pending) = row.pending.as_mut().filter(|p| p.waiting.contains(&id)) else { continue };
            pending.waiting.retain(|waiting| *waiting != id);
            self.put_group(row);
            self.drive_change(group)?;
        }
        Ok(())
    }

    /// Takes a change as far as it can go now.
    pub(super) fn drive_change(&mut self, group: GroupId) -> Result<(), StepError> {
        let Some(mut row) = self.group(&group)? else { return Ok(()) };
        let Some(pending) = row.pending.clone() else {
            self.memory.groups.changing.remove(&group);
            return Ok(());
        };
        self.memory.groups.changing.insert(group);
        if pending.epoch != row.state.epoch {
            // Somebody else was first.
            row.pending = None;
            let (op, done) = still_to_do(pending.op, &row.state);
            if done || row.fork.is_some() || row.state.allows(&self.own.account, &op).is_err() {
                return self.drop_change(row, !done);
            }
            return self.plan(row, op);
        }
        if !pending.waiting.is_empty() && self.now < pending.since + PATIENCE {
            self.effect(Effect::WakeAt(pending.since + PATIENCE));
            return Ok(());
        }
        let made = match pending.made.clone().filter(|made| made.position == row.position) {
            Some(made) => made,
            None => match self.make(&row, &pending)? {
                Some(made) => made,
                None => return self.drop_change(row, true),
            },
        };
        let append = made.append.clone();
        if pending.made.as_ref() != Some(&made) {
            row.pending = Some(PendingChange { made: Some(made), ..pending });
            self.put_group(row);
        }
        if self.memory.groups.appending.insert(group) {
            self.effect(Effect::AppendToGroup { group, append });
        }
        Ok(())
    }

    pub(super) fn drop_change(&mut self, mut row: GroupRow, tell: bool) -> Result<(), StepError> {
        self.memory.groups.changing.remove(&row.id());
        row.pending = None;
        let chat = row.chat;
        self.put_group(row);
        if tell {
            self.own_line(chat, GroupLineKind::Overtaken);
        }
        Ok(())
    }

    /// Signs the event and its append. `None` when an older key that it must name is not known.
    fn make(&mut self, row: &GroupRow, pending: &PendingChange) -> Result<Option<MadeChange>, StepError> {
        let group = row.id();
        let drawn = pending.secret.as_ref().map(SecretBytes::secret);
        let Some(current) = row.secret.clone().or_else(|| drawn.clone()) else { return Ok(None) };
        let mut older_key = None;
        if let Some(hash) = row.state.older_hash.filter(|_| drawn.is_some()) {
            let Some(key) = self.older_event_key(&group, &hash)? else { return Ok(None) };
            older_key = Some(key.0);
        }
        let own_cert = self.own_cert()?;
        let event = GroupEvent {
            group,
            epoch: row.state.epoch + 1,
            prev_hash: row.state.hash,
            op: pending.op.clone(),
            actor: Actor {
                account: self.own.account,
                device: self.own.device,
                list_version: self.own_list()?.version,
                list_hash: self.own.list.hash(),
            },
            at: self.now,
            secret_hash: drawn.as_ref().map(secret::secret_hash),
            older_key,
        };
        let olm = self.olm_account()?;
        let event = Signed::create(&event, &own_cert.device_key, |m| account::sign_with(&olm, m));
        let hash = next_hash(&row.state.hash, event.bytes());
        let device = codec::decode(&self.own.certified).map_err(|_| StepError::Corrupt("certificate"))?;
        let entry = Entry { event, device, list: self.own.list.clone() };
        let append = GroupAppend {
            group,
            position: row.position,
            event: entry.seal(&group, &secret::event_key(&current), self.rng),
            write_key: secret::write_key(drawn.as_ref().unwrap_or(&current)),
        };
        let signed = Signed::create(&append, &secret::write_key(&current), |m| secret::sign_append(&current, m));
        Ok(Some(MadeChange { position: row.position, hash, append: signed.to_vec() }))
    }

    /// The event key of the secret before the current one.
    pub(super) fn older_event_key(&self, group: &GroupId, hash: &Hash) -> Result<Option<Secret32>, StepError> {
        let secrets = self.group_secrets(group)?;
        let known = secrets.iter().find(|s| s.hash == *hash).map(|s| secret::event_key(&s.secret));
        let given = || secrets.iter().filter_map(|s| s.event_key.clone()).find(|key| secret::key_hash(key) == *hash);
        Ok(known.or_else(given))
    }

    /// The relay has answered. Whether it was taken or not, the log says what counts.
    pub(super) fn appended_to_group(&mut self, group: GroupId, taken: bool) -> Result<(), StepError> {
        self.memory.groups.appending.remove(&group);
        if taken {
            self.memory.groups.refused.remove(&group);
        } else {
            self.memory.groups.refused.insert(group);
        }
        self.read_group_log(group)
    }
}

/// What is left of a change after somebody else's, and whether nothing is.
fn still_to_do(op: GroupOp, state: &GroupState) -> (GroupOp, bool) {
    match op {
        GroupOp::Rekey => (GroupOp::Rekey, !state.rekey_due),
        GroupOp::Add { mut members } => {
            members.retain(|new| state.member(&new.account).is_none());
            let done = members.is_empty();
            (GroupOp::Add { members }, done)
        }
        other => (other, false),
    }
}
