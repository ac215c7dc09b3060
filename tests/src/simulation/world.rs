//! The world that plays a script: one queue of events in the order of their time.

mod actions;
mod people;
mod relay;

use std::{cmp::Reverse, collections::BinaryHeap};

use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::step::Input;
use sotto_relay::relay::{ConnectionId, Load, Write, WriteId};
use sotto_wire::{ToClient, ToRelay};

use super::{
    Fault,
    client::Client,
    observer::Observer,
    script::{Action, Script},
    street,
    verdict::Verdict,
};
use crate::town::{Person, PostOffice};
use relay::SimulatedRelay;

/// After the script nothing fails any more, and this much time is left to put everything right.
const REST: u64 = 4 * 3_600_000;
/// Everybody is connected again after this time, and has asked for what is missing.
const RECONNECT: u64 = 600_000;
/// A relay that is asked to stop has put everything on its disk after this time.
const DRAIN: u64 = 60_000;
/// A connection that hears nothing for this time is given up.
const SILENCE: u64 = 45_000;
/// Never is more than this on its way at once.
const MOST_EVENTS: usize = 2_000;

/// Something that will happen.
enum Event {
    Action(Action),
    Connect { who: usize, life: u64 },
    Up { who: usize, connection: ConnectionId, frame: ToRelay },
    Down { who: usize, connection: ConnectionId, frame: ToClient },
    Closed { who: usize, connection: ConnectionId },
    Answered { who: usize, life: u64, input: Box<Input> },
    Tick { who: usize, life: u64 },
    Commit { who: usize, life: u64 },
    Loaded { life: u64, load: Load },
    Written { life: u64, id: Option<WriteId>, write: Option<Write> },
    RelayTick { life: u64 },
    RelayStarts,
}

/// Everybody, the relay, and what is on its way between them.
pub struct World {
    now: u64,
    queue: BinaryHeap<Reverse<Queued>>,
    last_event: u64,
    rng: ChaCha12Rng,
    clients: Vec<Client>,
    directory: PostOffice,
    directory_down_until: u64,
    relay: SimulatedRelay,
    last_connection: u64,
    observer: Observer,
    fault: Option<Fault>,
    /// Nothing has failed for a long time.
    at_rest: bool,
    texts: u64,
}

