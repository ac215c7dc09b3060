//! A world with people in it: connections are numbers, and the disk answers when a scene lets it.

use sotto_wire::{
    AccountId, Ack, DeliveryToken, DeviceId, Recipient, SealedFor, Send, SendId, SetPresence, Timestamp, ToClient,
    ToRelay, Watch, Watched,
};

use crate::relay::{
    AccountRecord, CloseReason, Command, Connected, ConnectionId, Core, DeviceRecord, Input, Limits, Load, Loaded, Row,
    Volume, Write, WriteId, WriteOutcome,
};

pub(super) const START: Timestamp = 1_000_000_000;

/// One person with one or more devices.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) account: AccountId,
    pub(super) devices: Vec<DeviceId>,
    pub(super) list_version: u64,
    pub(super) token: DeliveryToken,
}

impl Person {
    pub(super) fn new(letter: u8, devices: u8) -> Self {
        Self {
            account: AccountId([letter; 32]),
            devices: (1..=devices).map(|n| DeviceId([letter ^ (n << 4); 16])).collect(),
            list_version: 1,
            token: DeliveryToken([letter; 32]),
        }
    }

    pub(super) fn desk(&self) -> DeviceId {
        self.devices[0]
    }

    /// One copy of the text for each of this person's devices.
    pub(super) fn copies(&self, text: &str) -> Recipient {
        let copy = |device: &DeviceId| SealedFor { device: *device, sealed: text.as_bytes().to_vec() };
        Recipient {
            account: self.account,
            list_version: self.list_version,
            token: Some(self.token),
            devices: self.devices.iter().map(copy).collect(),
        }
    }
}

pub(super) fn alice() -> Person {
    Person::new(b'a', 1)
}

pub(super) fn bob() -> Person {
    Person::new(b'b', 1)
}

pub(super) fn id(n: u8) -> SendId {
    SendId([n; 16])
}

/// The core, a disk, and what was said to whom.
pub(super) struct World {
    pub(super) core: Core,
    pub(super) now: Timestamp,
    people: Vec<Person>,
    /// What has been committed.
    pub(super) rows: Vec<Row>,
    pub(super) remembered: Vec<crate::relay::Remembered>,
    reserved: Vec<(DeviceId, u64)>,
    /// Writes that the disk has not answered.
    pub(super) writing: Vec<(WriteId, Write)>,
    /// The last write that failed.
    failed: WriteId,
    said: Vec<(ConnectionId, ToClient)>,
    pub(super) closed: Vec<(ConnectionId, CloseReason)>,
    connections: u64,
    /// While false, writes wait in [`Self::writing`].
    pub(super) disk_answers: bool,
}

impl World {
    pub(super) fn with(people: &[&Person]) -> Self {
        Self::bounded(Limits::default(), people)
    }

    pub(super) fn bounded(limits: Limits, people: &[&Person]) -> Self {
        Self {
            core: Core::new(limits),
            now: START,
            people: people.iter().map(|p| (*p).clone()).collect(),
            rows: Vec::new(),
            remembered: Vec::new(),
            reserved: Vec::new(),
            writing: Vec::new(),
            failed: WriteId::default(),
            said: Vec::new(),
            closed: Vec::new(),
            connections: 0,
            disk_answers: true,
        }
    }

