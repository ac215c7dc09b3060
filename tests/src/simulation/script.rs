//! What happens in one schedule, drawn from a seed.

use rand::{Rng, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use super::street::{MOST, MOST_DEVICES};

/// When a program dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// While nothing happens; an open transaction is lost.
    Idle,
    /// At its next commit, before it.
    BeforeCommit,
    /// At its next commit, after it and before anything leaves.
    AfterCommit,
}

/// One thing that happens. Devices are named by their index (those of one person after those of the other), and people by
/// one of their devices; times are in ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Somebody sends a text.
    Say { from: usize, to: usize },
    /// Somebody sends many texts, one right after the other.
    Burst { from: usize, to: usize, count: usize },
    /// Somebody reads everything from somebody.
    Read { who: usize, from: usize },
    /// A connection is cut; what is on its way is lost.
    Cut { who: usize },
    /// Somebody has no network for a while.
    Offline { who: usize, time: u64 },
    /// Somebody's network gets slow for a while.
    Slow { who: usize, time: u64 },
    /// Somebody's network swallows everything for a while, and nobody notices.
    Dead { who: usize, time: u64 },
    /// Somebody's program dies and starts again.
    Kill { who: usize, death: Death },
    /// Somebody's disk is full for a while.
    NoRoom { who: usize, time: u64 },
    /// Somebody's disk is replaced by an older copy of itself, ratchets and all.
    SetBack { who: usize, commits: usize },
    /// The relay dies and starts again.
    KillRelay,
    /// The relay's disk is full for a while.
    DiskFull { time: u64 },
    /// The directory does not answer for a while.
    DirectoryDown { time: u64 },
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Randomness of everything that is not in the script: latencies, jitter, ids.
    pub seed: u64,
    /// How many devices each person has.
    pub devices: Vec<usize>,
    /// How far each clock is off, in ms.
    pub skews: Vec<i64>,
    /// What happens, by time.
    pub actions: Vec<(u64, Action)>,
}

impl Script {
    /// Somebody's disk is set back in it.
    pub(super) fn sets_back(&self, somebody: usize) -> bool {
        self.actions.iter().any(|(_, action)| matches!(action, Action::SetBack { who, .. } if *who == somebody))
    }

    /// The script of a seed.
    pub fn draw(seed: u64) -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let people = rng.random_range(2..=MOST);
        let several = rng.random_range(0..3) == 0;
        let most = if several { MOST_DEVICES } else { 1 };
        let devices: Vec<usize> = (0..people).map(|_| rng.random_range(1..=most)).collect();
        let count = devices.iter().sum();
        let skews = (0..count).map(|_| rng.random_range(-120_000..=120_000)).collect();
        let mut actions: Vec<(u64, Action)> =
            (0..rng.random_range(8..40)).map(|_| (rng.random_range(0..60_000), draw_action(&mut rng, count))).collect();
        actions.sort_by_key(|(at, _)| *at);
        Self { seed, devices, skews, actions }
    }
}

fn draw_action(rng: &mut impl Rng, devices: usize) -> Action {
    let who = rng.random_range(0..devices);
    let other = (who + rng.random_range(1..devices)) % devices;
    let time = rng.random_range(200..8_000);
    match rng.random_range(0..100) {
        0..52 => Action::Say { from: who, to: other },
        52..55 => Action::Burst { from: who, to: other, count: rng.random_range(4..16) },
        55..62 => Action::Read { who, from: other },
        62..68 => Action::Cut { who },
        68..72 => Action::Offline { who, time },
        72..75 => Action::Slow { who, time },
        75..78 => Action::Dead { who, time },
        78..80 => Action::NoRoom { who, time },
        80..82 => Action::SetBack { who, commits: rng.random_range(1..=8) },
        82..91 => {
            let deaths = [Death::Idle, Death::BeforeCommit, Death::AfterCommit];
            Action::Kill { who, death: deaths[rng.random_range(0..deaths.len())] }
        }
        91..95 => Action::KillRelay,
        95..98 => Action::DiskFull { time },
        _ => Action::DirectoryDown { time },
    }
}
