//! Schedules of one group: people come, go, are removed and given roles while others write, programs die, answers are
//! lost and mail comes late. The relay may keep two logs.
//!
//! Played by the town: the pure machines around a post office in memory, one piece of mail at a time.

mod record;

use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use sotto_machine::{
    group::{GroupOp, Role, input::GroupInput},
    step::Input,
};
use sotto_wire::GroupId;

use super::{street, verdict::Verdict};
use crate::town::Town;
use record::Record;

const NAMES: [[&str; street::MOST_DEVICES]; street::MOST] = [
    ["alice", "alice's laptop", "alice's phone"],
    ["bob", "bob's laptop", "bob's phone"],
    ["carol", "carol's laptop", "carol's phone"],
    ["dave", "dave's laptop", "dave's phone"],
    ["erin", "erin's laptop", "erin's phone"],
];

/// One thing that happens to a group. Devices are named by their index, and people by one of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupAction {
    /// Somebody writes.
    Say {
        who: usize,
    },
    /// Somebody adds somebody.
    Add {
        who: usize,
        whom: usize,
    },
    /// Somebody removes somebody.
    Remove {
        who: usize,
        whom: usize,
    },
    /// Somebody leaves.
    Leave {
        who: usize,
    },
    /// Somebody gives somebody a role.
    Promote {
        who: usize,
        whom: usize,
        role: Role,
    },
    /// Somebody gets one piece of mail.
    Mail {
        who: usize,
    },
    /// Everybody gets everything.
    Settle,
    /// Somebody is away, or back.
    Away {
        who: usize,
    },
    Back {
        who: usize,
    },
    /// Somebody's program dies and starts again.
    Kill {
        who: usize,
    },
    /// The relay loses what is sent, or what it answers, until the next such action.
    Loses,
    Mutes,
    Mends,
    /// From now on the relay shows somebody a log of their own.
    Splits {
        who: usize,
    },
}

/// The schedule of a seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupScript {
    /// Randomness of everything that is not in the script.
    pub seed: u64,
    /// How many devices each person has. The first person founds the group with the second and third.
    pub devices: Vec<usize>,
    /// What happens, in order.
    pub actions: Vec<GroupAction>,
}

impl GroupScript {
    /// The script of a seed.
    pub fn draw(seed: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed ^ 0x6704);
        let people = rng.random_range(3..=street::MOST);
        let split = rng.random_range(0..4) == 0;
        let most = if rng.random_range(0..3) == 0 { street::MOST_DEVICES } else { 1 };
        let devices: Vec<usize> = (0..people).map(|_| rng.random_range(1..=most)).collect();
        let count: usize = devices.iter().sum();
        let mut actions: Vec<_> = (0..rng.random_range(10..40)).map(|_| GroupAction::draw(&mut rng, count)).collect();
        if split {
            let at = rng.random_range(0..actions.len());
            actions.insert(at, GroupAction::Splits { who: rng.random_range(0..count) });
        }
        Self { seed, devices, actions }
    }
}

impl GroupAction {
    fn draw(rng: &mut impl Rng, devices: usize) -> Self {
        let who = rng.random_range(0..devices);
        let whom = (who + rng.random_range(1..devices)) % devices;
        match rng.random_range(0..100) {
            0..30 => Self::Say { who },
            30..37 => Self::Add { who, whom },
            37..44 => Self::Remove { who, whom },
            44..47 => Self::Leave { who },
            47..54 => {
                let roles = [Role::Member, Role::Admin, Role::Admin, Role::Owner];
                Self::Promote { who, whom, role: roles[rng.random_range(0..roles.len())] }
            }
            54..70 => Self::Mail { who },
            70..76 => Self::Settle,
            76..82 => Self::Away { who },
            82..88 => Self::Back { who },
            88..93 => Self::Kill { who },
            93..95 => Self::Loses,
            95..97 => Self::Mutes,
            _ => Self::Mends,
        }
    }
}

/// Plays a schedule to its end and judges it.
pub fn play(script: &GroupScript) -> Verdict {
    let names: Vec<&str> =
        NAMES.iter().zip(&script.devices).flat_map(|(names, count)| &names[..*count]).copied().collect();
    let mut town = street::town(script.seed, &names, &script.devices);
    let group = town.found_and_settle("alice", "Sea trip", &["bob", "carol"]);
    let mut world = GroupWorld { town, group, names, record: Record::default(), texts: 0 };
    world.accept();
    world.look();
    for action in &script.actions {
        world.act(*action);
        world.look();
    }
    world.come_to_rest();
    world.record.judge(&world.town, &group, &world.names)
}

