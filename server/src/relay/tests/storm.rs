//! Any order of events: connections come and go, the disk is late or refuses, the relay dies.
//!
//! A device forgets what it has not acknowledged when its connection ends, so whatever the relay lets go of
//! too early is missing at the end. A read may see the disk as it was when it was asked for, or as it is when
//! it is answered. Alice hears late what the relay says, and sends on in the meantime.

mod happening;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use proptest::{collection::vec, prelude::*};
use sotto_wire::{
    AccountId, Ack, Deliver, DeviceId, Recipient, SealedFor, Send, SendId, Timestamp, ToClient, ToRelay,
    limits::IN_FLIGHT,
};

use super::people::{Person, START, alice};
use crate::relay::{
    AccountRecord, Command, Connected, ConnectionId, Core, DeviceRecord, Input, Limits, Load, Loaded, Rate, Remembered,
    Row, Volume, Write, WriteId, WriteOutcome,
};
use happening::{Happening, happening};

/// What is fsynced.
#[derive(Default, Clone)]
struct Disk {
    rows: BTreeMap<(usize, u64), Row>,
    reserved: [u64; 2],
    remembered: HashMap<SendId, Remembered>,
}

/// One of Bob's devices.
#[derive(Default)]
struct Device {
    connection: Option<ConnectionId>,
    /// Delivered on this connection and not acknowledged: number and text.
    volatile: Vec<(u64, u64)>,
    /// Committed, in order.
    kept: Vec<u64>,
    /// The relay has said that this device did not get them.
    excused: Vec<u64>,
    last_kept: u64,
    by_seq: HashMap<u64, u64>,
}

struct Storm {
    core: Core,
    now: Timestamp,
    alice: Person,
    bob: Person,
    desk: Option<ConnectionId>,
    devices: [Device; 2],
    disk: Disk,
    writing: VecDeque<(WriteId, Write)>,
    loading: Vec<(Load, Disk)>,
    failed: WriteId,
    connections: u64,
    sent: u64,
    /// Alice's outbox, in order: what is not answered, and not before when it may leave.
    outbox: BTreeMap<u64, Timestamp>,
    /// Sent on this connection, of which Alice has heard nothing.
    under_way: BTreeSet<u64>,
    /// On its way to Alice.
    said: VecDeque<ToClient>,
    accepted: usize,
}

impl Storm {
    fn new() -> Self {
        let mut storm = Self {
            core: Core::new(limits()),
            now: START,
            alice: alice(),
            bob: Person::new(b'b', 2),
            desk: None,
            devices: <[Device; 2]>::default(),
            disk: Disk::default(),
            writing: VecDeque::new(),
            loading: Vec::new(),
            failed: WriteId::default(),
            connections: 0,
            sent: 0,
            outbox: BTreeMap::new(),
            under_way: BTreeSet::new(),
            said: VecDeque::new(),
            accepted: 0,
        };
        storm.alice_connects();
        storm
    }

    fn happen(&mut self, happening: &Happening) {
        match *happening {
            Happening::Send { count } => {
                self.outbox.extend((self.sent + 1..).take(count.into()).map(|n| (n, 0)));
                self.sent += u64::from(count);
                self.pump();
            }
            Happening::Connect { device } => self.connect(usize::from(device)),
            Happening::Disconnect { device } => self.disconnect(usize::from(device)),
            Happening::AliceReconnects => self.alice_connects(),
            Happening::AliceHears { count } => (0..count).for_each(|_| self.alice_hears()),
            Happening::Ack { device, share } => self.ack(usize::from(device), share),
            Happening::Commit { count } => (0..count).for_each(|_| self.answer_write(WriteOutcome::Committed)),
            Happening::FailOne => self.answer_write(WriteOutcome::Failed),
            Happening::AnswerLoad { which, as_asked } => self.answer_load(which.into(), as_asked),
            Happening::Wait { ms } => self.wait(ms.into()),
            Happening::Crash => self.crash(),
        }
    }

    /// Alice sends what may leave, in order, and nothing past what may not.
    fn pump(&mut self) {
        let due = self.outbox.iter().take_while(|(_, not_before)| **not_before <= self.now).map(|(n, _)| *n);
        for n in due.collect::<Vec<_>>() {
            if self.under_way.insert(n) {
                self.send(n);
            }
        }
    }

    fn send(&mut self, n: u64) {
        let Some(connection) = self.desk else { return };
        let copy = |device: &DeviceId| SealedFor { device: *device, sealed: n.to_be_bytes().to_vec() };
        let to = vec![Recipient { devices: self.bob.devices.iter().map(copy).collect(), ..self.bob.copies("") }];
        let frame = ToRelay::Send(Send { id: send_id(n), to, ephemeral: false, payload: None });
        self.give(Input::Frame { connection, frame });
    }

