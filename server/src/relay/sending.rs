//! A `Send`: whether it may pass, and where its copies go.

use sotto_wire::{
    AccountId, DeviceId, Ephemeral, Hash, Recipient, RefuseReason, Refused, SealedFor, Send, SendId, Timestamp,
    ToClient, limits,
};

use super::{
    CloseReason, Command, ConnectionId, Core, Load, Mailbox, Remembered, Wishes, fan_out,
    sends::{Known, Missing, Settled, Tally, UnderWay, accepted, reached_everybody},
};

/// Milliseconds after which a sender may try again when the disk is busy.
const BUSY_RETRY: u64 = 1_000;
/// When a draining relay's clients may try again.
const DRAINING_RETRY: u64 = 2_000;

/// Why a `Send` may not pass, and when it may try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: RefuseReason,
    pub(super) retry_after: Option<u64>,
}

impl From<RefuseReason> for Refusal {
    fn from(reason: RefuseReason) -> Self {
        Self { reason, retry_after: None }
    }
}

impl Refusal {
    pub(super) fn later(reason: RefuseReason, retry_after: u64) -> Self {
        Self { reason, retry_after: Some(retry_after) }
    }
}

/// Who sends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender {
    pub(super) connection: ConnectionId,
    /// Where in the order of its connection's frames the `Send` belongs.
    pub(super) place: u64,
    pub(super) account: AccountId,
    pub(super) device: DeviceId,
}

impl Core {
    /// Takes a `Send` that came in this place, or gives it back if something must be read first.
    pub(super) fn send(
        &mut self,
        connection: ConnectionId,
        frame: u64,
        send: Send,
        now: Timestamp,
    ) -> Result<(), Send> {
        let Some(session) = self.sessions.get_mut(&connection) else { return Ok(()) };
        if send.ephemeral {
            return self.take(connection, frame, send, now);
        }
        let place = session.turns.place_of(send.id, frame);
        match self.sends.look_up(send.id, connection, place) {
            Known::New => self.take(connection, place, send, now),
            Known::UnderWay(missing) => {
                session.turns.take(send.id);
                self.answer(missing.map_or(Settled::Open, Settled::Doubtful), now);
                Ok(())
            }
            Known::Answered(known) => {
                let answer = accepted(known);
                session.turns.take(send.id);
                self.say(connection, answer);
                Ok(())
            }
            Known::AskDisk(at) => {
                let id = send.id;
                if self.sessions.get(&connection).is_some_and(|s| s.not_on_disk == Some(id)) {
                    return self.take(connection, place, send, now);
                }
                self.out.push(Command::Load(Load::Outcome { id, at, connection }));
                Err(send)
            }
        }
    }

    /// The disk has said what became of an id that it might know.
    pub(super) fn outcome_loaded(
        &mut self,
        id: SendId,
        connection: ConnectionId,
        outcome: Option<Remembered>,
        now: Timestamp,
    ) {
        match outcome {
            Some(known) => self.sends.remember(known),
            None => {
                if let Some(session) = self.sessions.get_mut(&connection) {
                    session.not_on_disk = Some(id);
                }
            }
        }
        self.resume(connection, now);
    }

    /// Refuses a `Send`; an ephemeral one is never answered.
    pub(super) fn refuse(
        &mut self,
        connection: ConnectionId,
        place: u64,
        send: &Send,
        refusal: Refusal,
        now: Timestamp,
    ) {
        if !send.ephemeral {
            let recipients = send.to.iter().map(|r| r.account);
            self.say_refused(connection, send.id, refusal);
            self.keep_turn(connection, place, send.id, recipients, refusal, now);
        }
    }

    fn say_refused(&mut self, connection: ConnectionId, id: SendId, refusal: Refusal) {
        let Refusal { reason, retry_after } = refusal;
        self.say(connection, ToClient::Refused(Refused { id, reason, retry_after }));
    }

    /// What is refused for now keeps its turn before what was sent after it.
    fn keep_turn(
        &mut self,
        connection: ConnectionId,
        place: u64,
        id: SendId,
        recipients: impl Iterator<Item = AccountId>,
        refusal: Refusal,
        now: Timestamp,
    ) {
        let Some(session) = self.sessions.get_mut(&connection) else { return };
        if refusal.retry_after.is_none() {
            session.turns.take(id);
        } else if session.turns.keep(place, id, recipients, refusal, now).is_err() {
            self.end(connection, CloseReason::TooSlow, now);
        }
    }

