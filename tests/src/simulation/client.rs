//! One person's program: the machine, the transaction that is open, and the disk below it.

use std::collections::BTreeSet;

use rand_chacha::ChaCha12Rng;
use sotto_machine::{
    changes::Change,
    rows::Rows as _,
    step::{Effect, Input},
};
use sotto_wire::{AccountId, MessageId, SendId, Timestamp};

use super::{Fault, journal::Journal, network::Link, parcel::Standing, script::Death};
use crate::{
    memory_rows::MemoryRows,
    town::{Person, START},
};

/// A program, its disk and its network.
pub(super) struct Client {
    /// Its rows hold what the open transaction has changed.
    pub(super) person: Person,
    pub(super) link: Link,
    /// How far its clock is off.
    pub(super) skew: i64,
    /// Counts its lives: what an earlier one has asked for does not reach the next.
    pub(super) life: u64,
    /// Dies at its next commit.
    pub(super) doomed: Option<Death>,
    /// Its disk takes nothing until then.
    pub(super) disk_full_until: u64,
    /// When its machine wants to be woken.
    pub(super) wake_at: Option<u64>,
    /// Messages of the mailbox still to come before the outbox may leave.
    pub(super) undrained: Option<u64>,
    /// On their way on this connection.
    pub(super) uploading: BTreeSet<SendId>,
    pub(super) standing: Standing,
    /// What survives: everything up to the last commit.
    disk: MemoryRows,
    journal: Option<Journal>,
    open: Option<Transaction>,
}

/// What waits for the commit.
#[derive(Default)]
struct Transaction {
    changes: Vec<Change>,
    effects: Vec<Effect>,
    said: Vec<Said>,
}

/// A text that somebody has written.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) to: AccountId,
    pub(super) text: String,
    pub(super) id: MessageId,
}

/// How a transaction ended.
pub(super) enum Ended {
    /// On the disk. What may only follow now, what has changed, and what was said in it.
    Committed { effects: Vec<Effect>, changes: Vec<Change>, said: Vec<Said> },
    /// The disk did not take it: nothing of it counts.
    RolledBack,
    /// The program died, before or after.
    Died { changes: Vec<Change>, said: Vec<Said> },
}

impl Client {
    /// `journaled` keeps what is needed to set the disk back.
    pub(super) fn new(disk: MemoryRows, skew: i64, journaled: bool) -> Self {
        Self {
            person: Person::wake(disk.clone()),
            link: Link::default(),
            skew,
            life: 0,
            doomed: None,
            disk_full_until: 0,
            wake_at: None,
            undrained: None,
            uploading: BTreeSet::new(),
            standing: Standing::default(),
            journal: journaled.then(|| Journal::new(disk.clone())),
            disk,
            open: None,
        }
    }

    /// What its clock says.
    pub(super) fn clock(&self, now: u64) -> Timestamp {
        (START + now).saturating_add_signed(self.skew)
    }

    /// One step within the transaction.
    pub(super) fn step(&mut self, input: Input, now: u64, rng: &mut ChaCha12Rng, fault: Option<Fault>) -> Stepped {
        let clock = self.clock(now);
        let output = self.person.step_within(input, clock, rng).expect("a step that can be taken");
        let opened = self.open.is_none();
        let open = self.open.get_or_insert_default();
        open.changes.extend(output.changes);
        if fault == Some(Fault::SpeaksBeforeCommit) {
            return Stepped { opened, too_early: output.effects };
        }
        open.effects.extend(output.effects);
        Stepped { opened, too_early: Vec::new() }
    }

    /// Somebody has written something in the open transaction.
    pub(super) fn said(&mut self, said: Said) {
        self.open.get_or_insert_default().said.push(said);
    }

    /// Ends the transaction.
    pub(super) fn commit(&mut self, now: u64) -> Ended {
        let open = self.open.take().unwrap_or_default();
        let died = self.doomed.take();
        if died == Some(Death::BeforeCommit) {
            return Ended::Died { changes: Vec::new(), said: Vec::new() };
        }
        if now < self.disk_full_until {
            self.person.rows = self.disk.clone();
            self.person.restart();
            return Ended::RolledBack;
        }
        for change in &open.changes {
            self.disk.apply(change);
        }
        if let Some(journal) = &mut self.journal {
            journal.keep(&open.changes);
        }
        match died {
            Some(_) => Ended::Died { changes: open.changes, said: open.said },
            None => Ended::Committed { effects: in_order(open.effects), changes: open.changes, said: open.said },
        }
    }

    /// The next life begins, from the disk. What was not committed is gone.
    pub(super) fn revive(&mut self) {
        self.life += 1;
        self.open = None;
        self.wake_at = None;
        self.person = Person::wake(self.disk.clone());
        self.standing = Standing::default();
        self.disconnected();
    }

    /// The disk is as it was `commits` ago, as far as everybody known now was known then.
    pub(super) fn set_back(&mut self, commits: usize) {
        if let Some(journal) = &mut self.journal {
            self.disk = journal.set_back(commits);
        }
        self.revive();
    }

    /// What was meant for a connection that is over is not said on the next.
    pub(super) fn disconnected(&mut self) {
        self.link.connection = None;
        self.undrained = None;
        self.uploading.clear();
        self.person.disconnect();
        if let Some(open) = &mut self.open {
            open.effects.retain(|effect| !is_for_connection(effect));
        }
    }

    /// Connected, and the mailbox is through.
    pub(super) fn may_upload(&self) -> bool {
        self.link.connection.is_some() && self.undrained == Some(0)
    }

    /// Everything of the outbox that is encrypted.
    pub(super) fn ready(&self) -> Vec<SendId> {
        let outbox = self.disk.outbox_all().expect("rows");
        outbox.iter().filter(|row| !row.copies.is_empty()).map(|row| row.id).collect()
    }
}

/// What came of a step.
pub(super) struct Stepped {
    /// It has opened a transaction, which is to be committed soon.
    pub(super) opened: bool,
    /// What a faulty program does before the commit.
    pub(super) too_early: Vec<Effect>,
}

fn is_for_connection(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Acknowledge { .. } | Effect::Upload(_) | Effect::FetchDevices(_) | Effect::ClaimKeys { .. }
    )
}

/// As the driver has it: one acknowledgement first, each upload once.
fn in_order(effects: Vec<Effect>) -> Vec<Effect> {
    let mut acknowledged = None;
    let mut rest = Vec::with_capacity(effects.len());
    for effect in effects {
        match effect {
            Effect::Acknowledge { up_to } => acknowledged = acknowledged.max(Some(up_to)),
            upload @ Effect::Upload(_) if rest.contains(&upload) => {}
            other => rest.push(other),
        }
    }
    acknowledged.map(|up_to| Effect::Acknowledge { up_to }).into_iter().chain(rest).collect()
}
