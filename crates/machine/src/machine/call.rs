//! Calls, this side: calling, answering, ending, and the time after which nobody rings any more.

mod group;
mod receiving;

use std::collections::BTreeMap;

use sotto_wire::{AccountId, DeviceId, Timestamp, limits};

use super::context::Step;
use crate::{
    body::Body,
    call::{CallBody, CallEvent, CallId, CallInput, CallLine, Description, EndReason, Outcome, RINGING},
    rows::{ChatId, ContactRow, Content, Marks, MessageRow, MessageState, OutboxKind, Trust},
    step::{Effect, Event, StepError},
};

/// What is under way of calls. It may be forgotten, which ends a call; the driver keeps it over a machine that is
/// read again.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    live: Option<Live>,
    /// When each person's offers came, within the last minute.
    offers: BTreeMap<AccountId, Vec<Timestamp>>,
    /// How far the relay's clock is ahead of this one's (ms).
    relay_ahead: i64,
    /// Calls of groups.
    groups: group::GroupCalls,
}

/// The one call there can be.
#[derive(Debug, Clone)]
struct Live {
    call: CallId,
    chat: ChatId,
    account: AccountId,
    /// Called by this side.
    mine: bool,
    video: bool,
    /// The device at the other end, once it is known.
    device: Option<DeviceId>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ringing { until: Timestamp },
    Talking { since: Timestamp },
}