    /// A device connects and is welcomed.
    pub(super) fn connect(&mut self, person: &Person, device: DeviceId) -> ConnectionId {
        self.connections += 1;
        let connection = ConnectionId(self.connections);
        self.give(Input::Connected(Connected {
            connection,
            account: person.account,
            device,
            one_time_keys: 50,
            expired: 0,
        }));
        connection
    }

    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        self.give(Input::Disconnected { connection });
    }

    pub(super) fn frame(&mut self, connection: ConnectionId, frame: ToRelay) {
        self.give(Input::Frame { connection, frame });
    }

    pub(super) fn send(&mut self, connection: ConnectionId, n: u8, to: Vec<Recipient>) {
        self.frame(connection, ToRelay::Send(Send { id: id(n), to, ephemeral: false, payload: None }));
    }

    pub(super) fn ack(&mut self, connection: ConnectionId, up_to: u64) {
        self.frame(connection, ToRelay::Ack(Ack { up_to }));
    }

    pub(super) fn present(&mut self, connection: ConnectionId, active: bool, shared: bool) {
        self.frame(connection, ToRelay::SetPresence(SetPresence { active, shared }));
    }

    pub(super) fn watch(&mut self, connection: ConnectionId, person: &Person, token: DeliveryToken) {
        let people = vec![Watched { account: person.account, token }];
        self.frame(connection, ToRelay::Watch(Watch { people }));
    }

    /// Time passes; the core is woken whenever it asked for it.
    pub(super) fn wait(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        while self.core.wake_at() <= end {
            self.now = self.now.max(self.core.wake_at());
            self.give(Input::Tick);
        }
        self.now = end;
    }

    /// REST has changed a person.
    pub(super) fn change(&mut self, person: &Person) {
        self.people.retain(|p| p.account != person.account);
        self.people.push(person.clone());
        self.give(Input::AccountChanged { account: person.account });
    }

    pub(super) fn close_account(&mut self, person: &Person) {
        self.people.retain(|p| p.account != person.account);
        self.give(Input::AccountChanged { account: person.account });
    }

    /// What was said on a connection since the last time.
    pub(super) fn heard(&mut self, connection: ConnectionId) -> Vec<ToClient> {
        let said = std::mem::take(&mut self.said).into_iter();
        let (here, elsewhere): (Vec<_>, Vec<_>) = said.partition(|(c, _)| *c == connection);
        self.said = elsewhere;
        here.into_iter().map(|(_, frame)| frame).collect()
    }

    /// Texts delivered on a connection since the last time, with their numbers.
    pub(super) fn delivered(&mut self, connection: ConnectionId) -> Vec<(u64, String)> {
        let frames = self.heard(connection).into_iter();
        let deliver = frames.filter_map(|frame| match frame {
            ToClient::Deliver(d) => Some((d.seq, String::from_utf8(d.sealed).unwrap())),
            _ => None,
        });
        deliver.collect()
    }

    pub(super) fn texts(&mut self, connection: ConnectionId) -> Vec<String> {
        self.delivered(connection).into_iter().map(|(_, text)| text).collect()
    }

    /// The disk answers everything it was given.
    pub(super) fn answer_writes(&mut self, outcome: WriteOutcome) {
        for _ in 0..self.writing.len() {
            self.answer_write(outcome);
        }
    }

    /// The disk answers the first thing it was given.
    pub(super) fn answer_write(&mut self, outcome: WriteOutcome) {
        let (id, write) = self.writing.remove(0);
        let hasty = matches!(write, Write::Rows { heard, .. } if heard < self.failed);
        let outcome = if hasty { WriteOutcome::Failed } else { outcome };
        match outcome {
            WriteOutcome::Committed => self.commit(write),
            WriteOutcome::Failed => self.failed = id,
        }
        self.give(Input::Written { id, outcome });
    }

    pub(super) fn give(&mut self, input: Input) {
        let mut inputs = std::collections::VecDeque::from([input]);
        let mut commands = Vec::new();
        while let Some(input) = inputs.pop_front() {
            self.core.step(input, self.now, &mut commands);
            for command in commands.drain(..) {
                match command {
                    Command::Frame { connection, frame } => self.said.push((connection, frame)),
                    Command::Close { connection, reason } => self.closed.push((connection, reason)),
                    Command::Load(load) => inputs.push_back(Input::Loaded(self.load(&load))),
                    Command::Write { id, write } if self.disk_answers => {
                        self.commit(write);
                        inputs.push_back(Input::Written { id, outcome: WriteOutcome::Committed });
                    }
                    Command::Write { id, write } => self.writing.push((id, write)),
                }
            }
        }
    }

    fn load(&self, load: &Load) -> Loaded {
        match load {
            Load::Account(account) => Loaded::Account { account: *account, record: self.record(*account) },
            Load::Rows(wanted) => {
                let span = wanted.after + 1..=wanted.up_to;
                let rows = self.rows.iter().filter(|r| r.device == wanted.device && span.contains(&r.seq));
                Loaded::Rows { wanted: *wanted, rows: rows.take(wanted.limit).cloned().collect() }
            }
            Load::Outcome { id, connection, .. } => {
                let outcome = self.remembered.iter().find(|r| r.id == *id).cloned();
                Loaded::Outcome { id: *id, connection: *connection, outcome }
            }
        }
    }

    fn record(&self, account: AccountId) -> Option<AccountRecord> {
        let person = self.people.iter().find(|p| p.account == account)?;
        let device = |device: &DeviceId| {
            let mut waiting = Volume::default();
            self.rows.iter().filter(|r| r.device == *device).for_each(|r| waiting.add(r.sealed.len()));
            let reserved = self.reserved.iter().filter(|(d, _)| d == device).map(|(_, up_to)| *up_to).max();
            DeviceRecord { device: *device, reserved: reserved.unwrap_or(0), waiting }
        };
        Some(AccountRecord {
            list_version: person.list_version,
            delivery_token: person.token.hash(),
            shared: false,
            last_seen: None,
            devices: person.devices.iter().map(device).collect(),
        })
    }

    fn commit(&mut self, write: Write) {
        match write {
            Write::Rows { heard: _, rows, completes } => {
                self.reserved.extend(rows.iter().filter_map(|r| Some((r.device, r.reserve?))));
                self.rows.extend(rows);
                self.remembered.extend(completes);
            }
            Write::Delete { device, up_to } => self.rows.retain(|r| r.device != device || r.seq > up_to),
            Write::Reserve { device, up_to } => self.reserved.push((device, up_to)),
            Write::Purge { device } => self.rows.retain(|r| r.device != device),
            Write::Seen { .. } | Write::Sharing { .. } | Write::ExpiryTold { .. } => {}
        }
    }
}
