//! Calls, the other side: what its devices say, and when that is believed.

use sotto_wire::{DeviceId, Timestamp};

use super::{Live, Stage};
use crate::{
    body::Inner,
    call::{
        CLOCKS_APART, CallBody, CallEvent, CallId, CallLine, Description, EndReason, FLOOD_WINDOW, MOST_OFFERS,
        Outcome, RINGING,
    },
    machine::context::Step,
    rows::{ContactRow, DeviceRow},
    step::{Effect, Event, Rejection, StepError},
};

impl Step<'_> {
    /// A device of somebody else says something about a call. `at` is the relay's time.
    pub(in crate::machine) fn receive_call(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        inner: &Inner,
        body: CallBody,
        at: Timestamp,
    ) -> Result<(), StepError> {
        if !contact.accepted {
            // Nobody is called by strangers, and a stranger does not learn whether anybody is here.
            self.dropped(Rejection::Uninvited);
            return Ok(());
        }
        if !body.is_in_bounds() {
            self.dropped(Rejection::Malformed);
            return Ok(());
        }
        let call = body.call();
        match body {
            CallBody::Offer { video, description, .. } => {
                let late = self.is_late(at, inner.sent_at);
                self.offered(contact, device.device, Offer { call, video, description, at, late })
            }
            CallBody::Answer { video, description, .. } => {
                self.answered(contact, device.device, call, video, description)
            }
            CallBody::Ringing { .. } => {
                if self.live_with(contact, device.device, call).is_some_and(|live| live.mine) {
                    self.event(Event::Call(CallEvent::RingsThere { call }));
                }
                Ok(())
            }
            CallBody::Candidates { candidates, .. } => {
                if self.live_with(contact, device.device, call).is_some_and(|live| live.device.is_some()) {
                    self.event(Event::Call(CallEvent::Candidates { call, candidates }));
                }
                Ok(())
            }
            CallBody::Renew { description, answer, .. } => {
                let talking = |live: &Live| live.device.is_some() && matches!(live.stage, Stage::Talking { .. });
                if self.live_with(contact, device.device, call).as_ref().is_some_and(talking) {
                    self.event(Event::Call(CallEvent::Renewed { call, description, answer }));
                }
                Ok(())
            }
            CallBody::End { why, .. } => self.ended_there(contact, device.device, call, why),
        }
    }

    /// The call under way, if this device may speak of it: until one has answered, every device of the other side may.
    fn live_with(&self, contact: &ContactRow, device: DeviceId, call: CallId) -> Option<Live> {
        let ours = |live: &&Live| {
            live.call == call && live.account == contact.account && live.device.is_none_or(|known| known == device)
        };
        self.memory.calls.live.as_ref().filter(ours).cloned()
    }

    /// The time by the relay's clock.
    pub(super) fn relay_now(&self) -> Timestamp {
        self.now.saturating_add_signed(self.memory.calls.relay_ahead)
    }

    /// By the relay's clock, or because it was on its way for longer than clocks are apart.
    pub(super) fn is_late(&self, at: Timestamp, sent_at: Timestamp) -> bool {
        self.relay_now() > at.saturating_add(RINGING) || at.abs_diff(sent_at) > CLOCKS_APART
    }

    fn offered(&mut self, contact: &ContactRow, device: DeviceId, offer: Offer) -> Result<(), StepError> {
        let Offer { call, at, late, .. } = offer;
        if self.message(&contact.account, &call)?.is_some() || self.rows.is_gone(&contact.account, &call)? {
            self.dropped(Rejection::Repeated);
            return Ok(());
        }
        if self.is_flood(contact) {
            self.dropped(Rejection::Flood);
            return Ok(());
        }
        let live = self.memory.calls.live.clone();
        let mut answer_now = false;
        match &live {
            Some(live) if live.account == contact.account && !late => {
                let (mine, ringing) = (live.mine, matches!(live.stage, Stage::Ringing { .. }));
                if mine && ringing && live.call < call {
                    // Both called at once, and ours stands. They see the same and answer it.
                    return Ok(());
                }
                answer_now = mine && ringing;
                match live.stage {
                    Stage::Ringing { .. } if mine => self.over(live, Outcome::Crossed)?,
                    Stage::Ringing { .. } => self.missed(live)?,
                    // They have lost the call and begin anew.
                    Stage::Talking { .. } => self.over(live, Outcome::Failed)?,
                }
            }
            _ => {}
        }
        let line = CallLine { video: offer.video, outcome: Outcome::Missed };
        self.put_call_line(contact.chat, call, contact.account, at, line);
        let until = self.now + RINGING;
        let new = Live {
            call,
            chat: contact.chat,
            account: contact.account,
            mine: false,
            video: offer.video,
            device: Some(device),
            stage: Stage::Ringing { until },
        };
        let elsewhere = live.filter(|live| live.account != contact.account);
        if late || elsewhere.is_some() || self.in_group_call() {
            let before = self.memory.calls.live.take();
            self.missed(&new)?;
            self.memory.calls.live = before;
            if late {
                return Ok(());
            }
            return self.tell_about_call(contact.account, Some(device), CallBody::End { call, why: EndReason::Busy });
        }
        self.memory.calls.live = Some(new);
        self.effect(Effect::WakeAt(until));
        let Offer { video, description, .. } = offer;
        self.event(Event::Call(CallEvent::Rings { chat: contact.chat, call, video, description, answer_now }));
        if answer_now {
            return Ok(());
        }
        self.tell_about_call(contact.account, Some(device), CallBody::Ringing { call })
    }

    /// More than a few calls of one person in a minute are not heard.
    pub(super) fn is_flood(&mut self, contact: &ContactRow) -> bool {
        let now = self.now;
        let offers = &mut self.memory.calls.offers;
        offers.retain(|_, times| {
            times.retain(|at| now < at.saturating_add(FLOOD_WINDOW));
            !times.is_empty()
        });
        let times = offers.entry(contact.account).or_default();
        if times.len() >= MOST_OFFERS {
            return true;
        }
        times.push(now);
        false
    }

    fn answered(
        &mut self,
        contact: &ContactRow,
        device: DeviceId,
        call: CallId,
        video: bool,
        description: Description,
    ) -> Result<(), StepError> {
        let rings = |live: &Live| live.mine && matches!(live.stage, Stage::Ringing { .. });
        let Some(live) = self.live_with(contact, device, call).filter(rings) else {
            // Given up before, or another device was faster.
            let taken = self.memory.calls.live.as_ref().is_some_and(|live| live.call == call);
            let why = if taken { EndReason::Elsewhere } else { EndReason::NoAnswer };
            if taken && self.live_with(contact, device, call).is_some() {
                return Ok(());
            }
            return self.tell_about_call(contact.account, Some(device), CallBody::End { call, why });
        };
        let live = Live { device: Some(device), stage: Stage::Talking { since: self.now }, ..live };
        self.draw_call_line(&live, Outcome::Answered { seconds: 0 })?;
        self.memory.calls.live = Some(live);
        self.event(Event::Call(CallEvent::Answered { call, video, description }));
        self.silence_others(contact, device, call)
    }

    /// The other devices of the same person stop ringing.
    fn silence_others(&mut self, contact: &ContactRow, device: DeviceId, call: CallId) -> Result<(), StepError> {
        let others: Vec<DeviceId> = self
            .rows
            .devices(&contact.account)?
            .iter()
            .map(|row| row.device)
            .filter(|other| *other != device)
            .collect();
        for other in others {
            self.tell_about_call(contact.account, Some(other), CallBody::End { call, why: EndReason::Elsewhere })?;
        }
        Ok(())
    }

    fn ended_there(
        &mut self,
        contact: &ContactRow,
        device: DeviceId,
        call: CallId,
        why: EndReason,
    ) -> Result<(), StepError> {
        let Some(live) = self.live_with(contact, device, call) else { return Ok(()) };
        match (live.stage, live.mine) {
            (Stage::Talking { .. }, _) if why == EndReason::Failed => self.over(&live, Outcome::Failed),
            (Stage::Talking { .. }, false) if why == EndReason::Elsewhere => self.over(&live, Outcome::Elsewhere),
            // Our answer came when they had given up.
            (Stage::Talking { .. }, false) if why == EndReason::NoAnswer => self.missed(&live),
            (Stage::Talking { since }, _) => {
                let outcome = self.talked(since);
                self.over(&live, outcome)
            }
            (Stage::Ringing { .. }, true) => {
                let outcome = match why {
                    EndReason::Busy => Outcome::Busy,
                    EndReason::Failed => Outcome::Failed,
                    EndReason::HangUp | EndReason::Declined | EndReason::NoAnswer | EndReason::Elsewhere => {
                        Outcome::Declined
                    }
                };
                self.over(&live, outcome)?;
                self.silence_others(contact, device, call)
            }
            (Stage::Ringing { .. }, false) if why == EndReason::Elsewhere => self.over(&live, Outcome::Elsewhere),
            (Stage::Ringing { .. }, false) => self.missed(&live),
        }
    }
}

/// An offer as it came.
struct Offer {
    call: CallId,
    video: bool,
    description: Description,
    /// The relay's time.
    at: Timestamp,
    /// Nobody waits for an answer any more.
    late: bool,
}
