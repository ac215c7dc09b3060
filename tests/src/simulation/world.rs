//! The world that plays a script: one queue of events in the order of their time.

mod actions;
mod relay;

use std::{cmp::Reverse, collections::BinaryHeap};

use rand::RngExt as _;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::step::{Effect, Input};
use sotto_relay::relay::{ConnectionId, Load, Write, WriteId};
use sotto_wire::{Ack, SendId, ToClient, ToRelay};

use super::{
    client::{Client, Stepped},
    network::Way,
    observer::{Observer, Verdict},
    script::{Action, Script},
};
use crate::town::{Person, PostOffice, START};
use relay::SimulatedRelay;

/// After the script nothing fails any more, and this much time is left to put everything right.
const REST: u64 = 4 * 3_600_000;
/// A connection that hears nothing for this time is given up.
const SILENCE: u64 = 45_000;

/// Something that will happen.
enum Event {
    Action(Action),
    Connect { who: usize, life: u64 },
    Up { who: usize, connection: ConnectionId, frame: ToRelay },
    Down { who: usize, connection: ConnectionId, frame: ToClient },
    Closed { who: usize, connection: ConnectionId },
    Answered { who: usize, life: u64, input: Box<Input> },
    Tick { who: usize, life: u64 },
    Loaded { life: u64, load: Load },
    Written { life: u64, id: WriteId, write: Write },
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
    /// Plays a script to its end and judges it.
    pub fn play(script: &Script) -> Verdict {
        let mut world = Self::new(script);
        for (at, action) in &script.actions {
            world.queue(*at, Event::Action(*action));
        }
        let end = script.actions.last().map_or(0, |(at, _)| *at) + REST;
        world.run_until(end);
        world.probe();
        world.run_until(end + REST);
        let people: Vec<&Person> = world.clients.iter().map(|c| &c.person).collect();
        world.observer.judge(&people)
    }

