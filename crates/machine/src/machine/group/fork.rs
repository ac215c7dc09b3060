//! A group that was split: who sees a message of the other side says so to its sender, so that both sides know.

use sotto_wire::{AccountId, Hash};

use super::super::context::Step;
use crate::{
    body::{Body, ForkSeen},
    group::{
        payload::GroupInner,
        rows::{Fork, GroupLine, GroupLineKind, GroupRow},
    },
    rows::OutboxKind,
    step::{Rejection, StepError},
};

impl Step<'_> {
    /// A member sees another group at this epoch. Both heads are kept and shown, nothing more is sent, and that member is
    /// told, once a connection: they may have heard nothing from this side.
    pub(super) fn forked(&mut self, row: GroupRow, ours: Option<Hash>, inner: &GroupInner) -> Result<(), StepError> {
        let (group, member) = (row.id(), inner.sender.account);
        let Some(mine) = ours.filter(|_| row.state.member(&member).is_some()) else { return Ok(()) };
        let fork = Fork { epoch: inner.epoch, ours: mine, theirs: inner.state_hash, member };
        self.split(row, fork);
        if self.memory.groups.told.insert((group, member)) {
            let seen = ForkSeen { group, epoch: inner.epoch, yours: inner.state_hash, mine };
            self.enqueue(member, None, OutboxKind::Service, &Body::ForkSeen(seen), None)?;
            self.pump(member)?;
        }
        Ok(())
    }

    /// A member has refused a message of this person, as one of another group than theirs.
    pub(in crate::machine) fn receive_fork(&mut self, from: AccountId, seen: &ForkSeen) -> Result<(), StepError> {
        let row = self.group(&seen.group)?.filter(|row| self.is_in(row) && row.state.member(&from).is_some());
        let Some(row) = row else {
            self.dropped(Rejection::NotAllowed);
            return Ok(());
        };
        let ours = match seen.epoch == row.state.epoch {
            true => Some(row.state.hash),
            false => self.group_event(&seen.group, seen.epoch)?.map(|event| event.hash),
        };
        // Only what this device has really come to can be split.
        if ours == Some(seen.yours) && seen.mine != seen.yours {
            self.split(row, Fork { epoch: seen.epoch, ours: seen.yours, theirs: seen.mine, member: from });
        }
        Ok(())
    }

    /// The first fork stays the one that is shown.
    fn split(&mut self, row: GroupRow, fork: Fork) {
        if row.fork.is_none() {
            let chat = row.chat;
            self.put_group(GroupRow { fork: Some(fork), ..row });
            self.group_line(chat, GroupLine { by: fork.member, what: GroupLineKind::Forked }, self.now);
        }
    }
}
