//! Calls of a group: what the windows are told of one, and the line that it leaves.

use sotto_wire::GroupId;

use super::Known;
use crate::{
    call::{CallEvent, CallLine, Outcome},
    group_call::{GroupCallEvent, InCall, UnderWay},
    machine::context::Step,
    rows::{Content, MessageRow},
    step::{Event, StepError},
};

impl Step<'_> {
    pub(super) fn group_outcome(&self, known: &Known) -> Outcome {
        match known.talking {
            Some(since) => self.talked(since),
            None if known.declined => Outcome::Declined,
            None => Outcome::Missed,
        }
    }

    pub(super) fn draw_group_line(&mut self, group: GroupId, unread: bool) -> Result<(), StepError> {
        let Some(known) = self.memory.calls.groups.under_way.get(&group) else { return Ok(()) };
        let (by, call, chat) = (known.by, known.call, known.chat);
        let content = Content::Call(CallLine { video: known.video, outcome: self.group_outcome(known) });
        let Some(line) = self.message(&by, &call)? else { return Ok(()) };
        self.put_message(MessageRow { content, unread, ..line });
        if unread {
            self.event(Event::Arrived { chat, author: by, id: call, mentioned: false });
        }
        Ok(())
    }

    pub(super) fn tell_under_way(&mut self, group: GroupId) {
        let Some(known) = self.memory.calls.groups.under_way.get(&group) else { return };
        let others = known.others.iter().map(|(account, other)| InCall {
            account: *account,
            sender: other.sender,
            state: other.state,
            hand_since: other.hand_since,
        });
        let under_way = UnderWay {
            chat: known.chat,
            call: known.call,
            place: known.place,
            video: known.video,
            by: known.by,
            since: known.talking.unwrap_or(known.since),
            others: others.collect(),
            joined: known.own.is_some(),
            rings: known.rings_until.is_some(),
        };
        self.event_of_group_call(GroupCallEvent::UnderWay(Box::new(under_way)));
    }

    pub(super) fn event_of_group_call(&mut self, event: GroupCallEvent) {
        self.event(Event::Call(CallEvent::Group(event)));
    }
}