    /// Says what became of a `Send`. If it is not safe, what its connection sent after it must not be safe before it.
    pub(super) fn answer(&mut self, settled: Settled, now: Timestamp) {
        match settled {
            Settled::Open => {}
            Settled::Accepted(connection, id, answer) => {
                if let Some(session) = self.sessions.get_mut(&connection) {
                    session.turns.take(id);
                    self.say(connection, answer);
                }
            }
            Settled::Doubtful(missing) => self.hold_up(missing, now),
            Settled::Refused(missing) => {
                self.say_refused(missing.connection, missing.id, missing.refusal);
                self.hold_up(missing, now);
            }
        }
    }

    /// Nothing that was sent after it gets ahead of it.
    fn hold_up(&mut self, missing: Missing, now: Timestamp) {
        let Missing { id, connection, place, refusal, recipients, devices } = missing;
        self.keep_turn(connection, place, id, recipients.into_iter(), refusal, now);
        self.take_back_after(connection, place, devices);
    }

    /// What a connection sent later and these devices have not been given is refused as well.
    fn take_back_after(&mut self, connection: ConnectionId, place: u64, devices: Vec<DeviceId>) {
        for device in devices {
            let Some(mailbox) = self.mailboxes.get(&device) else { continue };
            let later = self.sends.sent_after(connection, place, mailbox.undelivered());
            if !later.is_empty() {
                self.with_mailbox(device, |mailbox, wishes| mailbox.take_back(&later, wishes));
            }
        }
    }

    fn take(&mut self, connection: ConnectionId, place: u64, send: Send, now: Timestamp) -> Result<(), Send> {
        let Some(session) = self.sessions.get(&connection) else { return Ok(()) };
        let sender = Sender { connection, place, account: session.account, device: session.device };
        let shape = if send.payload.is_some() { fan_out::check_shape(&send) } else { check_shape(&send, &sender) };
        if let Err(reason) = shape {
            self.refuse(connection, place, &send, reason.into(), now);
            return Ok(());
        }
        let mut ready = true;
        for recipient in &send.to {
            ready &= self.is_ready(recipient.account, connection);
        }
        if !ready {
            return Err(send);
        }
        match self.judge(&sender, &send, now) {
            Err(refusal) => self.refuse(connection, place, &send, refusal, now),
            Ok(()) if send.payload.is_some() => self.fan_out(&sender, send, now),
            Ok(()) if send.ephemeral => self.pass_on(send, now),
            Ok(()) => self.place(&sender, send, now),
        }
        Ok(())
    }

    /// Whether a well-formed `Send` may pass.
    fn judge(&mut self, sender: &Sender, send: &Send, now: Timestamp) -> Result<(), Refusal> {
        if let Some(session) = self.sessions.get_mut(&sender.connection).filter(|_| !send.ephemeral) {
            // A group's members put its messages in order themselves: one of them does not hold up all.
            if send.payload.is_none() {
                session.turns.check(sender.place, |account| send.to.iter().any(|r| r.account == *account), now)?;
            }
            session.turns.take(send.id);
        }
        if self.draining {
            return Err(Refusal::later(RefuseReason::Unavailable, DRAINING_RETRY));
        }
        if self.writes.bytes() > self.limits.backlog_bytes {
            return Err(Refusal::later(RefuseReason::Unavailable, BUSY_RETRY));
        }
        if send.payload.is_some() {
            // Each recipient is judged alone.
            return Ok(());
        }
        for recipient in &send.to {
            self.check_recipient(sender, recipient)?;
        }
        for recipient in send.to.iter().filter(|r| r.account != sender.account && r.token.is_none()) {
            if send.ephemeral {
                return Err(RefuseReason::TokenRefused.into());
            }
            self.count_contact(sender, recipient, now)?;
        }
        Ok(())
    }

    /// A message to somebody whose token is not shown is one of few.
    pub(super) fn count_contact(
        &mut self,
        sender: &Sender,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.contacts
            .count(sender.account, recipient.account, &self.limits, now)
            .map_err(|wait| Refusal::later(RefuseReason::RateLimited, wait))
    }

