//! The relay's core, without a socket, a disk or a clock of its own.
//!
//! **Whatever happens goes into [`Core::step`] with the time, and what is to be done comes out.** Reads and
//! commits are no exception: the core asks with [`Command::Load`] and [`Command::Write`], and the answers
//! come back as [`Input::Loaded`] and [`Input::Written`]. Whoever drives it carries the commands out in
//! order and calls it again at [`Core::wake_at`].
//!
//! ```
//! use sotto_relay::relay::{Command, Connected, ConnectionId, Core, Input, Limits, Load};
//! use sotto_wire::{AccountId, DeviceId};
//!
//! let mut core = Core::new(Limits::default());
//! let mut commands = Vec::new();
//! let (account, device) = (AccountId([1; 32]), DeviceId([2; 16]));
//! let connected = Connected { connection: ConnectionId(1), account, device, one_time_keys: 50, expired: 0 };
//! core.step(Input::Connected(connected), 1_000, &mut commands);
//! assert_eq!(commands, [Command::Load(Load::Account(account))]);
//! ```

mod account;
mod allowance;
mod command;
mod contacts;
mod fan_out;
mod input;
mod limits;
mod mailbox;
mod presence;
mod sending;
mod sends;
mod session;
mod turns;
mod writes;

use std::collections::{BTreeSet, HashMap};

use rustc_hash::FxHashMap;
use sotto_wire::{AccountId, DeviceId, Draining, KeysLow, RefuseReason, SendId, Timestamp, ToClient, ToRelay};

use account::Account;
pub use allowance::{Allowance, Rate};
pub use command::{CloseReason, Command, Load, Remembered, Row, RowsWanted, Write, WriteId};
use contacts::FirstContacts;
pub use input::{AccountRecord, Connected, ConnectionId, DeviceRecord, Input, Loaded, Volume, WriteOutcome};
pub use limits::Limits;
use mailbox::{Mailbox, Wishes};
use sends::Sends;
use session::Session;
use writes::Writes;

/// How often what is no longer needed is cleared away.
const TIDY: u64 = 10 * 60 * 1_000;
/// When clients of a draining relay may come back, at the earliest.
const RECONNECT_AFTER: u64 = 1_000;

/// Who is connected, what they may do, and what waits for them.
#[derive(Debug)]
pub struct Core {
    limits: Limits,
    sessions: FxHashMap<ConnectionId, Session>,
    accounts: HashMap<AccountId, Account>,
    mailboxes: HashMap<DeviceId, Mailbox>,
    sends: Sends,
    writes: Writes,
    contacts: FirstContacts,
    timers: BTreeSet<(Timestamp, DeviceId)>,
    tidy_at: Timestamp,
    draining: bool,
    /// The time of the step that is taken.
    now: Timestamp,
    out: Vec<Command>,
}

