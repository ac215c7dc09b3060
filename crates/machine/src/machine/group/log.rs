//! The log read back: following it as a member, reading all of it when somebody lets this person in.

use sotto_wire::{AccountId, GroupId, Hash, Timestamp, limits, rest::GroupLogEntry};

use super::super::context::Step;
use crate::{
    body::Body,
    group::{
        event::{Entry, GroupEvent, GroupOp},
        rows::{Former, GroupChange, GroupEventRow, GroupLine, GroupLineKind, GroupRow, SecretBytes},
        secret,
        state::{GroupState, Member, Policy, Role},
    },
    rows::{ChatId, ContactRow, Notice, OutboxKind, Secret32},
    step::{Effect, StepError},
};

/// A log that could not be read is tried again after this time.
const RETRY: u64 = 30 * limits::SECOND;
/// Former members remembered.
const MOST_FORMER: usize = 1_000;
/// Event keys tried on one log.
const MOST_KEYS: usize = 2_000;

impl Step<'_> {
    /// The relay's answer: everything that there is from a position on.
    pub(super) fn group_log(
        &mut self,
        group: GroupId,
        from: u64,
        entries: Option<Vec<GroupLogEntry>>,
    ) -> Result<(), StepError> {
        let again = self.memory.groups.reading.remove(&group).unwrap_or(false);
        let known = self.group(&group)?;
        let Some(entries) = entries else {
            // Perhaps one's own founding is not there yet.
            self.effect(Effect::WakeAt(self.now + RETRY));
            return self.drive_change(group);
        };
        match known {
            Some(row) if row.state.epoch == 0 || row.state.member(&self.own.account).is_some() => {
                self.follow(row, from, entries)?;
            }
            other if from == 0 => self.join(group, other.map(|row| row.chat), &entries)?,
            _ => {}
        }
        if again { self.read_group_log(group) } else { Ok(()) }
    }

    /// Reads on, as a member.
    fn follow(&mut self, mut row: GroupRow, from: u64, entries: Vec<GroupLogEntry>) -> Result<(), StepError> {
        if row.position != from {
            return Ok(());
        }
        let (group, before) = (row.id(), row.position);
        let mut made: Option<GroupOp> = None;
        for entry in entries {
            if entry.position != row.position || (row.state.epoch > 0 && !self.is_in(&row)) {
                break;
            }
            let founding = || row.pending.as_ref().and_then(|p| p.secret.as_ref()).map(SecretBytes::secret);
            // Without the secret nobody can tell which of the next events count: they wait for it.
            let Some(secret) = (if row.state.epoch == 0 { founding() } else { row.secret.clone() }) else { break };
            let key = secret::event_key(&secret);
            row.position += 1;
            let Ok(opened) = Entry::open(&entry.event, &group, &key) else { continue };
            let Ok((next, event)) = row.state.after(&opened, &key) else { continue };
            made = self.evolve(&mut row, next, &event, entry.at)?.or(made);
        }
        let refused = self.memory.groups.refused.remove(&group);
        let stuck = refused && row.position == before && row.pending.is_some();
        self.put_group(row.clone());
        self.group_call_members(&row)?;
        if let Some(op) = made {
            self.tell_of_change(&row, &op)?;
        }
        if stuck {
            return self.drop_change(row, true);
        }
        self.after_log(group)
    }

    /// What a longer log makes possible.
    pub(super) fn after_log(&mut self, group: GroupId) -> Result<(), StepError> {
        self.unpark(group, false)?;
        self.drive_change(group)?;
        let Some(row) = self.group(&group)? else { return Ok(()) };
        let duty = row.state.rekey_due && row.state.role(&self.own.account) >= Some(Role::Admin);
        if duty && row.pending.is_none() && row.secret.is_some() && row.fork.is_none() {
            self.plan(row, GroupOp::Rekey)?;
        }
        self.admit_waiting(group)?;
        self.leave_for_groups()
    }

    pub(super) fn is_in(&self, row: &GroupRow) -> bool {
        row.state.member(&self.own.account).is_some()
    }

    /// One valid event. Answers with its change if it was this device's own.
    fn evolve(
        &mut self,
        row: &mut GroupRow,
        next: GroupState,
        event: &GroupEvent,
        at: Timestamp,
    ) -> Result<Option<GroupOp>, StepError> {
        let group = row.id();
        self.group_change(GroupChange::PutEvent(GroupEventRow { group, epoch: next.epoch, hash: next.hash, at }));
        let before = std::mem::replace(&mut row.state, next);
        let own = row.pending.take_if(|p| p.made.as_ref().is_some_and(|made| made.hash == row.state.hash));
        if let Some(hash) = event.secret_hash {
            row.secret = self.group_secrets(&group)?.into_iter().find(|s| s.hash == hash).map(|s| s.secret);
        }
        for gone in before.members.iter().filter(|m| row.state.member(&m.account).is_none()) {
            row.former.push(Former { account: gone.account, at, epoch: row.state.epoch });
        }
        let extra = row.former.len().saturating_sub(MOST_FORMER);
        row.former.drain(..extra);
        let new: Vec<Member> =
            row.state.members.iter().filter(|m| before.member(&m.account).is_none()).cloned().collect();
        for member in &new {
            self.know_member(member)?;
        }
        self.keep_picture(&before, &row.state, &event.op);
        self.settle_requests(&before, row)?;
        if let Some(what) = line_of(&event.op, &before, &row.state) {
            self.group_line(row.chat, GroupLine { by: event.actor.account, what }, at);
        }
        if !self.is_in(row) {
            row.pending = None;
            self.give_up_group(row)?;
        } else if row.state.turned == row.state.epoch {
            self.encrypt_anew(row)?;
        }
        if row.secret.is_none() && self.is_in(row) {
            self.ask_for_secret(row, event.actor.account)?;
        }
        Ok(own.map(|pending| pending.op))
    }

    /// The word of a change, to those who cannot know that there is one.
    fn tell_of_change(&mut self, row: &GroupRow, op: &GroupOp) -> Result<(), StepError> {
        let group = row.id();
        let news = Body::GroupNews { group, wanted: None };
        let apart: Vec<AccountId> = match op {
            GroupOp::Remove { account } => vec![*account],
            // Whoever has left cannot speak to all any more: those who must draw a new secret tell the others.
            GroupOp::Leave => {
                let admins = row.state.members.iter().filter(|m| m.role >= Role::Admin).map(|m| m.account);
                admins.chain([self.own.account]).collect()
            }
            _ => Vec::new(),
        };
        for account in apart {
            self.enqueue(account, None, OutboxKind::Service, &news, None)?;
            self.pump(account)?;
        }
        if self.is_in(row) {
            self.queue_for_group(row, None, &news);
        }
        Ok(())
    }

    /// Somebody has sealed a secret to this device: if the log lets this person in, there is a new conversation.
    fn join(&mut self, group: GroupId, chat: Option<ChatId>, entries: &[GroupLogEntry]) -> Result<(), StepError> {
        let secrets = self.group_secrets(&group)?;
        let mut keys: Vec<Secret32> = secrets.iter().map(|s| secret::event_key(&s.secret)).collect();
        keys.extend(secrets.iter().filter_map(|s| s.event_key.clone()));
        let mut opened = Vec::new();
        for logged in entries.iter().rev() {
            let found = keys
                .iter()
                .rev()
                .find_map(|key| Entry::open(&logged.event, &group, key).ok().map(|entry| (entry, key.clone())));
            let Some((entry, key)) = found else { continue };
            let older = entry.event.read_unverified().ok().and_then(|event| event.older_key).map(Secret32);
            if let Some(older) = older.filter(|older| !keys.contains(older) && keys.len() < MOST_KEYS) {
                keys.push(older);
            }
            opened.push((logged.at, entry, key));
        }
        let (mut state, mut former, mut let_in) = (GroupState::empty(group), Vec::new(), None);
        for (at, entry, key) in opened.iter().rev() {
            let Ok((next, event)) = state.after(entry, key) else { continue };
            let row = GroupEventRow { group, epoch: next.epoch, hash: next.hash, at: *at };
            self.group_change(GroupChange::PutEvent(row));
            for gone in state.members.iter().filter(|m| next.member(&m.account).is_none()) {
                former.push(Former { account: gone.account, at: *at, epoch: next.epoch });
            }
            let was_in = state.member(&self.own.account).is_some();
            if !was_in && next.member(&self.own.account).is_some() {
                let founded = match &event.op {
                    GroupOp::Create { name, .. } if event.actor.account == self.own.account => Some(name.clone()),
                    _ => None,
                };
                let_in = Some((event.actor.account, *at, founded));
            }
            self.keep_picture(&state, &next, &event.op);
            state = next;
        }
        let Some((by, at, founded)) = let_in.filter(|_| state.member(&self.own.account).is_some()) else {
            return Ok(());
        };
        let new_chat = chat.is_none();
        let chat = match chat {
            Some(chat) => chat,
            None => self.next_chat()?,
        };
        let secret = secrets.into_iter().find(|s| s.hash == state.secret_hash).map(|s| s.secret);
        let asked = self.rows.group_asked(&group)?;
        if asked {
            self.group_change(GroupChange::PutAsked { group, at: None });
        }
        let accepted = asked || self.contact_of(&by)?.is_some_and(|c| c.accepted);
        let position = entries.last().map_or(0, |last| last.position + 1);
        let (fork, pending) = (None, None);
        let row = GroupRow { chat, state, position, secret, accepted, fork, pending, former };
        self.put_group(row.clone());
        if new_chat {
            self.notice(chat, Notice::Encrypted);
        }
        for member in &row.state.members {
            self.know_member(member)?;
        }
        // By another device of this person.
        let what = founded.map_or_else(|| GroupLineKind::Added(vec![self.own.account]), GroupLineKind::Created);
        self.group_line(chat, GroupLine { by, what }, at);
        if row.secret.is_none() {
            self.ask_for_secret(&row, by)?;
        }
        self.after_log(group)
    }

    /// A member is somebody whose name can be shown and to whom keys can be sent, listed or not.
    fn know_member(&mut self, member: &Member) -> Result<(), StepError> {
        if member.account == self.own.account {
            return Ok(());
        }
        let contact = self.meet(member.account)?;
        if let (None, Some(key)) = (&contact.profile_key, member.profile_key) {
            let chat = contact.chat;
            self.put_contact(ContactRow { profile_key: Some(Secret32(key)), ..contact });
            self.effect(Effect::FetchProfile(chat));
        }
        Ok(())
    }

    /// The log has gone on under a secret that has not come: whoever set it is asked, once per connection.
    pub(super) fn ask_for_secret(&mut self, row: &GroupRow, of: AccountId) -> Result<(), StepError> {
        let nobody = of == self.own.account && self.siblings()?.is_empty();
        if nobody || !self.memory.groups.asked.insert(row.id()) {
            return Ok(());
        }
        let wanted: Option<Hash> = Some(row.state.secret_hash);
        let body = Body::GroupNews { group: row.id(), wanted };
        self.enqueue(of, None, OutboxKind::Service, &body, None)?;
        self.pump(of)
    }
}

