//! Groups within a step: changes on their way into the log, the log read back, and what is said in between.

mod change;
mod fork;
mod joining;
mod log;
mod receiving;
mod rows;
mod sending;
mod sharing;

use std::collections::{BTreeMap, BTreeSet};

use sotto_wire::{AccountId, GroupId};

use super::context::Step;
use crate::{
    group::input::GroupInput,
    step::{Effect, StepError},
};

/// What may be forgotten when a connection ends.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Logs being read; true if one must be read once more afterwards.
    reading: BTreeMap<GroupId, bool>,
    /// Groups with a change on its way.
    changing: BTreeSet<GroupId>,
    /// Groups to whose log something is being appended.
    appending: BTreeSet<GroupId>,
    /// Groups whose append was not taken; the log will say why.
    refused: BTreeSet<GroupId>,
    /// Groups whose missing secret was asked for.
    asked: BTreeSet<GroupId>,
    /// Members who were told that they see another group.
    told: BTreeSet<(GroupId, AccountId)>,
}

impl Step<'_> {
    pub(super) fn group_input(&mut self, input: GroupInput) -> Result<(), StepError> {
        match input {
            GroupInput::Found { group, name, members, look } => self.found_group(group, &name, &members, look),
            GroupInput::Add { chat, members } => self.add_to_group(chat, &members),
            GroupInput::Change { chat, op } => self.change_group(chat, op),
            GroupInput::Ask(invitation) => self.ask_to_join(&invitation),
            GroupInput::Admit { chat, account } => self.admit(chat, account),
            GroupInput::Decline { chat, account } => self.decline(chat, account),
            GroupInput::Log { group, from, entries } => self.group_log(group, from, entries),
            GroupInput::Appended { group, taken } => self.appended_to_group(group, taken),
            GroupInput::Delivered { seq, at, payload } => {
                self.effect(Effect::Acknowledge { up_to: seq });
                self.group_delivered(at, payload)
            }
        }
    }

    /// Reads a group's log from where it was read to. Once at a time; what is asked for meanwhile is asked again.
    fn read_group_log(&mut self, group: GroupId) -> Result<(), StepError> {
        if let Some(again) = self.memory.groups.reading.get_mut(&group) {
            *again = true;
            return Ok(());
        }
        let from = match self.group(&group)? {
            // Who was removed and is added anew reads everything: the events in between lie under other keys.
            Some(row) if row.state.epoch > 0 && row.state.member(&self.own.account).is_none() => 0,
            Some(row) => row.position,
            None => 0,
        };
        self.memory.groups.reading.insert(group, false);
        self.effect(Effect::FetchGroupLog { group, from });
        Ok(())
    }
}