    fn new(script: &Script) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(script.seed ^ 0x5077);
        let mut directory = PostOffice::new(&mut rng);
        let mut relay = SimulatedRelay::new();
        let mut clients = Vec::new();
        for index in 0..script.people {
            let number = format!("+3519123456{index:02}").parse().expect("a number");
            let person = Person::sign_up(number, &mut directory, START, &mut rng);
            let token = sotto_machine::delivery_token(&person.own().profile_key).hash();
            relay.disk.register(person.account(), person.device(), token);
            clients.push(Client::new(person, script.skews[index]));
        }
        let mut world = Self {
            now: 0,
            queue: BinaryHeap::new(),
            last_event: 0,
            rng,
            clients,
            directory,
            directory_down_until: 0,
            relay,
            last_connection: 0,
            observer: Observer::default(),
            texts: 0,
        };
        for who in 0..script.people {
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
            self.happen(next.event);
        }
        self.now = end;
    }

    /// Everybody who knows somebody writes once more: no session may have stayed broken.
    fn probe(&mut self) {
        let accounts: Vec<_> = self.clients.iter().map(|c| c.person.account()).collect();
        for from in 0..accounts.len() {
            for (to, account) in accounts.iter().enumerate() {
                if self.clients[from].person.chat_with(account).is_some() {
                    self.say(from, to);
                }
            }
        }
    }

    fn happen(&mut self, event: Event) {
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
                if self.clients[who].life == life {
                    self.input(who, Input::Tick);
                }
            }
            Event::Loaded { life, load } => self.relay_loaded(life, &load),
            Event::Written { life, id, write } => self.relay_written(life, id, write),
            Event::RelayTick { life } => self.relay_tick(life),
            Event::RelayStarts => self.relay_starts(),
        }
    }

    fn input(&mut self, who: usize, input: Input) {
        let now = self.now;
        match self.clients[who].step(input, now, &mut self.rng) {
            Stepped::Effects(effects) => {
                for effect in effects {
                    self.carry_out(who, effect);
                }
            }
            Stepped::Died => self.die(who),
        }
        let accounts: Vec<_> = self.clients[who].person.rows.people().iter().map(|c| c.chat).collect();
        for chat in accounts {
            for message in self.clients[who].person.rows.conversation(chat) {
                if message.author == self.clients[who].person.account() {
                    self.observer.looks(message);
                }
            }
        }
    }

    fn carry_out(&mut self, who: usize, effect: Effect) {
        match effect {
            Effect::Acknowledge { up_to } => self.send_up(who, ToRelay::Ack(Ack { up_to })),
            Effect::Upload(id) => self.upload(who, id),
            Effect::FetchDevices(account) => {
                let answer = self.directory.devices(&account).map(Box::new);
                self.answer(who, Input::Devices { account, answer }, account);
            }
            Effect::ClaimKeys { account, devices } => {
                let answer = self.directory.claim(&devices);
                self.answer(who, Input::Claimed { account, answer }, account);
            }
            Effect::LookUp(number) => {
                let account = self.directory.whose(&number);
                let life = self.clients[who].life;
                let input = Input::LookedUp { number, account };
                self.queue(self.now + 20, Event::Answered { who, life, input: Box::new(input) });
            }
            Effect::PublishKeys(keys) => {
                let device = self.clients[who].person.device();
                self.directory.publish(&device, *keys);
            }
            Effect::PublishList(upload) => self.directory.publish_list(upload.list),
            Effect::WakeAt(at) => {
                let client = &self.clients[who];
                let life = client.life;
                let wait = at.saturating_sub(client.clock(self.now));
                self.queue(self.now + wait, Event::Tick { who, life });
            }
            Effect::SendEphemeral(_)
            | Effect::FetchProfile(_)
            | Effect::WatchAgain
            | Effect::PublishProfile
            | Effect::FetchGroupLog { .. }
            | Effect::AppendToGroup { .. } => {}
        }
    }

    /// The directory answers later, or does not.
    fn answer(&mut self, who: usize, input: Input, account: sotto_wire::AccountId) {
        let life = self.clients[who].life;
        let reachable = !self.clients[who].link.is_down(self.now) && self.directory_down_until <= self.now;
        let input = if reachable { input } else { Input::DirectoryFailed { account } };
        let at = self.now + self.rng.random_range(5..300);
        self.queue(at, Event::Answered { who, life, input: Box::new(input) });
    }

    fn upload(&mut self, who: usize, id: SendId) {
        let stamp = START + self.now;
        let client = &mut self.clients[who];
        if !client.may_upload() || !client.uploading.insert(id) {
            return;
        }
        for copy in client.person.outbox_copies(&id) {
            self.observer.uploads(client.person.device(), copy.device, copy.pair_counter, &copy.bytes);
        }
        if let Some(send) = client.person.seal_up(&id, &self.directory, stamp, &mut self.rng) {
            self.send_up(who, ToRelay::Send(send));
        }
    }

    fn send_up(&mut self, who: usize, frame: ToRelay) {
        let now = self.now;
        let link = &mut self.clients[who].link;
        let Some(connection) = link.connection else { return };
        if let Some(at) = link.arrival(Way::Up, now, &mut self.rng) {
            self.queue(at, Event::Up { who, connection, frame });
        }
    }

    fn receive(&mut self, who: usize, frame: ToClient) {
        match frame {
            ToClient::Welcome(welcome) => {
                self.clients[who].undrained = Some(welcome.waiting);
                self.input(who, Input::Connected { one_time_keys: welcome.one_time_keys });
                self.drained_if_so(who);
            }
            ToClient::Deliver(deliver) => {
                let opened = self.clients[who].person.open(&deliver.sealed);
                let life = self.clients[who].life;
                self.input(who, Input::Delivered { seq: deliver.seq, at: deliver.at, opened });
                if self.clients[who].life == life
                    && let Some(left) = self.clients[who].undrained.filter(|left| *left > 0)
                {
                    self.clients[who].undrained = Some(left - 1);
                    self.drained_if_so(who);
                }
            }
            ToClient::Accepted(accepted) => {
                self.clients[who].uploading.remove(&accepted.id);
                let input = Input::Accepted { id: accepted.id, refused: accepted.refused, at: accepted.at };
                self.input(who, input);
            }
            ToClient::Refused(refused) => {
                self.clients[who].uploading.remove(&refused.id);
                let (id, reason, retry_after) = (refused.id, refused.reason, refused.retry_after);
                self.input(who, Input::Refused { id, reason, retry_after });
            }
            ToClient::Expired(expired) => self.input(who, Input::Expired { count: expired.count }),
            ToClient::KeysLow(low) => self.input(who, Input::KeysLow { remaining: low.remaining }),
            ToClient::ListChanged(changed) => {
                self.input(who, Input::ListChanged { account: changed.account, version: changed.version });
            }
            ToClient::Ephemeral(_) | ToClient::Presence(_) | ToClient::Draining(_) => {}
        }
    }

    /// The mailbox is through: the outbox may leave.
    fn drained_if_so(&mut self, who: usize) {
        if self.clients[who].undrained == Some(0) {
            self.input(who, Input::Drained);
            for id in self.clients[who].ready() {
                self.upload(who, id);
            }
        }
    }

    fn connect(&mut self, who: usize, life: u64) {
        if self.clients[who].life != life || self.clients[who].link.connection.is_some() {
            return;
        }
        if self.clients[who].link.is_down(self.now) || !self.relay.runs() {
            self.connect_later(who);
            return;
        }
        self.last_connection += 1;
        let connection = ConnectionId(self.last_connection);
        self.clients[who].link.connection = Some(connection);
        self.clients[who].link.reset();
        self.clients[who].person.connected = true;
        self.relay_connected(who, connection);
    }

    fn connect_later(&mut self, who: usize) {
        let life = self.clients[who].life;
        let at = self.now + self.rng.random_range(250..4_000);
        self.queue(at, Event::Connect { who, life });
    }

    /// A connection ends; what is on its way on it is lost.
    fn cut(&mut self, who: usize) {
        let Some(connection) = self.clients[who].link.connection else { return };
        self.clients[who].disconnected();
        self.relay_input(sotto_relay::relay::Input::Disconnected { connection });
        self.connect_later(who);
    }

    fn die(&mut self, who: usize) {
        self.observer.crashes += 1;
        if let Some(connection) = self.clients[who].link.connection {
            self.relay_input(sotto_relay::relay::Input::Disconnected { connection });
        }
        self.clients[who].revive();
        self.connect_later(who);
    }
}
