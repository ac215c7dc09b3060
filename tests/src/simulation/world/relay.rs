//! The relay's part of a world: its pure core, its disk, and the time that disks take.

use std::collections::BTreeMap;

use rand::RngExt as _;
use sotto_relay::relay::{
    Command, Connected, ConnectionId, Core, Input, Limits, Load, Rate, Write, WriteId, WriteOutcome,
};
use sotto_wire::ToClient;

use super::{Event, World};
use crate::{
    simulation::{Fault, disk::Disk, network::Way},
    town::START,
};

/// A relay that may be dead.
pub(super) struct SimulatedRelay {
    core: Option<Core>,
    pub(super) disk: Disk,
    pub(super) disk_full_until: u64,
    life: u64,
    owners: BTreeMap<ConnectionId, usize>,
    last_write: u64,
    last_failure: WriteId,
    next_tick: u64,
}

impl SimulatedRelay {
    pub(super) fn new() -> Self {
        Self {
            core: Some(Core::new(limits())),
            disk: Disk::default(),
            disk_full_until: 0,
            life: 0,
            owners: BTreeMap::new(),
            last_write: 0,
            last_failure: WriteId::default(),
            next_tick: u64::MAX,
        }
    }

    pub(super) fn runs(&self) -> bool {
        self.core.is_some()
    }

    /// Nothing waits, in memory or on the disk.
    pub(super) fn is_empty(&self) -> bool {
        self.core.as_ref().is_some_and(Core::is_drained) && self.disk.is_empty()
    }
}

/// A burst is refused in the middle; the limits for strangers are tested on their own.
fn limits() -> Limits {
    let (few, plenty) = (Rate::per(10, 1_000).burst(6), Rate::per(1_000_000, 1_000));
    Limits { frames: few, first_contacts: 1_000_000, first_messages: plenty, ..Limits::default() }
}

impl World {
    pub(super) fn relay_connected(&mut self, who: usize, connection: ConnectionId) {
        self.relay.owners.insert(connection, who);
        let person = &self.clients[who].person;
        let connected = Connected {
            connection,
            account: person.account(),
            device: person.device(),
            one_time_keys: self.directory.one_time_keys_left(&person.device()),
            expired: 0,
        };
        self.relay_input(Input::Connected(connected));
    }

    pub(super) fn relay_input(&mut self, input: Input) {
        let Some(core) = &mut self.relay.core else { return };
        let mut commands = Vec::new();
        core.step(input, START + self.now, &mut commands);
        for command in commands {
            self.relay_command(command);
        }
        self.schedule_tick();
    }

    fn schedule_tick(&mut self) {
        let Some(core) = &self.relay.core else { return };
        let at = core.wake_at().saturating_sub(START).max(self.now + 1);
        if at < self.relay.next_tick {
            self.relay.next_tick = at;
            let life = self.relay.life;
            self.queue(at, Event::RelayTick { life });
        }
    }

    pub(super) fn relay_tick(&mut self, life: u64) {
        if self.relay.life == life {
            self.relay.next_tick = u64::MAX;
            self.relay_input(Input::Tick);
        }
    }

    fn relay_command(&mut self, command: Command) {
        let life = self.relay.life;
        match command {
            Command::Frame { connection, frame } => self.send_down(connection, frame),
            Command::Close { connection, .. } => {
                if let Some(who) = self.relay.owners.get(&connection).copied() {
                    self.queue(self.now + 1, Event::Closed { who, connection });
                }
            }
            Command::Load(load) => {
                let at = self.now + self.rng.random_range(0..3);
                self.queue(at, Event::Loaded { life, load });
            }
            Command::Write { id, write } => {
                let at = (self.now + self.rng.random_range(1..12)).max(self.relay.last_write);
                self.relay.last_write = at;
                if self.fault == Some(Fault::AnswersBeforeCommit) {
                    self.queue(self.now, Event::Written { life, id: Some(id), write: None });
                    self.queue(at, Event::Written { life, id: None, write: Some(write) });
                } else {
                    self.queue(at, Event::Written { life, id: Some(id), write: Some(write) });
                }
            }
        }
    }

    fn send_down(&mut self, connection: ConnectionId, frame: ToClient) {
        let Some(who) = self.relay.owners.get(&connection).copied() else { return };
        let now = self.now;
        if self.clients[who].link.connection != Some(connection) {
            return;
        }
        if let Some(at) = self.clients[who].link.arrival(Way::Down, now, &mut self.rng) {
            self.queue(at, Event::Down { who, connection, frame });
        }
    }

    pub(super) fn relay_loaded(&mut self, life: u64, load: &Load) {
        if self.relay.life == life {
            let loaded = self.relay.disk.load(load);
            self.relay_input(Input::Loaded(loaded));
        }
    }

    /// A commit: on the disk before anybody is told. What a dead relay had not committed is gone.
    pub(super) fn relay_written(&mut self, life: u64, id: Option<WriteId>, write: Option<Write>) {
        if self.relay.life != life {
            return;
        }
        let mut outcome = WriteOutcome::Committed;
        if let Some(write) = write {
            let grows = matches!(write, Write::Rows { .. } | Write::Reserve { .. });
            let full = grows && self.now < self.relay.disk_full_until;
            let hasty = matches!(write, Write::Rows { heard, .. } if heard < self.relay.last_failure);
            if full || hasty {
                self.relay.last_failure = id.unwrap_or(self.relay.last_failure);
                outcome = WriteOutcome::Failed;
            } else {
                self.observer.seen.broken += u64::from(!self.relay.disk.commit(write));
            }
        }
        if let Some(id) = id {
            self.relay_input(Input::Written { id, outcome });
        }
    }

    pub(super) fn kill_relay(&mut self) {
        if self.relay.core.take().is_none() {
            return;
        }
        self.observer.seen.crashes += 1;
        self.relay.life += 1;
        self.relay.next_tick = u64::MAX;
        self.relay.last_write = 0;
        self.relay.last_failure = WriteId::default();
        for who in 0..self.clients.len() {
            self.cut(who);
        }
        self.relay.owners.clear();
        let at = self.now + self.rng.random_range(100..3_000);
        self.queue(at, Event::RelayStarts);
    }

    pub(super) fn relay_starts(&mut self) {
        let mut core = Core::new(limits());
        core.remember_sends(self.relay.disk.remembered());
        self.relay.core = Some(core);
        self.schedule_tick();
    }
}