    pub(super) fn check_recipient(&self, sender: &Sender, recipient: &Recipient) -> Result<(), RefuseReason> {
        let entry = self.accounts.get(&recipient.account);
        let known = entry.and_then(|a| a.known.as_ref()).ok_or(RefuseReason::AccountGone)?;
        let own = recipient.account == sender.account;
        if !own && recipient.token.as_ref().is_some_and(|token| !known.admits(token)) {
            return Err(RefuseReason::TokenRefused);
        }
        // Fewer devices than the list has are right: an answer to one device's request is for that device alone.
        let right = recipient.list_version == known.list_version
            && !recipient.devices.is_empty()
            && recipient.devices.iter().all(|d| d.device != sender.device && known.devices.contains(&d.device));
        if right { Ok(()) } else { Err(RefuseReason::ListChanged) }
    }

    /// Ephemeral: to whoever is connected now.
    fn pass_on(&mut self, send: Send, now: Timestamp) {
        for copy in send.to.into_iter().flat_map(|r| r.devices) {
            if let Some(connection) = self.mailboxes.get(&copy.device).and_then(Mailbox::connection) {
                self.say(connection, ToClient::Ephemeral(Ephemeral { at: now, sealed: copy.sealed }));
            }
        }
    }

    /// Puts the copies into their mailboxes; full ones are named in the answer.
    fn place(&mut self, sender: &Sender, send: Send, now: Timestamp) {
        let fits = |copy: &SealedFor| {
            self.mailboxes.get(&copy.device).is_some_and(|m| m.fits(copy.sealed.len(), &self.limits))
        };
        let tally = |r: &Recipient| Tally {
            account: r.account,
            foreign: r.account != sender.account,
            wanted: r.devices.len(),
            taken: r.devices.iter().filter(|c| fits(c)).count(),
        };
        let mut tallies: Vec<Tally> = send.to.iter().map(tally).collect();
        if !reached_everybody(&tallies) {
            return self.refuse(sender.connection, sender.place, &send, RefuseReason::MailboxFull.into(), now);
        }
        for tally in &mut tallies {
            tally.taken = 0;
        }
        let mut under_way = UnderWay::new(sender.connection, sender.place, now, tallies);
        let mut copies = Vec::new();
        for (recipient, copy) in
            send.to.into_iter().enumerate().flat_map(|(n, r)| r.devices.into_iter().map(move |c| (n, c)))
        {
            if self.mailboxes.get(&copy.device).is_some_and(|m| m.fits(copy.sealed.len(), &self.limits)) {
                under_way.wait_for(copy.device, recipient);
                copies.push(copy);
            } else {
                under_way.refuse(copy.device, RefuseReason::MailboxFull);
            }
        }
        let settled = self.sends.begin(send.id, under_way);
        self.answer(settled, now);
        self.put(send.id, copies, None, now);
    }

    /// Puts copies into mailboxes that have room. `shared` names what all of them hold, if that is one thing.
    pub(super) fn put(&mut self, id: SendId, copies: Vec<SealedFor>, shared: Option<Hash>, now: Timestamp) {
        let mut rows = Vec::new();
        let mut wishes_of = Vec::with_capacity(copies.len());
        for copy in copies {
            if let Some(mailbox) = self.mailboxes.get_mut(&copy.device) {
                let mut wishes = Wishes::default();
                mailbox.put(id, copy.sealed, shared, now, &mut wishes);
                rows.append(&mut wishes.rows);
                wishes_of.push((copy.device, wishes));
            }
        }
        self.write_rows(rows);
        for (device, wishes) in wishes_of {
            self.grant_besides_rows(device, wishes);
        }
    }
}

/// Whether a `Send` makes sense, whoever its recipients are.
fn check_shape(send: &Send, sender: &Sender) -> Result<(), RefuseReason> {
    let too_many =
        send.to.len() > limits::MAX_RECIPIENTS || send.to.iter().any(|r| r.devices.len() > limits::MAX_DEVICES);
    if send.to.is_empty() || too_many {
        return Err(RefuseReason::Malformed);
    }
    let copies = || send.to.iter().flat_map(|r| &r.devices);
    let twice = is_any_twice(send.to.iter().map(|r| r.account)) || is_any_twice(copies().map(|c| c.device));
    if twice || copies().any(|c| c.device == sender.device) {
        return Err(RefuseReason::Malformed);
    }
    if copies().any(|c| c.sealed.len() > limits::MAX_SEALED) {
        return Err(RefuseReason::TooLarge);
    }
    Ok(())
}

/// For a handful of things, of which there is mostly one: a set would cost more than it saves.
fn is_any_twice<T: PartialEq>(mut things: impl Iterator<Item = T> + Clone) -> bool {
    while let Some(thing) = things.next() {
        if things.clone().any(|other| other == thing) {
            return true;
        }
    }
    false
}
