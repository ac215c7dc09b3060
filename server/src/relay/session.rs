//! One connection: opening, its frames, its end.

use std::collections::VecDeque;

use sotto_wire::{AccountId, DeviceId, Expired, RefuseReason, SendId, Timestamp, ToClient, Welcome};

use super::{
    Allowance, CloseReason, Command, Connected, ConnectionId, Core, ToRelay, Write, sending::Refusal, turns::Turns,
};

/// Frames kept for a connection that must wait for the disk.
const PARKED: usize = 4_096;

/// A device's live connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) account: AccountId,
    pub(super) device: DeviceId,
    pub(super) phase: Phase,
    /// Frames that have come.
    came: u64,
    /// Frames that wait until an account has been read, in order, each with its number.
    parked: VecDeque<(u64, ToRelay)>,
    /// What was refused for now and comes next.
    pub(super) turns: Turns,
    /// The disk was asked about this `Send` and does not know it.
    pub(super) not_on_disk: Option<SendId>,
    frames: Allowance,
    /// A window has focus there.
    pub(super) active: bool,
    pub(super) watching: Vec<AccountId>,
    /// Messages that ran out of their time, until the device has acknowledged that.
    expired: u64,
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its own account is being read.
    Opening {
        /// One-time keys left.
        one_time_keys: u32,
    },
    /// It has been welcomed.
    Open,
}

impl Core {
    pub(super) fn connected(&mut self, c: &Connected, now: Timestamp) {
        let session = Session {
            account: c.account,
            device: c.device,
            phase: Phase::Opening { one_time_keys: c.one_time_keys },
            came: 0,
            parked: VecDeque::new(),
            turns: Turns::default(),
            not_on_disk: None,
            frames: Allowance::default(),
            active: false,
            watching: Vec::new(),
            expired: c.expired,
        };
        self.sessions.insert(c.connection, session);
        if self.is_ready(c.account, c.connection) {
            self.resume(c.connection, now);
        }
    }

    pub(super) fn disconnected(&mut self, connection: ConnectionId, now: Timestamp) {
        let Some(session) = self.sessions.get(&connection) else { return };
        let (account, device) = (session.account, session.device);
        if self.mailboxes.get(&device).is_some_and(|m| m.connection() == Some(connection)) {
            let before = self.visible(account);
            self.note_last_seen(connection, now);
            self.with_mailbox(device, super::Mailbox::disconnect);
            self.forget_session(connection);
            self.tell_watchers_of_change(account, before);
        } else {
            self.forget_session(connection);
        }
    }

    pub(super) fn frame(&mut self, connection: ConnectionId, frame: ToRelay, now: Timestamp) {
        let Some(session) = self.sessions.get_mut(&connection) else { return };
        session.came += 1;
        let place = session.came;
        // An `Ack` costs nothing and holds everything up if it is lost.
        if !matches!(frame, ToRelay::Ack(_))
            && let Err(wait) = session.frames.take(self.limits.frames, now)
        {
            if let ToRelay::Send(send) = frame {
                let place = session.turns.place_of(send.id, place);
                self.refuse(connection, place, &send, Refusal::later(RefuseReason::RateLimited, wait), now);
            }
            return;
        }
        let opening = session.phase != Phase::Open;
        if opening || (matches!(frame, ToRelay::Send(_)) && !session.parked.is_empty()) {
            session.parked.push_back((place, frame));
            if session.parked.len() > PARKED {
                self.end(connection, CloseReason::TooSlow, now);
            }
            return;
        }
        if let Err(frame) = self.handle(connection, place, frame, now)
            && let Some(session) = self.sessions.get_mut(&connection)
        {
            session.parked.push_back((place, frame));
        }
    }

    /// An account has been read that this connection may have waited for.
    pub(super) fn resume(&mut self, connection: ConnectionId, now: Timestamp) {
        let Some(session) = self.sessions.get(&connection) else { return };
        if let Phase::Opening { one_time_keys } = session.phase {
            if !self.is_ready(session.account, connection) {
                return;
            }
            self.open(connection, one_time_keys, now);
        }
        while let Some((place, frame)) = self.sessions.get_mut(&connection).and_then(|s| s.parked.pop_front()) {
            if let Err(frame) = self.handle(connection, place, frame, now) {
                if let Some(session) = self.sessions.get_mut(&connection) {
                    session.parked.push_front((place, frame));
                }
                return;
            }
        }
    }

    /// Ends a connection that is there.
    pub(super) fn end(&mut self, connection: ConnectionId, reason: CloseReason, now: Timestamp) {
        if self.sessions.contains_key(&connection) {
            self.out.push(Command::Close { connection, reason });
            self.disconnected(connection, now);
        }
    }

    /// Drops what is kept for a connection, and nothing else.
    pub(super) fn forget_session(&mut self, connection: ConnectionId) {
        let Some(session) = self.sessions.remove(&connection) else { return };
        for watched in session.watching {
            if let Some(entry) = self.accounts.get_mut(&watched) {
                entry.watchers.remove(&connection);
            }
        }
    }

    fn open(&mut self, connection: ConnectionId, one_time_keys: u32, now: Timestamp) {
        let Some(session) = self.sessions.get_mut(&connection) else { return };
        session.phase = Phase::Open;
        let (account, device, expired) = (session.account, session.device, session.expired);
        let listed = self.accounts.get(&account).and_then(|a| a.known.as_ref());
        let mailbox = self.mailboxes.get(&device);
        let (Some(mailbox), true) = (mailbox, listed.is_some_and(|k| k.devices.contains(&device))) else {
            return self.end(connection, CloseReason::SignedOut, now);
        };
        let waiting = mailbox.waiting().count;
        if let Some(older) = mailbox.connection() {
            self.end(older, CloseReason::Replaced, now);
        }
        self.say(connection, ToClient::Welcome(Welcome { now, waiting, one_time_keys }));
        if expired > 0 {
            self.say(connection, ToClient::Expired(Expired { count: expired }));
        }
        self.with_mailbox(device, |mailbox, wishes| mailbox.connect(connection, now, wishes));
    }

    /// Handles a frame of an open connection, or gives it back if it must wait.
    fn handle(&mut self, connection: ConnectionId, place: u64, frame: ToRelay, now: Timestamp) -> Result<(), ToRelay> {
        match frame {
            ToRelay::Send(send) => self.send(connection, place, send, now).map_err(ToRelay::Send),
            ToRelay::Ack(ack) => {
                self.ack(connection, ack.up_to, now);
                Ok(())
            }
            ToRelay::Watch(watch) => {
                self.watch(connection, watch);
                Ok(())
            }
            ToRelay::SetPresence(presence) => {
                self.set_presence(connection, presence, now);
                Ok(())
            }
        }
    }

    fn ack(&mut self, connection: ConnectionId, up_to: u64, now: Timestamp) {
        let Some(session) = self.sessions.get_mut(&connection) else { return };
        let device = session.device;
        let told = std::mem::take(&mut session.expired);
        self.with_mailbox(device, |mailbox, wishes| mailbox.acknowledge(up_to, now, wishes));
        if told > 0 {
            self.write(Write::ExpiryTold { device, count: told });
        }
    }
}
