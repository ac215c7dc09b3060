//! One person's program: the machine, its rows, and the driver's part around them.

use std::collections::BTreeSet;

use rand_chacha::ChaCha12Rng;
use sotto_machine::{
    rows::Rows as _,
    step::{Effect, Input},
};
use sotto_wire::{SendId, Timestamp};

use super::{network::Link, script::Death};
use crate::town::Person;

/// A program and its network.
pub(super) struct Client {
    pub(super) person: Person,
    pub(super) link: Link,
    /// How far its clock is off.
    pub(super) skew: i64,
    /// Counts its lives: what an earlier one has asked for does not reach the next.
    pub(super) life: u64,
    /// Dies in its next step.
    pub(super) doomed: Option<Death>,
    /// Messages of the mailbox still to come before the outbox may leave.
    pub(super) undrained: Option<u64>,
    /// On their way on this connection.
    pub(super) uploading: BTreeSet<SendId>,
}

/// What came of a step.
pub(super) enum Stepped {
    /// Carry these out.
    Effects(Vec<Effect>),
    /// The program died.
    Died,
}

impl Client {
    pub(super) fn new(person: Person, skew: i64) -> Self {
        Self { person, link: Link::default(), skew, life: 0, doomed: None, undrained: None, uploading: BTreeSet::new() }
    }

    /// What its clock says.
    pub(super) fn clock(&self, now: u64) -> Timestamp {
        (crate::town::START + now).saturating_add_signed(self.skew)
    }

    /// One step of its machine; it dies there if it was doomed to.
    pub(super) fn step(&mut self, input: Input, now: u64, rng: &mut ChaCha12Rng) -> Stepped {
        let clock = self.clock(now);
        match self.doomed.take() {
            Some(Death::BeforeCommit) => {
                self.person.step_and_crash(input, clock, rng);
                Stepped::Died
            }
            Some(Death::AfterCommit) => {
                let _ = self.person.step(input, clock, rng);
                Stepped::Died
            }
            Some(Death::Idle) | None => Stepped::Effects(self.person.step(input, clock, rng)),
        }
    }

    /// The next life begins, from the rows.
    pub(super) fn revive(&mut self) {
        self.life += 1;
        self.person.restart();
        self.disconnected();
    }

    pub(super) fn disconnected(&mut self) {
        self.link.connection = None;
        self.undrained = None;
        self.uploading.clear();
        self.person.disconnect();
    }

    /// Connected, and the mailbox is through.
    pub(super) fn may_upload(&self) -> bool {
        self.link.connection.is_some() && self.undrained == Some(0)
    }

    /// Everything of the outbox that is encrypted.
    pub(super) fn ready(&self) -> Vec<SendId> {
        let outbox = self.person.rows.outbox_all().expect("rows");
        outbox.iter().filter(|row| !row.copies.is_empty()).map(|row| row.id).collect()
    }
}
