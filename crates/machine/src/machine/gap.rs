//! Nothing is lost silently: counters, gaps, asking again, and healing a broken session.

use sotto_wire::{DeviceId, limits};

use super::{context::Step, setback::is_due, story::story_body};
use crate::{
    body::{Body, GoneCounter, Inner},
    changes::Change,
    codec,
    post::Post,
    rows::{
        ChatId, ContactRow, Content, DeviceRow, GapRow, MessageRow, MessageState, Notice, OutboxKind, SentRow, Trust,
    },
    step::{Rejection, StepError},
    story::{is_shown, is_story},
};

/// More counters than this are never asked for, or answered, in one message.
const MOST_COUNTERS: usize = 500;
/// At most one new session per device in this time.
pub(super) const HEAL_INTERVAL: u64 = limits::HOUR;

impl Step<'_> {
    /// Counts a message in: what lies between the last counter and this one is missing, and asked for.
    pub(super) fn count(
        &mut self,
        contact: &ContactRow,
        device: DeviceRow,
        inner: &Inner,
    ) -> Result<DeviceRow, StepError> {
        let counter = inner.pair_counter;
        let missing: Vec<u64> = (device.next_receive..counter).take(MOST_COUNTERS).collect();
        for &pair_counter in &missing {
            self.change(Change::PutGap(GapRow { device: device.device, pair_counter }));
        }
        let filled = [Some(counter), inner.fills];
        for pair_counter in filled.into_iter().flatten() {
            self.change(Change::DeleteGap(GapRow { device: device.device, pair_counter }));
        }
        let device = DeviceRow {
            next_receive: device.next_receive.max(counter + 1),
            ephemeral_in: inner.ephemeral_key.map(crate::rows::Secret32).or(device.ephemeral_in.clone()),
            ..device
        };
        self.put_device(device.clone());
        self.show_gaps(contact, device.device)?;
        self.ask_again(contact, &device)?;
        Ok(device)
    }

    /// Counts a message of somebody blocked in, so that the session goes on; nothing is missed or asked for.
    pub(super) fn count_unheard(
        &mut self,
        contact: ContactRow,
        device: DeviceRow,
        inner: &Inner,
    ) -> Result<(), StepError> {
        for pair_counter in [Some(inner.pair_counter), inner.fills].into_iter().flatten() {
            self.change(Change::DeleteGap(GapRow { device: device.device, pair_counter }));
        }
        self.put_device(DeviceRow {
            next_receive: device.next_receive.max(inner.pair_counter + 1),
            ephemeral_in: inner.ephemeral_key.map(crate::rows::Secret32).or(device.ephemeral_in.clone()),
            ..device
        });
        // Their key, for the day they are heard again.
        self.greeted(contact, inner.greeting.as_ref())?;
        self.dropped(Rejection::Blocked);
        Ok(())
    }

    /// Asks for what is missing, once per connection.
    fn ask_again(&mut self, contact: &ContactRow, device: &DeviceRow) -> Result<(), StepError> {
        let counters = self.gaps(&device.device)?;
        if counters.is_empty() || !self.memory.asked.insert(device.device) {
            return Ok(());
        }
        let counters = counters.into_iter().take(MOST_COUNTERS).collect();
        let body = Body::Resend { counters, from: None };
        self.enqueue(contact.account, Some(device.device), OutboxKind::Service, &body, None)?;
        self.pump(contact.account)
    }

    /// One notice per chat says how many are missing, and goes away when none are.
    fn show_gaps(&mut self, contact: &ContactRow, counted: DeviceId) -> Result<(), StepError> {
        let mut count = self.gaps(&counted)?.len();
        for other in self.rows.devices(&contact.account)? {
            if other.device != counted {
                count += self.gaps(&other.device)?.len();
            }
        }
        let shown = self.rows.gap_notice(contact.chat)?;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match shown {
            None if count > 0 => self.notice(contact.chat, Notice::Gap { count }),
            Some(notice) if count == 0 => self.delete_message(&notice),
            Some(notice) => {
                let content = Content::Notice(Notice::Gap { count });
                if notice.content != content {
                    self.put_message(MessageRow { content, ..notice });
                }
            }
            None => {}
        }
        Ok(())
    }

    /// No session opens what this device sends: at most once an hour a new one is made, and everything from
    /// the next expected counter on is asked for in it.
    pub(super) fn heal(&mut self, device: DeviceRow) -> Result<(), StepError> {
        let recently = device.healed_at.is_some_and(|at| self.now < at + HEAL_INTERVAL);
        if device.account == self.own.account {
            self.meet(device.account)?;
        }
        let Some(contact) = self.contact_of(&device.account)? else { return Ok(()) };
        if recently || contact.blocked || contact.trust == Trust::Violated {
            return Ok(());
        }
        let body = Body::Resend { counters: self.gaps(&device.device)?, from: Some(device.next_receive) };
        for session in self.sessions(&device.device)? {
            // Broken sessions stay readable for what is still on its way, but no longer send.
            self.change(Change::PutSession(crate::rows::SessionRow { used_at: 0, ..session }));
        }
        let id = device.device;
        is_due(&mut self.memory.asked_back, id, self.now);
        self.put_device(DeviceRow { healed_at: Some(self.now), ..device });
        self.enqueue(contact.account, Some(id), OutboxKind::Service, &body, None)?;
        self.claim_keys(contact.account, vec![id]);
        Ok(())
    }

    /// Somebody misses something: the same message encrypted anew, or the word that it is gone.
    /// Honoured only in the session of the account that it was sent to.
    pub(super) fn resend(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        counters: Vec<u64>,
        from: Option<u64>,
    ) -> Result<(), StepError> {
        if contact.account != device.account {
            return Ok(());
        }
        if from.is_some() && is_due(&mut self.memory.asked_back, device.device, self.now) {
            // Receipts for what this one has sent may have been lost as well.
            self.ask_from(contact, device)?;
        }
        let rest = from.map(|from| from..device.next_send).unwrap_or(0..0);
        let wanted = counters.into_iter().chain(rest).filter(|c| *c < device.next_send).take(MOST_COUNTERS);
        let mut gone = Vec::new();
        let mut service = false;
        let to = (contact.account, device.device);
        for pair_counter in wanted.collect::<Vec<_>>() {
            match self.rows.sent(&device.device, pair_counter)? {
                Some(SentRow { message: Some(id), action: Some(body), with, .. }) => {
                    if self.is_worth_repeating(&body)? {
                        self.send_again(to, (OutboxKind::Action(id), body), pair_counter, with)?;
                    } else {
                        gone.push(GoneCounter { pair_counter, was_message: false });
                    }
                }
                Some(SentRow { message: Some(id), action: None, with, .. }) => {
                    match self.message(&self.own.account, &id)? {
                        Some(row) if is_story(&row) => {
                            // Still shown, and to those alone who were meant: this device is one of theirs.
                            match story_body(&row).filter(|_| is_shown(&row, self.now)) {
                                Some(body) => {
                                    let (kind, only) = (OutboxKind::Message(id), Some(device.device));
                                    self.enqueue(contact.account, only, kind, &body, Some(pair_counter))?;
                                }
                                None => gone.push(GoneCounter { pair_counter, was_message: false }),
                            }
                        }
                        Some(MessageRow { content: Content::Post(post), state, .. })
                            if is_on_its_way(state) && may_come_again(&post) =>
                        {
                            let body = codec::encode(&Body::Post(post));
                            self.send_again(to, (OutboxKind::Message(id), body), pair_counter, with)?;
                        }
                        None if self.rows.is_gone(&self.own.account, &id)? => {
                            // Put away or run out here: its recipient would have seen it.
                            gone.push(GoneCounter { pair_counter, was_message: true });
                        }
                        // Refused or taken back: its recipient has missed nothing.
                        _ => gone.push(GoneCounter { pair_counter, was_message: false }),
                    }
                }
                Some(_) => {
                    service = true;
                    gone.push(GoneCounter { pair_counter, was_message: false });
                }
                None => gone.push(GoneCounter { pair_counter, was_message: true }),
            }
        }
        if !gone.is_empty() {
            let body = Body::Gone { counters: gone };
            self.enqueue(contact.account, Some(device.device), OutboxKind::Service, &body, None)?;
        }
        if service {
            // It may have carried keys of groups.
            self.share_groups_again(contact.account)?;
        }
        self.pump(contact.account)
    }

    /// What was asked for will not come: the gap closes, and a person is told when they have missed something.
    pub(super) fn gone(
        &mut self,
        contact: &ContactRow,
        device: &DeviceRow,
        counters: &[GoneCounter],
    ) -> Result<(), StepError> {
        let open = self.gaps(&device.device)?;
        let (mut lost, mut unseen) = (0, false);
        for gone in counters.iter().filter(|g| open.contains(&g.pair_counter)) {
            self.change(Change::DeleteGap(GapRow { device: device.device, pair_counter: gone.pair_counter }));
            lost += u32::from(gone.was_message);
            unseen |= !gone.was_message;
        }
        self.show_gaps(contact, device.device)?;
        if unseen {
            // What is gone and was no message may have been a receipt: who has the message will send another.
            self.send_unconfirmed(contact, device)?;
        }
        if lost > 0 {
            self.show_lost(contact.chat, lost);
        }
        Ok(())
    }

    fn show_lost(&mut self, chat: ChatId, count: u32) {
        self.notice(chat, Notice::Lost { count });
    }

    /// On a new connection everything that is still missing is asked for again.
    pub(super) fn ask_all_again(&mut self) -> Result<(), StepError> {
        for id in self.rows.devices_with_gaps()? {
            let Some(device) = self.device(&id)? else { continue };
            if let Some(contact) = self.contact_of(&device.account)?.filter(|c| !c.blocked) {
                self.ask_again(&contact, &device)?;
            }
        }
        Ok(())
    }

    /// Messages ran out of their time in the mailbox. Whose, the relay does not know: once the rest has come in, everybody is
    /// asked. What is still there comes again, and for what is not, its sender's answer leaves a line in the chat.
    pub(super) fn expired(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        for _ in 0..count.min(MOST_COUNTERS as u64) {
            self.dropped(Rejection::Late);
        }
        self.own.mail_expired = true;
        self.change(Change::PutOwn(Box::new(self.own.clone())));
    }

    /// Asks everybody one writes with for what has run out.
    pub(super) fn ask_for_expired(&mut self) -> Result<(), StepError> {
        if !std::mem::take(&mut self.own.mail_expired) {
            return Ok(());
        }
        self.change(Change::PutOwn(Box::new(self.own.clone())));
        let missing = self.rows.devices_with_gaps()?;
        for contact in self.rows.contacts()? {
            if contact.blocked || !contact.accepted || contact.trust == Trust::Violated {
                continue;
            }
            for device in self.rows.devices(&contact.account)? {
                // Who has gaps is asked for them; of anybody else the newest is what is missing, if anything is.
                let met = device.next_send > 1 || device.next_receive > 1;
                if met && !missing.contains(&device.device) {
                    is_due(&mut self.memory.asked_back, device.device, self.now);
                    self.ask_from(&contact, &device)?;
                }
            }
            self.pump(contact.account)?;
        }
        Ok(())
    }
}

/// A message whose copy may be sent again: not refused, not held, not given up.
pub(super) fn is_on_its_way(state: MessageState) -> bool {
    (MessageState::Sending..=MessageState::Played).contains(&state)
}

/// Nothing comes back that was to be looked at once, and was.
pub(super) fn may_come_again(post: &Post) -> bool {
    post.once.is_none() || post.is_unopened()
}
