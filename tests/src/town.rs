//! A town of pure machines around a post office in memory: the clock is turned by hand, the network by the scene.
//!
//! The post office believes what it is told and does what the scene makes it do: it is the attacker's seat.

mod groups;
mod person;
mod post_office;

use std::collections::BTreeMap;

use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::{
    group::{input::GroupInput, is_group_payload},
    linking::{LinkInput, NewDevice},
    post::Post,
    rows::{ChatId, MessageRow},
    seal::SealedPayload,
    step::{Act, Effect, Event, Input},
};
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::memory_rows::MemoryRows;
pub use groups::{Log, Logs};
pub use person::{Person, Said};
pub use post_office::{Mail, PostOffice, PublishedKeys};

/// Where the scenes begin: 1 January 2026.
pub const START: Timestamp = 1_767_225_600_000;

/// People, a post office, and the time.
pub struct Town {
    /// The relay's part.
    pub post_office: PostOffice,
    /// The time, in ms.
    pub now: Timestamp,
    people: BTreeMap<String, Person>,
    rng: ChaCha12Rng,
}

impl Town {
    /// A town whose own randomness comes from `seed` (`vodozemac` draws its own).
    pub fn new(seed: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let post_office = PostOffice::new(&mut rng);
        Self { post_office, now: START, people: BTreeMap::new(), rng }
    }

    /// A town in which alice and bob have signed up and are connected.
    pub fn with_alice_and_bob() -> Self {
        let mut town = Self::new(1);
        town.sign_up("alice", "+351912345601");
        town.sign_up("bob", "+351912345602");
        town
    }

