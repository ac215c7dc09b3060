//! What the script makes happen.

use rand::RngExt as _;
use sotto_machine::{post::Post, step::Input};
use sotto_wire::MessageId;

use super::{Event, SILENCE, World};
use crate::{
    simulation::{
        client::Said,
        script::{Action, Death},
    },
    town::Person,
};

impl World {
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Say { from, to } => self.say(from, to),
            Action::Burst { from, to, count } => (0..count).for_each(|_| self.say(from, to)),
            Action::Read { who, from } => self.read(who, from),
            Action::Cut { who } => self.cut(who),
            Action::Offline { who, time } => {
                self.clients[who].link.offline_until = self.now + time;
                self.cut(who);
            }
            Action::Slow { who, time } => self.clients[who].link.slow(self.now + time),
            Action::Dead { who, time } => {
                self.clients[who].link.dead(self.now + time);
                if let Some(connection) = self.clients[who].link.connection {
                    self.queue(self.now + time.max(SILENCE), Event::Closed { who, connection });
                }
            }
            Action::Kill { who, death: Death::Idle } => self.die(who),
            Action::Kill { who, death } => self.clients[who].doomed = Some(death),
            Action::NoRoom { who, time } => self.clients[who].disk_full_until = self.now + time,
            Action::SetBack { who, commits } => self.set_back(who, commits),
            Action::KillRelay => self.kill_relay(),
            Action::DiskFull { time } => self.relay.disk_full_until = self.now + time,
            Action::DirectoryDown { time } => self.directory_down_until = self.now + time,
        }
    }

    pub(super) fn say(&mut self, from: usize, to: usize) {
        let (account, number) = (self.clients[to].person.account(), self.clients[to].person.number());
        if self.clients[from].person.chat_with(&account).is_none() {
            let input = if account == self.clients[from].person.account() {
                Input::StartNotes
            } else {
                Input::StartChat { number, account }
            };
            self.input(from, input);
        }
        let Some(chat) = self.clients[from].person.chat_with(&account) else { return };
        let id = MessageId(self.rng.random());
        self.texts += 1;
        let text = format!("text {}", self.texts);
        self.input(from, Input::SendPost { chat, id, post: Box::new(Post::text(text.clone())) });
        self.clients[from].said(Said { to: account, text, id });
    }

    /// A program dies, and what comes back is an older copy of its disk.
    fn set_back(&mut self, who: usize, commits: usize) {
        self.die(who);
        let before = Person::wake(self.clients[who].person.rows.clone());
        self.clients[who].set_back(commits);
        self.observer.set_back(who, &before, &self.clients[who].person);
        self.connect_later(who);
    }

    fn read(&mut self, who: usize, from: usize) {
        let account = self.clients[from].person.account();
        if let Some(chat) = self.clients[who].person.chat_with(&account) {
            let order = self.clients[who].person.rows.newest();
            self.input(who, Input::MarkRead { chat, order, tell: true });
        }
    }
}