/// What the conversation says of a change; nothing of those that only turn keys over.
fn line_of(op: &GroupOp, before: &GroupState, after: &GroupState) -> Option<GroupLineKind> {
    Some(match op {
        GroupOp::Create { name, .. } => GroupLineKind::Created(name.clone()),
        GroupOp::Add { members } => GroupLineKind::Added(members.iter().map(|m| m.account).collect()),
        GroupOp::Remove { account } => GroupLineKind::Removed(*account),
        GroupOp::Leave => GroupLineKind::Left,
        GroupOp::Role { account, role } => GroupLineKind::Role(*account, *role),
        GroupOp::Rename { name, .. } if before.name != after.name => GroupLineKind::Renamed(name.clone()),
        GroupOp::Rename { .. } if before.about != after.about => GroupLineKind::Described(after.about.clone()),
        GroupOp::Rename { .. } if before.picture != after.picture => GroupLineKind::Pictured(after.picture.is_some()),
        GroupOp::Policy { policy } => policy_line(policy, &before.policy),
        GroupOp::Rename { .. } | GroupOp::Rekey | GroupOp::Lists => return None,
    })
}

/// Of a policy, what has changed in it.
fn policy_line(policy: &Policy, before: &Policy) -> GroupLineKind {
    let same = Policy { link: before.link, ..*policy } == *before;
    match (before.link, policy.link) {
        (Some(old), Some(new)) if same && old.secret == new.secret => GroupLineKind::Approval(new.approval),
        (old, new) if same && old != new => GroupLineKind::Link(new.is_some()),
        _ => GroupLineKind::Policy(*policy),
    }
}