    fn alice_hears(&mut self) {
        match self.said.pop_front() {
            Some(ToClient::Accepted(a)) => {
                let n = number(&a.id.0[8..]);
                self.under_way.remove(&n);
                if self.outbox.remove(&n).is_some() {
                    self.accepted += 1;
                    for refused in a.refused {
                        let place = self.bob.devices.iter().position(|d| *d == refused.device).unwrap();
                        self.devices[place].excused.push(n);
                    }
                }
            }
            Some(ToClient::Refused(r)) => {
                let n = number(&r.id.0[8..]);
                self.under_way.remove(&n);
                self.outbox.entry(n).and_modify(|at| *at = self.now + r.retry_after.expect("only for now"));
            }
            _ => {}
        }
        self.pump();
    }

    /// Whatever was not answered is sent again, under its old id.
    fn alice_connects(&mut self) {
        if let Some(connection) = self.desk.take() {
            self.give(Input::Disconnected { connection });
        }
        self.said.clear();
        self.under_way.clear();
        self.desk = Some(ConnectionId(self.connections + 1));
        self.open(self.alice.account, self.alice.desk());
        self.pump();
    }

    fn connect(&mut self, n: usize) {
        self.devices[n].volatile.clear();
        self.devices[n].connection = Some(ConnectionId(self.connections + 1));
        self.open(self.bob.account, self.bob.devices[n]);
    }

    fn open(&mut self, account: AccountId, device: DeviceId) {
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        self.give(Input::Connected(Connected { connection, account, device, one_time_keys: 0, expired: 0 }));
    }

    fn disconnect(&mut self, n: usize) {
        if let Some(connection) = self.devices[n].connection.take() {
            self.devices[n].volatile.clear();
            self.give(Input::Disconnected { connection });
        }
    }

    fn ack(&mut self, n: usize, share: u8) {
        let device = &mut self.devices[n];
        let count = (device.volatile.len() * (usize::from(share) + 1)).div_ceil(256);
        let Some(connection) = device.connection.filter(|_| count > 0) else { return };
        for (seq, text) in device.volatile.drain(..count) {
            device.last_kept = seq;
            if !device.kept.contains(&text) {
                device.kept.push(text);
            }
        }
        let frame = ToRelay::Ack(Ack { up_to: device.last_kept });
        self.give(Input::Frame { connection, frame });
    }

    fn answer_write(&mut self, outcome: WriteOutcome) {
        let Some((id, write)) = self.writing.pop_front() else { return };
        let hasty = matches!(write, Write::Rows { heard, .. } if heard < self.failed);
        let outcome = if hasty { WriteOutcome::Failed } else { outcome };
        match outcome {
            WriteOutcome::Committed => self.commit(write),
            WriteOutcome::Failed => self.failed = id,
        }
        self.give(Input::Written { id, outcome });
    }

    fn answer_load(&mut self, which: usize, as_asked: bool) {
        if !self.loading.is_empty() {
            let (load, then) = self.loading.remove(which % self.loading.len());
            let loaded = self.read(&load, if as_asked { &then } else { &self.disk });
            self.give(Input::Loaded(loaded));
        }
    }

    fn wait(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.core.wake_at() <= end {
            self.now = self.now.max(self.core.wake_at());
            self.give(Input::Tick);
        }
        self.now = end;
        self.pump();
    }

    fn crash(&mut self) {
        self.failed = WriteId::default();
        self.core = Core::new(limits());
        self.core.remember_sends(self.disk.remembered.values().map(|send| (send.id, send.at)));
        self.writing.clear();
        self.loading.clear();
        self.desk = None;
        for device in &mut self.devices {
            device.connection = None;
            device.volatile.clear();
        }
        self.alice_connects();
    }

    /// Everything works and everybody reads, until nothing happens any more.
    fn calm_down(&mut self) {
        self.alice_connects();
        (0..2).for_each(|n| self.connect(n));
        for _ in 0..10_000 {
            let before = self.progress();
            let busy = !self.writing.is_empty() || !self.loading.is_empty();
            while !self.writing.is_empty() {
                self.answer_write(WriteOutcome::Committed);
            }
            self.answer_load(0, false);
            (0..2).for_each(|n| self.ack(n, 255));
            while !self.said.is_empty() {
                self.alice_hears();
            }
            if !busy && before == self.progress() {
                if self.outbox.is_empty() {
                    return;
                }
                self.wait(1_000);
            }
        }
        panic!("it never calms down; unanswered: {:?}", self.outbox);
    }

    fn progress(&self) -> (usize, usize, usize) {
        (self.accepted, self.devices[0].last_kept as usize, self.devices[1].last_kept as usize)
    }

