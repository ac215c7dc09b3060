//! Calls of a group, this side: beginning and joining one, its keys, leaving it, and the line that it leaves.

mod receiving;
mod saying;
mod telling;

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;
use sotto_wire::{AccountId, DeviceId, GroupId, Timestamp};

use self::saying::Audience;
use crate::{
    call::{CallId, CallLine, Outcome},
    group::rows::GroupRow,
    group_call::{FrameKey, GroupCallBody, GroupCallEvent, GroupCallInput, MOST_IN_CALL, MemberState, Place, STALE},
    machine::context::Step,
    rows::ChatId,
    step::{Effect, StepError},
};

/// Calls of groups that this device knows of, one for each group.
#[derive(Debug, Clone, Default)]
pub(super) struct GroupCalls {
    under_way: BTreeMap<GroupId, Known>,
}

/// One of them.
#[derive(Debug, Clone)]
struct Known {
    call: CallId,
    chat: ChatId,
    place: Place,
    video: bool,
    by: AccountId,
    since: Timestamp,
    /// When it was begun by the relay's clock, as who began it says: of two at once the earlier one stands.
    begun: Timestamp,
    /// The last time that anything was heard of it.
    heard: Timestamp,
    others: BTreeMap<AccountId, Other>,
    /// Since when two or more have talked.
    talking: Option<Timestamp>,
    rings_until: Option<Timestamp>,
    own: Option<Own>,
    /// This person does not want to come.
    declined: bool,
    /// Who has been told of it by this device.
    told: BTreeSet<AccountId>,
}

/// Somebody else in a call.
#[derive(Debug, Clone, Copy)]
struct Other {
    device: DeviceId,
    sender: u32,
    state: MemberState,
    hand_since: Option<Timestamp>,
}

/// This device in a call.
#[derive(Debug, Clone)]
struct Own {
    key: FrameKey,
    state: MemberState,
}

