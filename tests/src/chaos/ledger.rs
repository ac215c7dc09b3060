//! Which messages an engine has answered for, and whether they are where they belong.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// From whom, to whom.
pub(super) type Way = (usize, usize);

/// Everything that was written.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    round: AtomicU64,
    ways: Mutex<BTreeMap<Way, Written>>,
}

/// What was written on one way, by number.
#[derive(Debug, Default, Clone)]
struct Written {
    last: u64,
    /// The first number of each round.
    rounds: Vec<(u64, u64)>,
    accepted: Vec<u64>,
    disk_full: u64,
}

/// How the messages of one way arrived.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) accepted: u64,
    pub(super) lost: Vec<u64>,
    pub(super) doubled: Vec<u64>,
    /// Each a message and the earlier one that came right after it.
    pub(super) reordered: Vec<(u64, u64)>,
}

impl Ledger {
    /// What is written from now on belongs to this round.
    pub(super) fn begin_round(&self, round: u64) {
        self.round.store(round, Ordering::Relaxed);
    }

    /// In which round a message was written.
    pub(super) fn round_of(&self, way: Way, number: u64) -> u64 {
        self.on(way, |written| {
            let begun = written.rounds.iter().rev().find(|(first, _)| *first <= number);
            begun.map_or(0, |(_, round)| *round)
        })
    }

    /// The number of the next message, which is also its text.
    pub(super) fn next(&self, way: Way) -> u64 {
        let round = self.round.load(Ordering::Relaxed);
        self.on(way, |written| {
            written.last += 1;
            if written.rounds.last().is_none_or(|(_, last)| *last != round) {
                written.rounds.push((written.last, round));
            }
            written.last
        })
    }

    /// The engine has answered for a message.
    pub(super) fn accept(&self, way: Way, number: u64) {
        self.on(way, |written| written.accepted.push(number));
    }

    /// The engine had no room for a message and said so.
    pub(super) fn note_full_disk(&self, way: Way) {
        self.on(way, |written| written.disk_full += 1);
    }

    pub(super) fn full_disks(&self) -> u64 {
        self.ways.lock().unwrap_or_else(PoisonError::into_inner).values().map(|w| w.disk_full).sum()
    }

    /// Whether the newest accepted ones are among the newest that have come.
    pub(super) fn has_arrived(&self, way: Way, came: &[u64]) -> bool {
        self.on(way, |written| {
            let newest = written.accepted.iter().rev().take(came.len().max(1));
            newest.take(came.len() / 2 + 1).all(|number| came.contains(number))
        })
    }

    /// Compares with everything that has come on a way, in the order in which it is shown.
    pub(super) fn judge(&self, way: Way, came: &[u64]) -> Arrived {
        let written = self.on(way, |written| written.clone());
        let mut times: BTreeMap<u64, u64> = BTreeMap::new();
        for number in came {
            *times.entry(*number).or_default() += 1;
        }
        Arrived {
            accepted: written.accepted.len() as u64,
            lost: written.accepted.into_iter().filter(|number| !times.contains_key(number)).collect(),
            doubled: times.into_iter().filter(|(_, times)| *times > 1).map(|(number, _)| number).collect(),
            reordered: came.iter().copied().zip(came.iter().skip(1).copied()).filter(|(a, b)| b < a).collect(),
        }
    }

    fn on<T>(&self, way: Way, act: impl FnOnce(&mut Written) -> T) -> T {
        act(self.ways.lock().unwrap_or_else(PoisonError::into_inner).entry(way).or_default())
    }
}

/// What the message with this number says.
pub(super) fn text(number: u64) -> String {
    format!("message {number}")
}

/// The number of a message.
pub(super) fn number(text: &str) -> Option<u64> {
    text.strip_prefix("message ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_accepted_message_counts_once() {
        let ledger = Ledger::default();
        for _ in 0..5 {
            ledger.next((0, 1));
        }
        // The third was never answered for: it may come or not.
        for number in [1, 2, 4, 5] {
            ledger.accept((0, 1), number);
        }
        let right = Arrived { accepted: 4, ..Arrived::default() };
        assert_eq!(ledger.judge((0, 1), &[1, 2, 3, 4, 5]), right);
        assert_eq!(ledger.judge((0, 1), &[1, 2, 4, 5]), right);
        let wrong = Arrived { accepted: 4, lost: vec![5], doubled: vec![2], reordered: vec![(4, 2)] };
        assert_eq!(ledger.judge((0, 1), &[1, 2, 4, 2]), wrong);
    }
}
