//! Everybody, the relay between them, and what happens to them.

mod reading;
mod talk;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    Fault, Plan,
    bot::{Bot, Home},
    disk::Disk,
    ledger::{self, Ledger},
};
use crate::{
    load::{ANY_PORT, without_limits},
    program::RelayProgram,
    rough_network::RoughNetwork,
};
use talk::Talk;

/// Whatever has not arrived by then is lost.
const LONGEST_RECOVERY: Duration = Duration::from_secs(90);
/// The longest page that an engine gives.
const PAGE: u32 = 500;

/// Somebody: an engine that may die and come back, a disk and a network of their own.
struct Person {
    number: String,
    home: Home,
    disk: Disk,
    log: PathBuf,
    network: RoughNetwork,
    bot: Mutex<Arc<Bot>>,
}

impl Person {
    fn bot(&self) -> Arc<Bot> {
        self.bot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn restart(&self) -> anyhow::Result<()> {
        let bot = Bot::start(&self.home, &self.log)?;
        *self.bot.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(bot);
        Ok(())
    }
}

pub(super) struct Crowd {
    // Programs end before their disks go.
    relay: RelayProgram,
    people: Vec<Arc<Person>>,
    relay_disk: Disk,
    kills: u64,
}

impl Crowd {
    /// Starts the relay and everybody's engine; all sign up and meet each other.
    pub(super) async fn gather(dir: &Path, plan: Plan) -> anyhow::Result<Self> {
        let relay_disk = Disk::new(&dir.join("relay-disk"))?;
        let relay = RelayProgram::start(relay_disk.dir(), ANY_PORT, without_limits()).await?;
        let mut people = Vec::with_capacity(plan.people);
        for index in 0..plan.people {
            let number = format!("+3519123456{index:02}");
            let disk = Disk::new(&dir.join(format!("disk-{index}")))?;
            let (home, log) = (Home::on(disk.dir()), dir.join(format!("engine-{index}.log")));
            let network = RoughNetwork::new(relay.address(), plan.seed ^ index as u64).await?;
            let bot = Mutex::new(Arc::new(Bot::start(&home, &log)?));
            people.push(Arc::new(Person { number, home, disk, log, network, bot }));
        }
        let crowd = Self { relay, people, relay_disk, kills: 0 };
        for person in &crowd.people {
            crowd.sign_up(person).await?;
        }
        for (person, other) in crowd.ways().map(|(from, to)| (&crowd.people[from], &crowd.people[to])) {
            person.bot().must("send", json!({ "to": other.number, "text": "hello" })).await?;
        }
        Ok(crowd)
    }

    async fn sign_up(&self, person: &Person) -> anyhow::Result<()> {
        let bot = person.bot();
        bot.must("relay_use", json!({ "address": person.network.url() })).await?;
        bot.must("register", json!({ "number": person.number })).await?;
        let codes = self.relay.codes()?;
        let code = codes.into_iter().rev().find(|(number, _)| number.as_str() == person.number);
        let (_, code) = code.context("no code was sent")?;
        bot.must("verify", json!({ "code": code })).await?;
        bot.must("profile", json!({ "name": person.number, "about": "" })).await?;
        Ok(())
    }

    /// Everybody with everybody else.
    fn ways(&self) -> impl Iterator<Item = ledger::Way> + use<> {
        let people = self.people.len();
        (0..people).flat_map(move |from| (0..people).filter(move |to| *to != from).map(move |to| (from, to)))
    }

    /// Everybody writes until the talk is ended.
    pub(super) fn talk(&self, ledger: &Arc<Ledger>, seed: u64) -> Talk {
        Talk::begin(&self.people, ledger, seed)
    }

    /// Something fails.
    pub(super) fn strike(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::RelayKilled => self.kill_relay(),
            Fault::EngineKilled(who) => self.kill_engine(who),
            Fault::BothKilled(who) => self.kill_relay().and_then(|()| self.kill_engine(who)),
            Fault::Cut => {
                self.people.iter().for_each(|person| person.network.cut());
                Ok(())
            }
            Fault::Unreachable => {
                self.people.iter().for_each(|person| person.network.offline());
                Ok(())
            }
            Fault::RelayDiskFull(who) => {
                self.kill_engine(who)?;
                self.relay_disk.fill()
            }
            Fault::EngineDiskFull(who) => self.people[who].disk.fill(),
        }
    }

    /// A full disk may still have room in files that are there already. After this it has none.
    pub(super) fn tighten(&self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::RelayDiskFull(_) => self.relay_disk.tighten(self.relay.id()),
            Fault::EngineDiskFull(who) => self.people[who].disk.tighten(self.people[who].bot().id()),
            _ => Ok(()),
        }
    }

    /// And is put right again.
    pub(super) async fn mend(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::RelayKilled => self.restart_relay().await,
            Fault::EngineKilled(who) => self.people[who].restart(),
            Fault::BothKilled(who) => {
                self.people[who].restart()?;
                self.restart_relay().await
            }
            Fault::Cut => Ok(()),
            Fault::Unreachable => {
                self.people.iter().for_each(|person| person.network.online());
                Ok(())
            }
            Fault::RelayDiskFull(who) => {
                self.relay_disk.clear(self.relay.id())?;
                self.people[who].restart()
            }
            Fault::EngineDiskFull(who) => self.people[who].disk.clear(self.people[who].bot().id()),
        }
    }

    fn kill_relay(&mut self) -> anyhow::Result<()> {
        self.kills += 1;
        Ok(self.relay.kill()?)
    }

    fn kill_engine(&mut self, who: usize) -> anyhow::Result<()> {
        self.kills += 1;
        self.people[who].bot().kill()
    }

    async fn restart_relay(&mut self) -> anyhow::Result<()> {
        let listen = self.relay.address();
        self.relay = RelayProgram::start(self.relay_disk.dir(), listen, without_limits()).await?;
        Ok(())
    }

    /// Waits until everything accepted so far is where it belongs. What is not by then will be missed in the end.
    pub(super) async fn wait_until_quiet(&self, ledger: &Ledger) {
        let began = Instant::now();
        for (from, to) in self.ways() {
            while began.elapsed() < LONGEST_RECOVERY {
                let (reader, writer) = (&self.people[to], &self.people[from]);
                let newest = reader.bot().call("messages", json!({ "with": writer.number, "limit": PAGE })).await;
                if newest.is_ok_and(|page| ledger.has_arrived((from, to), &numbers(&page))) {
                    break;
                }
                sleep(Duration::from_millis(10)).await;
            }
        }
    }

    pub(super) fn kills(&self) -> u64 {
        self.kills
    }

    /// Groups of writes for which the relay had no room.
    pub(super) fn refused_by_relay(&self) -> u64 {
        // Beside the disk, not on it.
        let log = std::fs::read_to_string(self.relay_disk.dir().with_extension("log")).unwrap_or_default();
        log.matches("nothing of this group was written").count() as u64
    }
}

/// The numbers of what others wrote, as the page shows them.
fn numbers(page: &Value) -> Vec<u64> {
    let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let theirs = items.iter().filter(|item| item["mine"] == false);
    theirs.filter_map(|item| ledger::number(item["body"]["text"].as_str()?)).collect()
}
