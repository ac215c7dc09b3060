//! The real relay and real engines under load, while something of them is killed, cut off or left without a disk.
//!
//! Every engine is a process of its own (`sotto-cli daemon`), so that `kill -9` is what it says. In each round
//! people write to each other, something fails at a moment out of the seed, is put right again, and everything that
//! an engine had answered for must arrive. In the end the profiles are opened once more, and each message counted.

mod bot;
mod crowd;
mod disk;
mod fault;
mod ledger;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rand::RngExt as _;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use tokio::time::sleep;

use crate::load::Latencies;
use crowd::Crowd;
pub use fault::Fault;
use fault::Faults;
use ledger::Ledger;

/// How much chaos.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Failures, one after the other.
    pub rounds: u64,
    /// People who all write to each other.
    pub people: usize,
    /// Draws the failures and their moments.
    pub seed: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Processes ended by `kill -9`.
    pub kills: u64,
    /// Groups of writes that did not fit on the relay's disk.
    pub refused_by_relay: u64,
    /// Messages that did not fit on an engine's disk.
    pub refused_by_engines: u64,
    /// Messages that an engine answered for.
    pub accepted: u64,
    /// Accepted and never shown to their recipient.
    pub lost: u64,
    /// Shown more than once.
    pub doubled: u64,
    /// Shown after one that was written later.
    pub reordered: u64,
    /// A sentence for each message that is lost, doubled or out of order.
    pub details: Vec<String>,
    /// Accepted and without a tick, although their recipient has them.
    pub unticked: u64,
    /// From the moment that all was put right until everything had arrived.
    pub recoveries: Latencies,
}

impl Verdict {
    /// Nothing is lost, doubled or out of order.
    pub fn holds(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.reordered == 0
    }
}

/// Plays so many rounds in a directory, and tells of each.
///
/// # Errors
/// If a program is not built, does not start, or does not let people sign up.
pub async fn play(plan: Plan, dir: &Path, mut tell: impl FnMut(u64, Fault, Duration)) -> anyhow::Result<Verdict> {
    let mut rng = ChaCha12Rng::seed_from_u64(plan.seed);
    let ledger = Arc::new(Ledger::default());
    let mut crowd = Crowd::gather(dir, plan).await?;
    let (mut verdict, mut faults) = (Verdict::default(), Faults::default());
    for round in 1..=plan.rounds {
        ledger.begin_round(round);
        let fault = faults.draw(&mut rng, plan.people);
        let talking = crowd.talk(&ledger, plan.seed ^ round);
        sleep(Duration::from_millis(rng.random_range(100..900))).await;
        crowd.strike(fault)?;
        let outage = Duration::from_millis(rng.random_range(fault.outage_ms()));
        sleep(outage / 2).await;
        crowd.tighten(fault)?;
        sleep(outage / 2).await;
        crowd.mend(fault).await?;
        let mended = Instant::now();
        talking.end().await;
        crowd.wait_until_quiet(&ledger).await;
        verdict.recoveries.add(mended.elapsed());
        tell(round, fault, mended.elapsed());
    }
    verdict.kills = crowd.kills();
    (verdict.refused_by_relay, verdict.refused_by_engines) = (crowd.refused_by_relay(), ledger.full_disks());
    crowd.read(&ledger, &mut verdict).await?;
    Ok(verdict)
}
