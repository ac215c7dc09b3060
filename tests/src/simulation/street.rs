//! Five people who have signed up once; every world begins with copies of them.
//!
//! Signing up draws and signs a hundred keys, which would take longer than most schedules.

use std::sync::LazyLock;

use super::disk::Disk;
use crate::{
    memory_rows::MemoryRows,
    town::{Person, PostOffice, START, Town},
};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};

/// Most people in one world.
pub(super) const MOST: usize = 5;

static STREET: LazyLock<Street> = LazyLock::new(Street::settle);

struct Street {
    directory: PostOffice,
    rows: Vec<MemoryRows>,
}

impl Street {
    fn settle() -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(0x5077);
        let mut directory = PostOffice::new(&mut rng);
        let rows = (0..MOST)
            .map(|index| {
                let number = format!("+3519123456{index:02}").parse().expect("a number");
                Person::sign_up(number, &mut directory, START, &mut rng).rows
            })
            .collect();
        Self { directory, rows }
    }
}

/// The directory in which everybody is.
pub(super) fn directory() -> PostOffice {
    STREET.directory.clone()
}

/// A town of the first people, connected.
pub(super) fn town(seed: u64, names: &[&'static str]) -> Town {
    Town::of(directory(), names.iter().copied().zip(STREET.rows.iter().cloned()), seed)
}

/// What the first people have on their disks.
pub(super) fn disks(people: usize) -> impl Iterator<Item = MemoryRows> {
    STREET.rows.iter().take(people).cloned()
}

/// Registers somebody at a relay.
pub(super) fn register(disk: &mut Disk, person: &Person) {
    let token = sotto_machine::delivery_token(&person.own().profile_key).hash();
    disk.register(person.account(), person.device(), token);
}