struct GroupWorld {
    town: Town,
    group: GroupId,
    /// Of the devices, those of one person after those of the other.
    names: Vec<&'static str>,
    record: Record,
    texts: u64,
}

impl GroupWorld {
    fn look(&mut self) {
        self.record.look(&self.town, &self.group, &self.names);
    }

    fn act(&mut self, action: GroupAction) {
        let group = self.group;
        match action {
            GroupAction::Say { who } => self.say(self.names[who]),
            GroupAction::Add { who, whom } => {
                let Some(chat) = self.chat(self.names[who]) else { return };
                if self.town.person(self.names[who]).connected {
                    self.town.start_chat(self.names[who], self.names[whom]);
                }
                let members = vec![self.town.account(self.names[whom])];
                self.attempt(self.names[who], Input::Group(GroupInput::Add { chat, members }));
            }
            GroupAction::Remove { who, whom } => {
                let account = self.town.account(self.names[whom]);
                self.change(self.names[who], GroupOp::Remove { account });
            }
            GroupAction::Leave { who } => self.change(self.names[who], GroupOp::Leave),
            GroupAction::Promote { who, whom, role } => {
                let account = self.town.account(self.names[whom]);
                self.change(self.names[who], GroupOp::Role { account, role });
            }
            GroupAction::Mail { who } => {
                if self.town.person(self.names[who]).connected {
                    self.town.deliver_one(self.names[who]);
                }
            }
            GroupAction::Settle => {
                self.town.settle();
                self.accept();
            }
            GroupAction::Away { who } => self.town.disconnect(self.names[who]),
            GroupAction::Back { who } if !self.town.person(self.names[who]).connected => {
                self.town.connect(self.names[who]);
            }
            GroupAction::Back { .. } => {}
            GroupAction::Kill { who } => self.town.restart(self.names[who]),
            GroupAction::Loses => self.town.post_office.losing = true,
            GroupAction::Mutes => self.town.post_office.mute = true,
            GroupAction::Mends => self.mend(),
            GroupAction::Splits { who } => {
                let account = self.town.account(self.names[who]);
                let log = self.town.post_office.logs.get(&group).cloned();
                self.town.post_office.shown.entry(account).or_default().extend(log.map(|log| (group, log)));
                self.record.split = true;
            }
        }
    }

    fn say(&mut self, name: &str) {
        let Some(chat) = self.chat(name) else { return };
        self.texts += 1;
        let text = format!("text {} of {name}", self.texts);
        if let Some(id) = self.town.try_write_in(name, chat, &text) {
            self.record.said(name, &text, id);
        }
    }

    fn change(&mut self, name: &str, op: GroupOp) {
        if let Some(chat) = self.chat(name) {
            self.attempt(name, Input::Group(GroupInput::Change { chat, op }));
        }
    }

    /// What the person's own device does not allow does not happen.
    fn attempt(&mut self, name: &str, input: Input) {
        self.town.try_input(name, input);
    }

    fn chat(&self, name: &str) -> Option<sotto_machine::rows::ChatId> {
        self.town.person(name).group(&self.group).map(|row| row.chat)
    }

    /// Whoever was added says that they want it.
    fn accept(&mut self) {
        for name in self.names.clone() {
            if self.town.person(name).group(&self.group).is_some_and(|row| !row.accepted) {
                self.town.accept_group(name, &self.group);
            }
        }
        self.town.settle();
    }

    fn mend(&mut self) {
        self.town.post_office.losing = false;
        self.town.post_office.mute = false;
        // What was lost is noticed with the connection.
        for name in self.names.clone() {
            if self.town.person(name).connected {
                self.town.disconnect(name);
                self.town.connect(name);
            }
        }
    }

    /// Nothing fails any more; everybody is there, and says something at last.
    fn come_to_rest(&mut self) {
        self.mend();
        for round in 0..3 {
            for name in self.names.clone() {
                self.town.restart(name);
            }
            self.town.settle();
            self.accept();
            self.town.pass(120_000);
            if round == 1 {
                for name in self.names.clone() {
                    self.say(name);
                    self.town.settle();
                    self.look();
                }
            }
        }
    }
}