impl Step<'_> {
    pub(super) fn group_call_input(&mut self, input: &GroupCallInput) -> Result<(), StepError> {
        match *input {
            GroupCallInput::Start { chat, call, place, video, sender, state } => {
                let own = Own { key: self.first_key(sender), state };
                self.start_group_call(chat, call, place, video, own)
            }
            GroupCallInput::Join { call, sender, state } => {
                let own = Own { key: self.first_key(sender), state };
                self.join_group_call(call, own)
            }
            GroupCallInput::Show { call, state } => self.show_in_group_call(call, state),
            GroupCallInput::Leave { call } => self.leave_group_call(call),
            GroupCallInput::Lost { call, account } => match self.group_of_call(call) {
                Some(group) => self.lost_from_group_call(group, account),
                None => Ok(()),
            },
            GroupCallInput::Closed { call } => match self.group_of_call(call) {
                Some(group) => self.group_call_over(group),
                None => Ok(()),
            },
        }
    }

    fn group_of_call(&self, call: CallId) -> Option<GroupId> {
        self.memory.calls.groups.under_way.iter().find(|(_, known)| known.call == call).map(|(group, _)| *group)
    }

    fn known_call(&mut self, group: GroupId) -> Option<&mut Known> {
        self.memory.calls.groups.under_way.get_mut(&group)
    }

    /// This device is in a call of a group.
    pub(super) fn in_group_call(&self) -> bool {
        self.memory.calls.groups.under_way.values().any(|known| known.own.is_some())
    }

    fn first_key(&mut self, sender: u32) -> FrameKey {
        FrameKey::new(sender, 0, self.rng.random())
    }

    fn start_group_call(
        &mut self,
        chat: ChatId,
        call: CallId,
        place: Place,
        video: bool,
        own: Own,
    ) -> Result<(), StepError> {
        let row = self.group_of_chat(chat)?.ok_or(StepError::NotFound("group"))?;
        if row.state.member(&self.own.account).is_none() || row.state.members.len() > MOST_IN_CALL {
            return Err(StepError::NotAllowed);
        }
        let group = row.id();
        let busy = self.memory.calls.live.is_some() || self.in_group_call();
        if busy || self.memory.calls.groups.under_way.contains_key(&group) {
            return Err(StepError::NotPossible);
        }
        if !row.accepted {
            self.accept_group(row.clone())?;
        }
        let known = Known {
            call,
            chat,
            place,
            video,
            by: self.own.account,
            since: self.now,
            begun: self.relay_now(),
            heard: self.now,
            others: BTreeMap::new(),
            talking: None,
            rings_until: None,
            own: Some(own.clone()),
            declined: false,
            told: members_of(&row),
        };
        self.memory.calls.groups.under_way.insert(group, known);
        // What it is should nobody come, or the program end now.
        self.put_call_line(chat, call, self.own.account, self.now, CallLine { video, outcome: Outcome::Missed });
        self.event_of_group_call(GroupCallEvent::OwnKey { call, key: own.key });
        self.tell_under_way(group);
        self.say_here(group, Audience::Everybody(&row))
    }

    fn join_group_call(&mut self, call: CallId, own: Own) -> Result<(), StepError> {
        let Some(group) = self.group_of_call(call) else { return Err(StepError::NotFound("call")) };
        let row = self.group(&group)?.ok_or(StepError::NotFound("group"))?;
        if self.memory.calls.live.is_some() || self.in_group_call() {
            return Err(StepError::NotPossible);
        }
        if !row.accepted {
            self.accept_group(row.clone())?;
        }
        let now = self.now;
        let me = self.own.account;
        let Some(known) = self.known_call(group) else { return Ok(()) };
        known.own = Some(own.clone());
        known.rings_until = None;
        known.told = members_of(&row);
        // It moves here from this person's other device.
        known.others.remove(&me);
        known.talking.get_or_insert(now);
        self.event_of_group_call(GroupCallEvent::OwnKey { call, key: own.key });
        self.tell_under_way(group);
        self.draw_group_line(group, false)?;
        self.say_here(group, Audience::Everybody(&row))?;
        self.give_key(group)
    }

    fn show_in_group_call(&mut self, call: CallId, state: MemberState) -> Result<(), StepError> {
        let Some(group) = self.group_of_call(call) else { return Ok(()) };
        let Some(own) = self.known_call(group).and_then(|known| known.own.as_mut()) else { return Ok(()) };
        own.state = state;
        self.say_here(group, Audience::InTheCall)
    }

    fn leave_group_call(&mut self, call: CallId) -> Result<(), StepError> {
        let Some(group) = self.group_of_call(call) else { return Ok(()) };
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let (was_in, rang) = (known.own.take().is_some(), known.rings_until.take().is_some());
        known.declined |= rang;
        let left = GroupCallBody::Left { call, group };
        if was_in && let Some(row) = self.group(&group)? {
            self.say_to_group(group, Audience::Everybody(&row), &left)?;
        } else if rang {
            // That this person does not come is told to nobody but their other devices.
            self.say_to_group(group, Audience::OwnDevices, &left)?;
        }
        if was_in || rang {
            self.tell_under_way(group);
        }
        self.end_if_empty(group)
    }

    /// Somebody is not in the call any more: the keys turn over, so that they read nothing of what follows.
    fn gone_from_group_call(&mut self, group: GroupId, account: AccountId) -> Result<(), StepError> {
        let Some(known) = self.known_call(group) else { return Ok(()) };
        if known.others.remove(&account).is_none() {
            return Ok(());
        }
        self.tell_under_way(group);
        self.turn_key_over(group)?;
        self.end_if_empty(group)
    }

    /// Nothing has come of somebody for long. Should their program start again, it hears where the call is.
    fn lost_from_group_call(&mut self, group: GroupId, account: AccountId) -> Result<(), StepError> {
        let Some(lost) = self.known_call(group).and_then(|known| known.others.get(&account).copied()) else {
            return Ok(());
        };
        self.gone_from_group_call(group, account)?;
        if self.is_first_in_call(group) {
            return self.say_here(group, Audience::Only(account, lost.device));
        }
        Ok(())
    }

    /// Of all who are in it one speaks where one word is enough.
    fn is_first_in_call(&mut self, group: GroupId) -> bool {
        let me = self.own.account;
        self.known_call(group)
            .is_some_and(|known| known.own.is_some() && known.others.keys().next().is_none_or(|first| me < *first))
    }

    /// The last one has left.
    fn end_if_empty(&mut self, group: GroupId) -> Result<(), StepError> {
        match self.known_call(group) {
            Some(known) if known.own.is_none() && known.others.is_empty() => self.group_call_over(group),
            _ => Ok(()),
        }
    }

    fn group_call_over(&mut self, group: GroupId) -> Result<(), StepError> {
        let Some(known) = self.memory.calls.groups.under_way.get(&group) else { return Ok(()) };
        let (chat, call, outcome) = (known.chat, known.call, self.group_outcome(known));
        let missed = outcome == Outcome::Missed && known.by != self.own.account;
        self.draw_group_line(group, missed)?;
        self.memory.calls.groups.under_way.remove(&group);
        self.event_of_group_call(GroupCallEvent::Over { chat, call, outcome });
        Ok(())
    }

    /// Another call of the group stands in place of this one. If nobody has talked in it, it leaves no trace.
    fn give_up_group_call(&mut self, row: &GroupRow) -> Result<(), StepError> {
        let group = row.id();
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let (chat, call, by, was_in) = (known.chat, known.call, known.by, known.own.take().is_some());
        if was_in {
            self.say_to_group(group, Audience::Everybody(row), &GroupCallBody::Left { call, group })?;
        }
        if self.known_call(group).is_some_and(|known| known.talking.is_some()) {
            return self.group_call_over(group);
        }
        if let Some(line) = self.message(&by, &call)? {
            self.delete_message(&line);
        }
        self.memory.calls.groups.under_way.remove(&group);
        self.event_of_group_call(GroupCallEvent::Over { chat, call, outcome: Outcome::Crossed });
        Ok(())
    }

    /// Nobody rings for ever, and nothing is under way of which nothing is heard any more.
    pub(in crate::machine) fn stop_group_calls_ringing(&mut self) -> Result<(), StepError> {
        let now = self.now;
        let due: Vec<GroupId> = self.memory.calls.groups.under_way.keys().copied().collect();
        for group in due {
            let Some(known) = self.known_call(group) else { continue };
            if known.own.is_none() && now >= known.heard.saturating_add(STALE) {
                self.group_call_over(group)?;
                continue;
            }
            match known.rings_until {
                Some(until) if now >= until => {
                    known.rings_until = None;
                    self.tell_under_way(group);
                }
                Some(until) => self.effect(Effect::WakeAt(until)),
                None => {}
            }
        }
        Ok(())
    }

    /// Members came or went: who does not belong to the group loses the keys, and this device leaves if it is gone.
    pub(in crate::machine) fn group_call_members(&mut self, row: &GroupRow) -> Result<(), StepError> {
        let group = row.id();
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let gone: Vec<AccountId> =
            known.others.keys().filter(|account| row.state.member(account).is_none()).copied().collect();
        for account in gone {
            self.gone_from_group_call(group, account)?;
        }
        if row.state.member(&self.own.account).is_none() {
            return self.group_call_over(group);
        }
        // Who is new to the group may come too.
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let members = members_of(row);
        let new: Vec<AccountId> = members.difference(&known.told).copied().collect();
        known.told = members;
        if self.is_first_in_call(group) {
            for account in new {
                self.say_here(group, Audience::Account(account))?;
            }
        }
        Ok(())
    }

    /// A person's list of devices has changed: one that it does not name any more has no part in a call.
    pub(in crate::machine) fn group_call_devices(
        &mut self,
        account: &AccountId,
        listed: &[DeviceId],
    ) -> Result<(), StepError> {
        let gone = |known: &Known| known.others.get(account).is_some_and(|other| !listed.contains(&other.device));
        let groups = self.memory.calls.groups.under_way.iter().filter(|(_, known)| gone(known));
        let groups: Vec<GroupId> = groups.map(|(group, _)| *group).collect();
        for group in groups {
            self.gone_from_group_call(group, *account)?;
        }
        Ok(())
    }
}

fn members_of(row: &GroupRow) -> BTreeSet<AccountId> {
    row.state.members.iter().map(|member| member.account).collect()
}
