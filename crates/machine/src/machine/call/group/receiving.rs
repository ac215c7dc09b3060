//! Calls of a group, the others: what they say, and when that is believed.

use std::collections::{BTreeMap, BTreeSet};

use sotto_wire::{GroupId, Timestamp};

use super::{Known, Other, saying::Audience};
use crate::{
    body::Inner,
    call::{CallId, CallLine, Outcome, RINGING},
    group::rows::GroupRow,
    group_call::{FrameKey, GroupCallBody, GroupCallEvent, MOST_IN_CALL, MemberState, STALE},
    machine::context::Step,
    rows::{ContactRow, DeviceRow},
    step::{Effect, Rejection, StepError},
};

impl Step<'_> {
    /// A device of somebody says something about a call of a group. `at` is the relay's time.
    pub(in crate::machine) fn receive_group_call(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        inner: &Inner,
        body: GroupCallBody,
        at: Timestamp,
    ) -> Result<(), StepError> {
        let row = self.group(&body.group())?.filter(|row| {
            let both = [device.account, self.own.account];
            both.iter().all(|account| row.state.member(account).is_some())
        });
        let Some(row) = row else {
            self.dropped(Rejection::NotAllowed);
            return Ok(());
        };
        match body {
            GroupCallBody::Here { .. } => self.somebody_is_here(&row, contact, device, inner, &body, at),
            GroupCallBody::Key { call, group, key } => {
                self.somebody_has_a_key(group, call, device, key);
                Ok(())
            }
            GroupCallBody::Left { call, group } => self.somebody_has_left(group, call, device),
        }
    }

    fn somebody_has_a_key(&mut self, group: GroupId, call: CallId, device: &DeviceRow, key: FrameKey) {
        let now = self.now;
        let Some(known) = self.known_call(group).filter(|known| known.call == call) else { return };
        let theirs = known
            .others
            .get(&device.account)
            .is_some_and(|other| other.device == device.device && other.sender == key.sender);
        if !theirs {
            // A key of one sender under the name of another would put words into their mouth.
            return self.dropped(Rejection::Authority);
        }
        known.heard = now;
        if known.own.is_some() {
            self.event_of_group_call(GroupCallEvent::TheirKey { call, key });
        }
    }

    fn somebody_has_left(&mut self, group: GroupId, call: CallId, device: &DeviceRow) -> Result<(), StepError> {
        let own_account = self.own.account;
        let Some(known) = self.known_call(group).filter(|known| known.call == call) else { return Ok(()) };
        if known.others.get(&device.account).is_some_and(|other| other.device == device.device) {
            return self.gone_from_group_call(group, device.account);
        }
        if device.account == own_account && known.rings_until.take().is_some() {
            // Declined on this person's other device.
            known.declined = true;
            self.tell_under_way(group);
        }
        Ok(())
    }

    fn somebody_is_here(
        &mut self,
        row: &GroupRow,
        contact: &ContactRow,
        device: &DeviceRow,
        inner: &Inner,
        body: &GroupCallBody,
        at: Timestamp,
    ) -> Result<(), StepError> {
        let GroupCallBody::Here { call, group, sender, state, begun, .. } = *body else { return Ok(()) };
        if self.relay_now().abs_diff(at) > STALE {
            self.dropped(Rejection::Late);
            return Ok(());
        }
        if self.known_call(group).is_some_and(|known| known.call != call)
            && !self.stands_before(row, contact, call, begun)?
        {
            return Ok(());
        }
        if self.known_call(group).is_none() {
            if self.is_flood(contact) {
                self.dropped(Rejection::Flood);
                return Ok(());
            }
            self.learn_of_group_call(row, device, inner, body, at)?;
        }
        let (now, own_account) = (self.now, self.own.account);
        let Some(known) = self.known_call(group).filter(|known| known.call == call) else { return Ok(()) };
        let before = known.others.get(&device.account).copied();
        let taken = known.others.iter().any(|(account, other)| *account != device.account && other.sender == sender);
        let own = known.own.as_ref().is_some_and(|own| own.key.sender == sender);
        if taken || own || (before.is_none() && known.others.len() >= MOST_IN_CALL) {
            self.dropped(Rejection::Authority);
            return Ok(());
        }
        if device.account == own_account {
            // It goes on at this person's other device.
            known.own = None;
            known.rings_until = None;
        }
        let came = known.come(device, sender, state, now);
        let two = known.others.len() + usize::from(known.own.is_some()) >= 2;
        let began = came && two && known.talking.is_none();
        if began {
            known.talking = Some(now);
        }
        let in_it = known.own.is_some();
        self.tell_under_way(group);
        if began {
            self.draw_group_line(group, false)?;
        }
        if came && in_it {
            // Whoever comes in learns who is here, and nobody's words from before: the keys turn over.
            self.say_here(group, Audience::Only(device.account, device.device))?;
            return self.turn_key_over(group);
        }
        Ok(())
    }

    /// A call that was not known yet. It rings if it is new and this person is free.
    fn learn_of_group_call(
        &mut self,
        row: &GroupRow,
        device: &DeviceRow,
        inner: &Inner,
        body: &GroupCallBody,
        at: Timestamp,
    ) -> Result<(), StepError> {
        let GroupCallBody::Here { call, group, place, video, by, begun, .. } = *body else { return Ok(()) };
        // Who is not of the group cannot have begun it.
        let by = if row.state.member(&by).is_some() { by } else { device.account };
        let has_line = self.message(&by, &call)?.is_some() || self.rows.is_gone(&by, &call)?;
        let busy = self.memory.calls.live.is_some() || self.in_group_call();
        let mine = device.account == self.own.account || by == self.own.account;
        // Nobody is called by a group that they have not accepted.
        let rings = row.accepted && !busy && !mine && !has_line && !self.is_late(at, inner.sent_at);
        let rings_until = rings.then_some(self.now + RINGING);
        let known = Known {
            call,
            chat: row.chat,
            place,
            video,
            by,
            since: self.now,
            begun,
            heard: self.now,
            others: BTreeMap::new(),
            talking: None,
            rings_until,
            own: None,
            declined: false,
            told: BTreeSet::new(),
        };
        self.memory.calls.groups.under_way.insert(group, known);
        if !has_line {
            self.put_call_line(row.chat, call, by, at, CallLine { video, outcome: Outcome::Missed });
        }
        if let Some(until) = rings_until {
            self.effect(Effect::WakeAt(until));
        }
        Ok(())
    }

    /// There is word of another call in a group than the one that is known. Two may have begun one each at the same
    /// time: the one begun earlier stands, for all alike. True when it is the new one; the other is given up.
    fn stands_before(
        &mut self,
        row: &GroupRow,
        contact: &ContactRow,
        call: CallId,
        begun: Timestamp,
    ) -> Result<bool, StepError> {
        let (group, now, teller) = (row.id(), self.now, contact.account);
        // Nobody is in two calls.
        self.gone_from_group_call(group, teller)?;
        let Some(known) = self.known_call(group) else { return Ok(true) };
        let earlier = (begun, call) < (known.begun, known.call);
        let new = now < known.since.saturating_add(RINGING);
        let stands = match known.own.is_some() {
            // Nobody is taken out of a conversation.
            true => earlier && (new || known.others.is_empty()),
            // Of one not heard of for a while nobody knows whether it still is; those in it would say so.
            false => earlier || now >= known.heard.saturating_add(RINGING),
        };
        if !stands {
            if self.is_first_in_call(group) {
                self.say_here(group, Audience::Everybody(row))?;
            }
            return Ok(false);
        }
        self.give_up_group_call(row)?;
        Ok(true)
    }
}

impl Known {
    /// Somebody is in it, with these frames. True when they were not before, or not with this device.
    fn come(&mut self, device: &DeviceRow, sender: u32, state: MemberState, now: Timestamp) -> bool {
        self.heard = now;
        let before = self.others.get(&device.account).copied();
        let hand_since = if state.hand { before.and_then(|other| other.hand_since).or(Some(now)) } else { None };
        self.others.insert(device.account, Other { device: device.device, sender, state, hand_since });
        before.is_none_or(|other| other.device != device.device || other.sender != sender)
    }
}
