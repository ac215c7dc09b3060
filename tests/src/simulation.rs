//! Thousands of schedules of what can go wrong: the pure machine and the relay's pure core on a clock of their own.
//!
//! A seed makes a [`Script`]: who writes to whom, and which processes, disks and connections fail when. A
//! [`World`] plays it; a [`Verdict`] says what was lost, doubled, reordered or stuck. The same script plays the
//! same way every time (`vodozemac` draws its own key bytes, on which nothing depends), so a failing one can be
//! shrunk by leaving out what it does not need. Each seed also plays a [`GroupScript`]. That failures are found at all
//! is shown by planting a [`Fault`].

mod client;
mod disk;
mod groups;
mod journal;
mod network;
mod observer;
mod parcel;
mod script;
mod shrink;
mod street;
mod verdict;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

pub use groups::{GroupAction, GroupScript, play as play_group};
pub use script::{Action, Script};
pub use shrink::shrink;
pub use verdict::Verdict;
pub use world::World;

/// A mistake made on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A device acknowledges, and sends, before its transaction is on the disk.
    SpeaksBeforeCommit,
    /// The relay answers for a message before its row is on the disk.
    AnswersBeforeCommit,
}

/// Plays this many seeds from the first one on, on all cores. The sum, and which of them failed.
pub fn play_seeds(first: u64, seeds: u64) -> (Verdict, Vec<u64>) {
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (mut sum, mut failed) = (Verdict::default(), Vec::new());
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| play_next(&next, first + seeds))).collect();
        for worker in workers {
            let (part, seeds) = worker.join().expect("a worker");
            sum.add(&part);
            failed.extend(seeds);
        }
    });
    failed.sort_unstable();
    (sum, failed)
}

fn play_next(next: &AtomicU64, end: u64) -> (Verdict, Vec<u64>) {
    let (mut sum, mut failed) = (Verdict::default(), Vec::new());
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return (sum, failed);
        }
        let mut verdict = World::play(&Script::draw(seed), None);
        verdict.add(&play_group(&GroupScript::draw(seed)));
        if !verdict.holds() {
            failed.push(seed);
        }
        sum.add(&verdict);
    }
}