impl Step<'_> {
    pub(super) fn call_input(&mut self, input: CallInput) -> Result<(), StepError> {
        match input {
            CallInput::Start { chat, call, video, description } => self.start_call(chat, call, video, description),
            CallInput::Answer { call, video, description } => self.answer_call(call, video, description),
            CallInput::End { call, why } => self.end_call(call, why),
            CallInput::Candidates { call, candidates } => {
                self.tell_other_end(call, CallBody::Candidates { call, candidates })
            }
            CallInput::Renew { call, description, answer } => {
                self.tell_other_end(call, CallBody::Renew { call, description, answer })
            }
            CallInput::RelayTime(at) => {
                self.memory.calls.relay_ahead = at.cast_signed().saturating_sub(self.now.cast_signed());
                Ok(())
            }
            CallInput::Group(input) => self.group_call_input(&input),
        }
    }

    fn start_call(
        &mut self,
        chat: ChatId,
        call: CallId,
        video: bool,
        description: Description,
    ) -> Result<(), StepError> {
        let mut contact = self.callable(chat)?;
        if self.memory.calls.live.is_some() || self.in_group_call() {
            return Err(StepError::NotPossible);
        }
        if !contact.listed {
            self.list(contact.clone());
            contact.listed = true;
        }
        if !contact.accepted {
            contact = self.accept(contact)?;
        }
        let until = self.now + RINGING;
        self.memory.calls.live = Some(Live {
            call,
            chat,
            account: contact.account,
            mine: true,
            video,
            device: None,
            stage: Stage::Ringing { until },
        });
        self.effect(Effect::WakeAt(until));
        // What it is should the program end now.
        self.put_call_line(chat, call, self.own.account, self.now, CallLine { video, outcome: Outcome::Cancelled });
        self.tell_about_call(contact.account, None, CallBody::Offer { call, video, description })
    }

    /// A person to whom something can be said now, and who is somebody else.
    fn callable(&self, chat: ChatId) -> Result<ContactRow, StepError> {
        if self.group_of_chat(chat)?.is_some() {
            return Err(StepError::NotPossible);
        }
        let contact = self.contact(chat)?;
        if contact.blocked {
            return Err(StepError::Blocked);
        }
        if contact.account == self.own.account || contact.trust == Trust::Violated {
            return Err(StepError::NotPossible);
        }
        Ok(contact)
    }

    fn answer_call(&mut self, call: CallId, video: bool, description: Description) -> Result<(), StepError> {
        let rings = |live: &&Live| live.call == call && !live.mine && matches!(live.stage, Stage::Ringing { .. });
        let Some(live) = self.memory.calls.live.as_ref().filter(rings).cloned() else {
            return Err(StepError::NotFound("call"));
        };
        let live = Live { stage: Stage::Talking { since: self.now }, ..live };
        self.draw_call_line(&live, Outcome::Answered { seconds: 0 })?;
        self.memory.calls.live = Some(live.clone());
        self.tell_about_call(live.account, live.device, CallBody::Answer { call, video, description })
    }

    /// A person declines, gives up or hangs up; or the media have failed.
    fn end_call(&mut self, call: CallId, why: EndReason) -> Result<(), StepError> {
        let Some(live) = self.memory.calls.live.clone().filter(|live| live.call == call) else { return Ok(()) };
        let outcome = match (live.stage, live.mine) {
            (_, _) if why == EndReason::Failed => Outcome::Failed,
            (Stage::Talking { since }, _) => self.talked(since),
            (Stage::Ringing { .. }, true) if why == EndReason::NoAnswer => Outcome::Missed,
            (Stage::Ringing { .. }, true) => Outcome::Cancelled,
            (Stage::Ringing { .. }, false) => Outcome::Declined,
        };
        self.over(&live, outcome)?;
        let why = if outcome == Outcome::Declined { EndReason::Declined } else { why };
        // A device that was not known yet hears of it with all others.
        self.tell_about_call(live.account, live.device, CallBody::End { call, why })
    }

    /// Nobody has answered in time.
    pub(super) fn stop_ringing(&mut self) -> Result<(), StepError> {
        let Some(live) = self.memory.calls.live.clone() else { return Ok(()) };
        let Stage::Ringing { until } = live.stage else { return Ok(()) };
        if self.now < until {
            self.effect(Effect::WakeAt(until));
            return Ok(());
        }
        if live.mine {
            return self.end_call(live.call, EndReason::NoAnswer);
        }
        self.missed(&live)
    }

    /// Somebody was blocked: they are not talked to any more.
    pub(super) fn end_call_with(&mut self, account: AccountId) -> Result<(), StepError> {
        let Some(live) = self.memory.calls.live.clone().filter(|live| live.account == account) else { return Ok(()) };
        let outcome = match live.stage {
            Stage::Talking { since } => self.talked(since),
            Stage::Ringing { .. } if live.mine => Outcome::Cancelled,
            Stage::Ringing { .. } => Outcome::Declined,
        };
        self.over(&live, outcome)
    }

    fn talked(&self, since: Timestamp) -> Outcome {
        let seconds = self.now.saturating_sub(since) / limits::SECOND;
        Outcome::Answered { seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
    }

    /// The call is over: its line says how, and the windows are told.
    fn over(&mut self, live: &Live, outcome: Outcome) -> Result<(), StepError> {
        self.draw_call_line(live, outcome)?;
        self.memory.calls.live = None;
        self.event(Event::Call(CallEvent::Ended { call: live.call, outcome }));
        Ok(())
    }

    /// Somebody has called in vain: it waits to be seen, like a message.
    fn missed(&mut self, live: &Live) -> Result<(), StepError> {
        self.over(live, Outcome::Missed)?;
        if let Some(line) = self.message(&live.account, &live.call)? {
            self.put_message(MessageRow { unread: true, ..line });
            self.event(Event::Arrived { chat: live.chat, author: live.account, id: live.call, mentioned: false });
        }
        Ok(())
    }

    fn draw_call_line(&mut self, live: &Live, outcome: Outcome) -> Result<(), StepError> {
        let author = if live.mine { self.own.account } else { live.account };
        let Some(row) = self.message(&author, &live.call)? else { return Ok(()) };
        if outcome == Outcome::Crossed {
            self.delete_message(&row);
            return Ok(());
        }
        let content = Content::Call(CallLine { video: live.video, outcome });
        self.put_message(MessageRow { content, ..row });
        Ok(())
    }

    fn put_call_line(&mut self, chat: ChatId, call: CallId, author: AccountId, at: Timestamp, line: CallLine) {
        self.put_message(MessageRow {
            id: call,
            chat,
            author,
            at,
            state: MessageState::Received,
            content: Content::Call(line),
            unread: false,
            marks: Marks::default(),
        });
    }

    fn tell_other_end(&mut self, call: CallId, body: CallBody) -> Result<(), StepError> {
        let Some(live) = self.memory.calls.live.as_ref().filter(|live| live.call == call) else { return Ok(()) };
        let (account, device) = (live.account, live.device);
        self.tell_about_call(account, device, body)
    }

    fn tell_about_call(&mut self, account: AccountId, only: Option<DeviceId>, body: CallBody) -> Result<(), StepError> {
        self.enqueue(account, only, OutboxKind::Service, &Body::Call(body), None)?;
        self.pump(account)
    }
}