    fn give(&mut self, input: Input) {
        let mut commands = Vec::new();
        self.core.step(input, self.now, &mut commands);
        for command in commands {
            match command {
                Command::Frame { connection, frame } => self.hear(connection, frame),
                Command::Close { .. } => {}
                Command::Load(load) => self.loading.push((load, self.disk.clone())),
                Command::Write { id, write } => self.writing.push_back((id, write)),
            }
        }
    }

    fn hear(&mut self, connection: ConnectionId, frame: ToClient) {
        match frame {
            ToClient::Deliver(Deliver { seq, sealed, .. }) => {
                // A connection that is about to be replaced may still be given something.
                let here = self.devices.iter_mut().find(|d| d.connection == Some(connection));
                let Some(device) = here else { return };
                let text = number(&sealed);
                let last = device.volatile.last().map_or(0, |(seq, _)| *seq);
                assert!(seq > last, "out of order: {seq} after {last}");
                assert_eq!(*device.by_seq.entry(seq).or_insert(text), text, "one number for two messages");
                device.volatile.push((seq, text));
                assert!(device.volatile.len() <= IN_FLIGHT);
            }
            frame if self.desk == Some(connection) => self.said.push_back(frame),
            _ => {}
        }
    }

    fn read(&self, load: &Load, disk: &Disk) -> Loaded {
        match *load {
            Load::Account(account) if account == self.bob.account => {
                let record = |n: usize| {
                    let mut waiting = Volume::default();
                    disk.rows.range((n, 0)..=(n, u64::MAX)).for_each(|(_, row)| waiting.add(row.sealed.len()));
                    DeviceRecord { device: self.bob.devices[n], reserved: disk.reserved[n], waiting }
                };
                person(&self.bob, vec![record(0), record(1)])
            }
            Load::Account(_) => {
                let desk = DeviceRecord { device: self.alice.desk(), reserved: 0, waiting: Volume::default() };
                person(&self.alice, vec![desk])
            }
            Load::Rows(wanted) => {
                let span = wanted.after + 1..=wanted.up_to;
                let rows = disk.rows.values().filter(|r| r.device == wanted.device && span.contains(&r.seq));
                Loaded::Rows { wanted, rows: rows.take(wanted.limit).cloned().collect() }
            }
            Load::Outcome { id, connection, .. } => {
                Loaded::Outcome { id, connection, outcome: disk.remembered.get(&id).cloned() }
            }
        }
    }

    fn commit(&mut self, write: Write) {
        let place = |device| self.bob.devices.iter().position(|d| *d == device);
        match write {
            Write::Rows { heard: _, rows, completes } => {
                for row in rows {
                    let n = place(row.device).unwrap();
                    self.disk.reserved[n] = self.disk.reserved[n].max(row.reserve.unwrap_or(0));
                    assert!(row.seq <= self.disk.reserved[n], "a row whose number is not reserved");
                    assert!(self.disk.rows.insert((n, row.seq), row).is_none());
                }
                self.disk.remembered.extend(completes.into_iter().map(|c| (c.id, c)));
            }
            Write::Delete { device, up_to } => self.disk.rows.retain(|_, r| r.device != device || r.seq > up_to),
            Write::Reserve { device, up_to } => {
                if let Some(n) = place(device) {
                    self.disk.reserved[n] = self.disk.reserved[n].max(up_to);
                }
            }
            other => panic!("nobody asked for {other:?}"),
        }
    }
}

fn person(person: &Person, devices: Vec<DeviceRecord>) -> Loaded {
    let delivery_token = person.token.hash();
    let record = AccountRecord { list_version: 1, delivery_token, shared: false, last_seen: None, devices };
    Loaded::Account { account: person.account, record: Some(record) }
}

fn limits() -> Limits {
    // Few enough that some are refused in between.
    Limits { frames: Rate::per(200, 1_000).burst(100), mailbox_messages: 1_000_000, ..Limits::default() }
}

/// The first half is what the core keeps of it at first: some are alike there.
fn send_id(n: u64) -> SendId {
    let mut id = [7; 16];
    id[0] = (n % 5) as u8;
    id[8..].copy_from_slice(&n.to_be_bytes());
    SendId(id)
}

fn number(bytes: &[u8]) -> u64 {
    u64::from_be_bytes(bytes.try_into().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_accepted_arrives(happenings in vec(happening(), 1..60)) {
        let mut storm = Storm::new();
        for happening in &happenings {
            storm.happen(happening);
        }
        storm.calm_down();
        let all: Vec<u64> = (1..=storm.sent).collect();
        for device in &storm.devices {
            let mut kept = device.kept.clone();
            prop_assert!(kept.is_sorted(), "whatever happens, the order is Alice's: {:?}", kept);
            kept.extend(&device.excused);
            kept.sort_unstable();
            kept.dedup();
            prop_assert_eq!(&kept, &all);
        }
        prop_assert!(storm.disk.rows.is_empty(), "everything acknowledged is deleted");
    }
}