    /// A town of people who have signed up before, all of them connected.
    pub fn of(post_office: PostOffice, people: impl Iterator<Item = (&'static str, MemoryRows)>, seed: u64) -> Self {
        let people: BTreeMap<String, Person> =
            people.map(|(name, rows)| (name.to_owned(), Person::wake(rows))).collect();
        let names: Vec<String> = people.keys().cloned().collect();
        let mut town = Self { post_office, now: START, people, rng: ChaCha12Rng::seed_from_u64(seed) };
        for name in names {
            town.connect(&name);
        }
        town
    }

    /// Somebody signs up with a number and connects. A second time with the same number takes it over.
    pub fn sign_up(&mut self, name: &str, number: &str) {
        let number = number.parse().expect("a number");
        let person = Person::sign_up(number, &mut self.post_office, self.now, &mut self.rng);
        self.people.insert(name.to_owned(), person);
        self.connect(name);
    }

    /// A further device of somebody's, let in by the one that they have signed up on, and connected.
    pub fn link(&mut self, primary: &str, name: &str) {
        let device = NewDevice::draw(self.account(primary), self.now, &mut self.rng);
        let offer = device.offer();
        self.post_office.expect(offer.cert.device, device.keys().clone());
        self.input(primary, Input::Link(LinkInput::Admit(Box::new(offer))));
        let person = Person::link(&device, self.person(primary), &self.post_office, self.now);
        self.people.insert(name.to_owned(), person);
        self.connect(name);
    }

    /// A device of somebody's is put out by the one that they have signed up on.
    pub fn unlink(&mut self, primary: &str, name: &str) {
        let device = self.person(name).device();
        self.input(primary, Input::Link(LinkInput::Remove(device)));
    }

    /// The person of this name.
    pub fn person(&self, name: &str) -> &Person {
        &self.people[name]
    }

    /// The person of this name, to be tampered with.
    pub fn person_mut(&mut self, name: &str) -> &mut Person {
        self.people.get_mut(name).expect("a person of this name")
    }

    /// One input for one person; what it sets off is carried out at once.
    pub fn input(&mut self, name: &str, input: Input) {
        let person = self.people.get_mut(name).expect("a person of this name");
        let effects = person.step(input, self.now, &mut self.rng);
        self.carry_out(name, effects);
    }

    /// One input, if their own device lets them: true when it did.
    pub fn try_input(&mut self, name: &str, input: Input) -> bool {
        let now = self.now;
        let person = self.people.get_mut(name).expect("a person of this name");
        let taken = person.try_step(input, now, &mut self.rng);
        taken.map(|effects| self.carry_out(name, effects)).is_ok()
    }

    /// True when this person's machine refuses the input, and nothing of it counts.
    pub fn refuses(&mut self, name: &str, input: Input) -> bool {
        let now = self.now;
        let person = self.people.get_mut(name).expect("a person of this name");
        person.try_step(input, now, &mut self.rng).is_err()
    }

    /// The connection stands; the mailbox is drained, then the outbox leaves.
    pub fn connect(&mut self, name: &str) {
        let keys = self.post_office.one_time_keys_left(&self.person(name).device());
        self.person_mut(name).connected = true;
        self.input(name, Input::Connected { one_time_keys: keys });
        if let Some(count) = self.post_office.take_expired(&self.people[name].device()) {
            self.input(name, Input::Expired { count });
        }
        self.deliver_to(name);
        self.input(name, Input::Drained);
    }

    /// The connection is lost.
    pub fn disconnect(&mut self, name: &str) {
        self.person_mut(name).disconnect();
    }

    /// The program is killed and started again from its rows.
    pub fn restart(&mut self, name: &str) {
        self.person_mut(name).restart();
        self.connect(name);
    }

    /// Starts a chat with a number that the post office knows.
    pub fn start_chat(&mut self, name: &str, with: &str) -> ChatId {
        let (number, account) = (self.person(with).number(), self.person(with).account());
        self.input(name, Input::StartChat { number, account });
        self.chat(name, with)
    }

    /// The chat of one person with another.
    pub fn chat(&self, name: &str, with: &str) -> ChatId {
        self.person(name).chat_with(&self.person(with).account()).expect("a chat with this person")
    }

    /// Sends a text and lets the town settle.
    pub fn say(&mut self, name: &str, to: &str, text: &str) -> MessageId {
        let id = self.write(name, to, text);
        self.settle();
        id
    }

    /// Sends a text, without delivering anything yet.
    pub fn write(&mut self, name: &str, to: &str, text: &str) -> MessageId {
        let account = self.person(to).account();
        let chat = match self.person(name).chat_with(&account) {
            Some(chat) => chat,
            None => self.start_chat(name, to),
        };
        self.write_in(name, chat, text)
    }

    /// Sends a text in a chat, without delivering anything yet.
    pub fn write_in(&mut self, name: &str, chat: ChatId, text: &str) -> MessageId {
        let id = MessageId(rand::RngExt::random(&mut self.rng));
        self.input(name, Input::SendPost { chat, id, post: Box::new(Post::text(text)) });
        id
    }

    /// As [`Self::write_in`], where it may not be possible.
    pub fn try_write_in(&mut self, name: &str, chat: ChatId, text: &str) -> Option<MessageId> {
        let id = MessageId(rand::RngExt::random(&mut self.rng));
        let post = Box::new(Post::text(text));
        self.try_input(name, Input::SendPost { chat, id, post }).then_some(id)
    }

    /// Does something to a message and lets the town settle.
    pub fn act(&mut self, name: &str, author: &str, id: MessageId, act: Act) {
        let author = self.account(author);
        self.input(name, Input::Act { author, id, act });
        self.settle();
    }

    /// Everything in a chat is read, with receipts.
    pub fn read(&mut self, name: &str, with: &str) {
        let chat = self.chat(name, with);
        let order = self.person(name).rows.newest();
        self.input(name, Input::MarkRead { chat, order, tell: true });
        self.settle();
    }

    /// Delivers and ticks until nothing moves any more.
    pub fn settle(&mut self) {
        for _ in 0..200 {
            let names: Vec<String> = self.people.keys().cloned().collect();
            let mut moved = false;
            for name in &names {
                moved |= self.people[name].connected && self.deliver_to(name);
            }
            let due = self.people.values().filter_map(|p| p.wake_at).filter(|at| *at <= self.now + 5_000).min();
            if let Some(due) = due {
                self.now = self.now.max(due);
                for name in &names {
                    if self.people[name].wake_at.is_some_and(|at| at <= self.now) {
                        self.person_mut(name).wake_at = None;
                        self.input(name, Input::Tick);
                    }
                }
                moved = true;
            }
            if !moved {
                return;
            }
        }
        panic!("the town does not settle");
    }

    /// Delivers until nothing moves, while the clock stands still.
    pub fn settle_now(&mut self) {
        let names: Vec<String> = self.people.keys().cloned().collect();
        while names.iter().any(|name| self.people[name].connected && self.deliver_to(name)) {}
    }

    /// Time passes; whoever asked to be woken is.
    pub fn pass(&mut self, time: u64) {
        self.now += time;
        let names: Vec<String> = self.people.keys().cloned().collect();
        for name in names {
            if self.people[&name].connected {
                self.input(&name, Input::Tick);
            }
        }
        self.settle();
    }

    /// Hands over what waits in a mailbox. True when there was something.
    pub fn deliver_to(&mut self, name: &str) -> bool {
        let device = self.person(name).device();
        let mut moved = false;
        while let Some(mail) = self.post_office.oldest(&device) {
            self.hand_over(name, &mail);
            moved = true;
        }
        moved
    }

    /// Hands over the oldest piece of mail only.
    pub fn deliver_one(&mut self, name: &str) {
        let device = self.person(name).device();
        if let Some(mail) = self.post_office.oldest(&device) {
            self.hand_over(name, &mail);
        }
    }

    /// One piece of mail reaches a person, whoever made it.
    pub fn hand_over(&mut self, name: &str, mail: &Mail) {
        if is_group_payload(&mail.sealed) {
            let Mail { seq, at, sealed, .. } = mail.clone();
            return self.input(name, Input::Group(GroupInput::Delivered { seq, at, payload: sealed }));
        }
        let opened = self.person(name).open(&mail.sealed);
        let input = if mail.ephemeral {
            Input::Ephemeral { at: mail.at, opened }
        } else {
            Input::Delivered { seq: mail.seq, at: mail.at, opened }
        };
        if mail.ephemeral {
            self.post_office.acknowledge_ephemeral(&self.person(name).device());
        }
        self.input(name, input);
    }

    /// The texts of a conversation, oldest first.
    pub fn texts(&self, name: &str, with: &str) -> Vec<String> {
        self.person(name).texts(self.chat(name, with))
    }

    /// A message as its author sees it.
    pub fn message(&self, name: &str, id: &MessageId) -> MessageRow {
        self.person(name).own_message(id).expect("the message")
    }

    fn carry_out(&mut self, name: &str, effects: Vec<Effect>) {
        for effect in effects {
            if let Some(input) = self.carry_out_one(name, effect) {
                self.input(name, input);
            }
        }
    }

    fn carry_out_one(&mut self, name: &str, effect: Effect) -> Option<Input> {
        let now = self.now;
        let person = self.people.get_mut(name).expect("a person of this name");
        if let Effect::WakeAt(at) = effect {
            person.wake_at = Some(person.wake_at.map_or(at, |w| w.min(at)));
            return None;
        }
        if !person.connected {
            return None;
        }
        match effect {
            Effect::Acknowledge { up_to } => {
                self.post_office.acknowledge(&person.device(), up_to);
                None
            }
            Effect::Upload(id) => {
                let send = match person.group_send(&id) {
                    Some(send) => send,
                    None => person.seal_up(&id, &self.post_office, now, &mut self.rng)?,
                };
                self.post_office.take(&send, now)
            }
            Effect::SendEphemeral(out) => {
                let sealed = person.seal_ephemeral(&out, &self.post_office, now, &mut self.rng)?;
                self.post_office.take_ephemeral(&out.device, sealed, now);
                None
            }
            Effect::FetchDevices(account) => {
                let answer = self.post_office.devices(&account).map(Box::new);
                Some(Input::Devices { account, answer })
            }
            Effect::ClaimKeys { account, devices } => {
                Some(Input::Claimed { account, answer: self.post_office.claim(&devices) })
            }
            Effect::PublishKeys(keys) => {
                let published = keys.seal_key.as_ref().map(|key| Input::KeysPublished(key.hash()));
                self.post_office.publish(&person.device(), *keys);
                published
            }
            Effect::PublishList(upload) => {
                let list = upload.list.read_unverified().expect("a list");
                self.post_office.publish_list(upload.list, upload.devices);
                self.tell_other_devices(name, list.version);
                None
            }
            Effect::LookUp(number) => {
                let account = self.post_office.whose(&number);
                Some(Input::LookedUp { number, account })
            }
            Effect::FetchGroupLog { group, from } => {
                let entries = self.post_office.group_log(&person.account(), &group, from);
                Some(Input::Group(GroupInput::Log { group, from, entries }))
            }
            Effect::AppendToGroup { group, append } => {
                let taken = self.post_office.append_to_group(&person.account(), group, &append, now);
                Some(Input::Group(GroupInput::Appended { group, taken }))
            }
            Effect::FetchProfile(_)
            | Effect::WatchAgain
            | Effect::PublishProfile
            | Effect::WakeAt(_)
            | Effect::UploadFiles(_)
            | Effect::WithdrawFiles(_) => None,
        }
    }

    /// As the relay does: an account's other devices hear that there is a newer list.
    fn tell_other_devices(&mut self, name: &str, version: u64) {
        let account = self.account(name);
        let others = self.people.iter().filter(|(other, p)| *other != name && p.account() == account && p.connected);
        for other in others.map(|(other, _)| other.clone()).collect::<Vec<_>>() {
            self.input(&other, Input::ListChanged { account, version });
        }
    }

    /// Seals what an attacker has made for somebody, under the standing of the attacker, and puts it in the mailbox.
    pub fn post_forged(&mut self, from: &str, to: &str, payload: SealedPayload, introduce: bool) {
        let device = self.person(to).device();
        let sealed = self.people[from]
            .seal(&device, payload, introduce, &self.post_office, self.now, &mut self.rng)
            .expect("a device the forger knows");
        self.post_office.put(device, sealed, self.now, false);
        self.settle();
    }

    /// Events a person was told, oldest first.
    pub fn events(&self, name: &str) -> &[Event] {
        &self.person(name).events
    }

    /// The account of a person.
    pub fn account(&self, name: &str) -> AccountId {
        self.person(name).account()
    }
}
