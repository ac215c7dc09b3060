//! Five people who have signed up once, each with one, two or three devices; every world begins with copies of them.
//!
//! Signing up draws and signs a hundred keys, which would take longer than most schedules.

use std::sync::LazyLock;

use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::{
    linking::{LinkInput, NewDevice},
    step::{Effect, Input},
};
use sotto_wire::{AccountId, DeviceId, DeviceList, Signed};

use super::disk::Disk;
use crate::{
    memory_rows::MemoryRows,
    town::{Person, PostOffice, START, Town},
};

/// Most people in one world.
pub(super) const MOST: usize = 5;
/// Most devices of one of them.
pub(super) const MOST_DEVICES: usize = 3;

static STREET: LazyLock<Street> = LazyLock::new(Street::settle);

struct Street {
    directory: PostOffice,
    /// For each person: with one device, with two, and so on.
    households: Vec<Vec<Household>>,
}

/// A person whose list names so many devices.
struct Household {
    account: AccountId,
    list: Signed<DeviceList>,
    disks: Vec<MemoryRows>,
}

impl Street {
    fn settle() -> Self {
        let mut rng = ChaCha12Rng::seed_from_u64(0x5077);
        let mut directory = PostOffice::new(&mut rng);
        let households = (0..MOST).map(|index| settle_person(index, &mut directory, &mut rng)).collect();
        Self { directory, households }
    }
}

fn settle_person(index: usize, directory: &mut PostOffice, rng: &mut ChaCha12Rng) -> Vec<Household> {
    let number = format!("+3519123456{index:02}").parse().expect("a number");
    let mut primary = Person::sign_up(number, directory, START, rng);
    let account = primary.account();
    let mut further: Vec<NewDevice> = Vec::new();
    let mut households = Vec::new();
    loop {
        let others = further.iter().map(|device| Person::link(device, &primary, directory, START).rows);
        let disks = std::iter::once(primary.rows.clone()).chain(others).collect();
        households.push(Household { account, list: directory.lists[&account].clone(), disks });
        if households.len() == MOST_DEVICES {
            return households;
        }
        let device = NewDevice::draw(account, START, rng);
        directory.expect(device.offer().cert.device, device.keys().clone());
        let admitted = Input::Link(LinkInput::Admit(Box::new(device.offer())));
        for effect in primary.step(admitted, START, rng) {
            if let Effect::PublishList(upload) = effect {
                directory.publish_list(upload.list, upload.devices);
            }
        }
        further.push(device);
    }
}

/// So many devices of each of the first people.
fn households(devices: &[usize]) -> impl Iterator<Item = &'static Household> {
    STREET.households.iter().zip(devices).map(|(person, count)| &person[count - 1])
}

/// The directory in which everybody is, with so many devices each.
pub(super) fn directory(devices: &[usize]) -> PostOffice {
    let mut directory = STREET.directory.clone();
    for household in households(devices) {
        directory.lists.insert(household.account, household.list.clone());
    }
    directory
}

/// A town of the first people, connected: the devices of one after those of the other.
pub(super) fn town(seed: u64, names: &[&'static str], devices: &[usize]) -> Town {
    let disks = disks(devices).map(|(_, rows)| rows);
    Town::of(directory(devices), names.iter().copied().zip(disks), seed)
}

/// What the devices of the first people have on their disks, each with the index of its person.
pub(super) fn disks(devices: &[usize]) -> impl Iterator<Item = (usize, MemoryRows)> {
    households(devices)
        .enumerate()
        .flat_map(|(person, household)| household.disks.iter().map(move |rows| (person, rows.clone())))
}

/// Registers everybody at a relay.
pub(super) fn register(disk: &mut Disk, people: &[&Person]) {
    for person in people {
        let token = sotto_machine::delivery_token(&person.own().profile_key).hash();
        let list = person.own().list.read_unverified().expect("a list");
        let devices: Vec<DeviceId> = list.devices.iter().map(|listed| listed.device).collect();
        disk.register(person.account(), list.version, &devices, token);
    }
}
