//! The people's part of a world: their steps, their commits, and what goes over their connections.

use rand::RngExt as _;
use sotto_machine::{
    rows::Rows as _,
    step::{Effect, Input},
};
use sotto_relay::relay::ConnectionId;
use sotto_wire::{AccountId, Ack, SendId, ToClient, ToRelay};

use super::{Event, World};
use crate::{
    simulation::{client::Ended, network::Way, parcel},
    town::START,
};

/// A transaction takes this long at most, the disk included.
const COMMIT: std::ops::Range<u64> = 1..10;

impl World {
    pub(super) fn input(&mut self, who: usize, input: Input) {
        let now = self.now;
        let stepped = self.clients[who].step(input, now, &mut self.rng, self.fault);
        if stepped.opened {
            let life = self.clients[who].life;
            let at = now + self.rng.random_range(COMMIT);
            self.queue(at, Event::Commit { who, life });
        }
        for effect in stepped.too_early {
            self.carry_out(who, effect);
        }
    }

    /// A transaction ends: what follows from it is done now, and not before.
    pub(super) fn commit(&mut self, who: usize) {
        let account = self.clients[who].person.account();
        let (changes, said, effects) = match self.clients[who].commit(self.now) {
            Ended::Committed { effects, changes, said } => (changes, said, Some(effects)),
            Ended::Died { changes, said } => (changes, said, None),
            Ended::RolledBack => {
                self.observer.seen.rolled_back += 1;
                self.cut(who);
                return;
            }
        };
        self.observer.commits((who, account), &changes);
        for said in said {
            self.observer.sent(who, said, self.at_rest);
        }
        match effects {
            Some(effects) => effects.into_iter().for_each(|effect| self.carry_out(who, effect)),
            None => self.die(who),
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
                let (device, life) = (self.clients[who].person.device(), self.clients[who].life);
                if let Some(key) = &keys.seal_key {
                    let input = Box::new(Input::KeysPublished(key.hash()));
                    self.queue(self.now + 20, Event::Answered { who, life, input });
                }
                self.directory.publish(&device, *keys);
            }
            Effect::PublishList(upload) => self.directory.publish_list(upload.list, upload.devices),
            Effect::WakeAt(at) => {
                let client = &mut self.clients[who];
                let (life, at) = (client.life, self.now + at.saturating_sub(client.clock(self.now)));
                // As the driver has it: the earliest time counts, and whoever wants another one says so again.
                if client.wake_at.is_none_or(|earlier| at < earlier) {
                    client.wake_at = Some(at);
                    self.queue(at, Event::Tick { who, life });
                }
            }
            Effect::SendEphemeral(_)
            | Effect::FetchProfile(_)
            | Effect::WatchAgain
            | Effect::UploadFiles(_)
            | Effect::WithdrawFiles(_)
            | Effect::PublishProfile
            | Effect::FetchGroupLog { .. }
            | Effect::AppendToGroup { .. } => {}
        }
    }

    /// The directory answers later, or does not.
    fn answer(&mut self, who: usize, input: Input, account: AccountId) {
        let life = self.clients[who].life;
        let reachable = !self.clients[who].link.is_down(self.now) && self.directory_down_until <= self.now;
        let input = if reachable { input } else { Input::DirectoryFailed { account } };
        let at = self.now + self.rng.random_range(5..300);
        self.queue(at, Event::Answered { who, life, input: Box::new(input) });
    }

    fn upload(&mut self, who: usize, id: SendId) {
        let client = &mut self.clients[who];
        if !client.may_upload() || !client.uploading.insert(id) {
            return;
        }
        let Some(row) = client.person.rows.outbox(&id).expect("rows") else { return };
        for copy in &row.copies {
            self.observer.uploads(client.person.device(), copy);
        }
        let stamp = START + self.now;
        if let Some(send) = parcel::pack(&row, &client.person, &mut client.standing, &self.directory, stamp) {
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

    pub(super) fn receive(&mut self, who: usize, frame: ToClient) {
        match frame {
            ToClient::Welcome(welcome) => {
                self.clients[who].undrained = Some(welcome.waiting);
                self.input(who, Input::Connected { one_time_keys: welcome.one_time_keys });
                self.drained_if_so(who);
            }
            ToClient::Deliver(deliver) => {
                let opened = parcel::open(&deliver.sealed, &self.clients[who].person);
                self.input(who, Input::Delivered { seq: deliver.seq, at: deliver.at, opened });
                if let Some(left) = self.clients[who].undrained.filter(|left| *left > 0) {
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

    pub(super) fn connect(&mut self, who: usize, life: u64) {
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

    pub(super) fn connect_later(&mut self, who: usize) {
        let life = self.clients[who].life;
        let at = self.now + self.rng.random_range(250..4_000);
        self.queue(at, Event::Connect { who, life });
    }

    /// A connection ends; what is on its way on it is lost.
    pub(super) fn cut(&mut self, who: usize) {
        let Some(connection) = self.clients[who].link.connection else { return };
        self.clients[who].disconnected();
        self.relay_input(sotto_relay::relay::Input::Disconnected { connection });
        self.connect_later(who);
    }

    pub(super) fn die(&mut self, who: usize) {
        self.observer.seen.crashes += 1;
        if let Some(connection) = self.clients[who].link.connection {
            self.relay_input(sotto_relay::relay::Input::Disconnected { connection });
        }
        self.clients[who].revive();
        self.connect_later(who);
    }
}
