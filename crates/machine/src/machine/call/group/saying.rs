//! Calls of a group: what this device says about one, to whom, and its keys.

use rand::RngExt as _;
use sotto_wire::{AccountId, DeviceId, GroupId};

use super::Known;
use crate::{
    body::Body,
    group::rows::GroupRow,
    group_call::{FrameKey, GroupCallBody, GroupCallEvent},
    machine::context::Step,
    rows::OutboxKind,
    step::StepError,
};

/// To whom something about a call is said.
#[derive(Debug, Clone, Copy)]
pub(super) enum Audience<'a> {
    /// All members of the group, and this person's other devices.
    Everybody(&'a GroupRow),
    /// The devices in the call.
    InTheCall,
    /// One device.
    Only(AccountId, DeviceId),
    /// All devices of one person.
    Account(AccountId),
    /// This person's other devices.
    OwnDevices,
}

impl Step<'_> {
    /// Draws a new key and gives it to those in the call.
    pub(super) fn turn_key_over(&mut self, group: GroupId) -> Result<(), StepError> {
        let secret = self.rng.random();
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let call = known.call;
        let Some(own) = &mut known.own else { return Ok(()) };
        // So many turns within one call cannot be: who sends would have to come in anew.
        let Some(generation) = own.key.generation.checked_add(1) else { return self.leave_group_call(call) };
        own.key = FrameKey::new(own.key.sender, generation, secret);
        let key = own.key.clone();
        self.event_of_group_call(GroupCallEvent::OwnKey { call, key });
        self.give_key(group)
    }

    pub(super) fn give_key(&mut self, group: GroupId) -> Result<(), StepError> {
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let (call, Some(own)) = (known.call, &known.own) else { return Ok(()) };
        let body = GroupCallBody::Key { call, group, key: own.key.clone() };
        self.say_to_group(group, Audience::InTheCall, &body)
    }

    pub(super) fn say_here(&mut self, group: GroupId, to: Audience<'_>) -> Result<(), StepError> {
        let Some(known) = self.known_call(group) else { return Ok(()) };
        let Some(own) = &known.own else { return Ok(()) };
        let (sender, state) = (own.key.sender, own.state);
        let Known { call, place, video, by, begun, .. } = *known;
        let body = GroupCallBody::Here { call, group, place, video, sender, state, by, begun };
        self.say_to_group(group, to, &body)
    }

    pub(super) fn say_to_group(
        &mut self,
        group: GroupId,
        to: Audience<'_>,
        body: &GroupCallBody,
    ) -> Result<(), StepError> {
        let audience: Vec<(AccountId, Option<DeviceId>)> = match to {
            Audience::Everybody(row) => row.state.members.iter().map(|member| (member.account, None)).collect(),
            Audience::InTheCall => {
                let others = self.known_call(group).into_iter().flat_map(|known| known.others.iter());
                others.map(|(account, other)| (*account, Some(other.device))).collect()
            }
            Audience::Only(account, device) => vec![(account, Some(device))],
            Audience::Account(account) => vec![(account, None)],
            Audience::OwnDevices => vec![(self.own.account, None)],
        };
        for (account, device) in audience {
            if account == self.own.account && self.siblings()?.is_empty() {
                continue;
            }
            self.enqueue(account, device, OutboxKind::Service, &Body::GroupCall(body.clone()), None)?;
            self.pump(account)?;
        }
        Ok(())
    }
}