impl Core {
    /// A core that knows nobody yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            sessions: FxHashMap::default(),
            accounts: HashMap::new(),
            mailboxes: HashMap::new(),
            sends: Sends::default(),
            writes: Writes::default(),
            contacts: FirstContacts::default(),
            timers: BTreeSet::new(),
            tidy_at: 0,
            draining: false,
            now: 0,
            out: Vec::new(),
        }
    }

    /// `Send`s that the disk remembers from before this start, each with the time when it was taken.
    pub fn remember_sends(&mut self, ids: impl IntoIterator<Item = (SendId, Timestamp)>) {
        self.sends.remembered_on_disk(ids);
    }

    /// Takes in what happened and appends what is to be done to `commands`.
    pub fn step(&mut self, input: Input, now: Timestamp, commands: &mut Vec<Command>) {
        std::mem::swap(&mut self.out, commands);
        self.now = now;
        match input {
            Input::Connected(connected) => self.connected(&connected, now),
            Input::Frame { connection, frame } => self.frame(connection, frame, now),
            Input::Disconnected { connection } => self.disconnected(connection, now),
            Input::Loaded(loaded) => self.loaded(loaded, now),
            Input::Written { id, outcome } => self.written(id, outcome, now),
            Input::AccountChanged { account } => self.account_changed(account),
            Input::KeysLow { device, remaining } => self.keys_low(device, remaining),
            Input::RanOut { device, volume } => {
                if let Some(mailbox) = self.mailboxes.get_mut(&device) {
                    mailbox.ran_out(volume);
                }
            }
            Input::Forgotten { ids } => self.sends.forgotten_on_disk(ids),
            Input::Tick => self.tick(now),
            Input::Drain => self.drain(),
        }
        std::mem::swap(&mut self.out, commands);
    }

    /// When to send [`Input::Tick`], at the latest.
    pub fn wake_at(&self) -> Timestamp {
        self.timers.first().map_or(self.tidy_at, |(at, _)| self.tidy_at.min(*at))
    }

    /// After [`Input::Drain`]: every `Send` is answered and everything is on the disk.
    pub fn is_drained(&self) -> bool {
        self.draining && self.writes.are_done() && !self.sends.any_under_way()
    }

    /// Connections there are now.
    pub fn connections(&self) -> impl Iterator<Item = ConnectionId> {
        self.sessions.keys().copied()
    }

    fn loaded(&mut self, loaded: Loaded, now: Timestamp) {
        match loaded {
            Loaded::Account { account, record } => self.account_loaded(account, record, now),
            Loaded::Rows { wanted, rows } => {
                self.with_mailbox(wanted.device, |mailbox, wishes| mailbox.loaded(&wanted, rows, now, wishes));
            }
            Loaded::Outcome { id, connection, outcome } => self.outcome_loaded(id, connection, outcome, now),
            Loaded::Failed(Load::Account(account)) => self.account_failed(account, now),
            Loaded::Failed(Load::Rows(wanted)) => {
                self.with_mailbox(wanted.device, |mailbox, _| mailbox.load_failed(&wanted, now));
            }
            Loaded::Failed(Load::Outcome { connection, .. }) => self.end(connection, CloseReason::Unavailable, now),
        }
    }

    fn keys_low(&mut self, device: DeviceId, remaining: u32) {
        if let Some(connection) = self.mailboxes.get(&device).and_then(Mailbox::connection) {
            self.say(connection, ToClient::KeysLow(KeysLow { remaining }));
        }
    }

    fn tick(&mut self, now: Timestamp) {
        while let Some(&(at, device)) = self.timers.first()
            && at <= now
        {
            self.timers.pop_first();
            self.with_mailbox(device, |mailbox, wishes| mailbox.wake(now, wishes));
        }
        if self.tidy_at <= now {
            self.tidy_at = now + TIDY;
            self.contacts.tidy(now);
            self.evict_accounts();
        }
    }

    /// No new messages; those that are only in memory go to the disk, which answers their senders.
    fn drain(&mut self) {
        self.draining = true;
        let devices: Vec<_> =
            self.sessions.values().map(|s| s.device).filter(|d| self.mailboxes.contains_key(d)).collect();
        for device in devices {
            self.with_mailbox(device, |mailbox, wishes| mailbox.flush(Timestamp::MAX, wishes));
        }
        let connections: Vec<_> = self.sessions.keys().copied().collect();
        for connection in connections {
            self.say(connection, ToClient::Draining(Draining { reconnect_after: RECONNECT_AFTER }));
        }
    }

    /// Does something with a mailbox and grants what it wishes.
    fn with_mailbox(&mut self, device: DeviceId, act: impl FnOnce(&mut Mailbox, &mut Wishes)) {
        if let Some(mailbox) = self.mailboxes.get_mut(&device) {
            let mut wishes = Wishes::default();
            act(mailbox, &mut wishes);
            self.grant(device, wishes);
        }
    }

    fn grant(&mut self, device: DeviceId, mut wishes: Wishes) {
        let rows = std::mem::take(&mut wishes.rows);
        self.write_rows(rows);
        self.grant_besides_rows(device, wishes);
    }

    /// As [`Self::grant`], for a caller that writes the rows of several mailboxes together.
    fn grant_besides_rows(&mut self, device: DeviceId, wishes: Wishes) {
        let Some(mailbox) = self.mailboxes.get_mut(&device) else { return };
        if let Some(at) = mailbox.new_timer() {
            self.timers.insert((at, device));
        }
        if let Some(connection) = mailbox.connection() {
            for deliver in wishes.deliver {
                self.say(connection, ToClient::Deliver(deliver));
            }
        }
        if let Some(up_to) = wishes.delete {
            self.delete(device, up_to);
        }
        if let Some(up_to) = wishes.reserve {
            self.reserve(device, up_to);
        }
        if let Some(wanted) = wishes.load {
            self.out.push(Command::Load(Load::Rows(wanted)));
        }
        for send in wishes.taken {
            self.settle(send, device, Ok(()));
        }
        for send in wishes.lost {
            self.settle(send, device, Err(RefuseReason::Unavailable));
        }
    }

    /// One copy of a `Send` is safe, or cannot be made so.
    fn settle(&mut self, send: SendId, device: DeviceId, outcome: Result<(), RefuseReason>) {
        let settled = self.sends.settle(send, device, outcome);
        self.answer(settled, self.now);
    }

    fn say(&mut self, connection: ConnectionId, frame: ToClient) {
        if self.sessions.contains_key(&connection) {
            self.out.push(Command::Frame { connection, frame });
        }
    }
}

#[cfg(test)]
mod tests;