/// An event and its time; the earlier one, and of two the one queued first, comes first.
struct Queued {
    at: u64,
    order: u64,
    event: Event,
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Queued {}
impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl World {
    /// Plays a script to its end and judges it. With a fault, something is done wrong on purpose.
    pub fn play(script: &Script, fault: Option<Fault>) -> Verdict {
        let mut world = Self::new(script, fault);
        for (at, action) in &script.actions {
            world.queue(*at, Event::Action(*action));
        }
        let end = script.actions.last().map_or(0, |(at, _)| *at) + REST;
        world.run_until(end);
        world.probe();
        world.run_until(end + REST);
        world.reconnect_all();
        world.run_until(end + REST + RECONNECT);
        world.at_rest = true;
        world.probe();
        world.probe();
        world.run_until(end + 2 * REST);
        // The order in which a relay winds down is not fixed.
        let trace = world.observer.trace();
        let emptied = world.relay_empties();
        let people: Vec<&Person> = world.clients.iter().map(|c| &c.person).collect();
        let mut verdict = world.observer.judge(&people);
        verdict.stuck += u64::from(!emptied);
        Verdict { trace, ..verdict }
    }

    fn new(script: &Script, fault: Option<Fault>) -> Self {
        let mut relay = SimulatedRelay::new();
        let mut clients = Vec::new();
        for (index, (_, disk)) in street::disks(&script.devices).enumerate() {
            clients.push(Client::new(disk, script.skews[index], script.sets_back(index)));
        }
        street::register(&mut relay.disk, &clients.iter().map(|client| &client.person).collect::<Vec<_>>());
        let count = clients.len();
        let mut world = Self {
            now: 0,
            queue: BinaryHeap::new(),
            last_event: 0,
            rng: ChaCha12Rng::seed_from_u64(script.seed ^ 0x5077),
            clients,
            directory: street::directory(&script.devices),
            directory_down_until: 0,
            relay,
            last_connection: 0,
            observer: Observer::default(),
            fault,
            at_rest: false,
            texts: 0,
        };
        for who in 0..count {
            world.queue(1 + who as u64, Event::Connect { who, life: 0 });
        }
        world
    }

    fn queue(&mut self, at: u64, event: Event) {
        self.last_event += 1;
        self.queue.push(Reverse(Queued { at: at.max(self.now), order: self.last_event, event }));
    }

    fn run_until(&mut self, end: u64) {
        while self.queue.peek().is_some_and(|Reverse(next)| next.at <= end) {
            let Some(Reverse(next)) = self.queue.pop() else { break };
            self.now = next.at;
            self.observer.seen.unbounded += u64::from(self.queue.len() > MOST_EVENTS);
            self.happen(next.event);
        }
        self.now = end;
    }

    /// Everybody who knows somebody writes once more: no session may have stayed broken.
    fn probe(&mut self) {
        let accounts: Vec<_> = self.clients.iter().map(|c| c.person.account()).collect();
        for from in 0..accounts.len() {
            for (to, account) in accounts.iter().enumerate() {
                let is_first = !accounts[..to].contains(account);
                if is_first && self.clients[from].person.chat_with(account).is_some() {
                    self.say(from, to);
                }
            }
        }
    }

    /// Everybody connects anew: what is missing is asked for once per connection.
    fn reconnect_all(&mut self) {
        for who in 0..self.clients.len() {
            self.cut(who);
        }
    }

    /// The relay is asked to stop. True when nothing waits in it then, in memory or on its disk.
    fn relay_empties(&mut self) -> bool {
        self.relay_input(sotto_relay::relay::Input::Drain);
        self.run_until(self.now + DRAIN);
        self.relay.is_empty()
    }

    fn happen(&mut self, event: Event) {
        self.observer.happens(self.now, event.trace());
        match event {
            Event::Action(action) => self.act(action),
            Event::Connect { who, life } => self.connect(who, life),
            Event::Up { who, connection, frame } => {
                if self.clients[who].link.connection == Some(connection) {
                    self.relay_input(sotto_relay::relay::Input::Frame { connection, frame });
                }
            }
            Event::Down { who, connection, frame } => {
                if self.clients[who].link.connection == Some(connection) {
                    self.receive(who, frame);
                }
            }
            Event::Closed { who, connection } => {
                if self.clients[who].link.connection == Some(connection) {
                    self.cut(who);
                }
            }
            Event::Answered { who, life, input } => {
                if self.clients[who].life == life {
                    self.input(who, *input);
                }
            }
            Event::Tick { who, life } => {
                let client = &mut self.clients[who];
                if client.life == life && client.wake_at == Some(self.now) {
                    client.wake_at = None;
                    self.input(who, Input::Tick);
                }
            }
            Event::Commit { who, life } => {
                if self.clients[who].life == life {
                    self.commit(who);
                }
            }
            Event::Loaded { life, load } => self.relay_loaded(life, &load),
            Event::Written { life, id, write } => self.relay_written(life, id, write),
            Event::RelayTick { life } => self.relay_tick(life),
            Event::RelayStarts => self.relay_starts(),
        }
    }
}

impl Event {
    /// What sets it apart, without bytes that `vodozemac` has drawn.
    fn trace(&self) -> (u8, u64, u64) {
        match self {
            Self::Action(_) => (0, 0, 0),
            Self::Connect { who, life } => (1, *who as u64, *life),
            Self::Up { who, frame, .. } => (2, *who as u64, sotto_wire::encode_to_relay(frame).len() as u64),
            Self::Down { who, frame, .. } => (3, *who as u64, sotto_wire::encode_to_client(frame).len() as u64),
            Self::Closed { who, connection } => (4, *who as u64, connection.0),
            Self::Answered { who, life, .. } => (5, *who as u64, *life),
            Self::Tick { who, life } => (6, *who as u64, *life),
            Self::Commit { who, life } => (7, *who as u64, *life),
            Self::Loaded { life, .. } => (8, *life, 0),
            Self::Written { life, id, .. } => (9, *life, id.map_or(0, |id| id.0)),
            Self::RelayTick { life } => (10, *life, 0),
            Self::RelayStarts => (11, 0, 0),
        }
    }
}
