//! Who is in which room, and who may come in. Pure: no sockets, no clock.

use std::collections::HashMap;

use sotto_wire::{
    AccountId, RoomId, RoomSecretHash,
    rest::{ROOM_MEMBERS, ROOM_PICTURES, RoomRefusal},
};
use subtle::ConstantTimeEq as _;

/// One stay of one device in one room.
pub(super) type MemberId = u64;

/// Bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) rooms: usize,
    pub(super) devices_per_account: usize,
}

/// Who asks to come in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) room: RoomId,
    pub(super) secret: RoomSecretHash,
    pub(super) account: AccountId,
    pub(super) open: bool,
    pub(super) pictures: bool,
}

/// All rooms. A room is there while somebody is in it.
#[derive(Debug)]
pub(super) struct Ledger {
    bounds: Bounds,
    rooms: HashMap<RoomId, Room>,
    members: HashMap<MemberId, Member>,
    accounts: HashMap<AccountId, usize>,
    next: MemberId,
    next_room: u128,
}

#[derive(Debug)]
struct Room {
    /// What it is called on the way of the media, where its id is not to be seen.
    alias: u128,
    secret: RoomSecretHash,
    members: usize,
    pictures: usize,
}

#[derive(Debug)]
struct Member {
    room: RoomId,
    account: AccountId,
    pictures: bool,
}

impl Ledger {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, rooms: HashMap::new(), members: HashMap::new(), accounts: HashMap::new(), next: 0, next_room: 0 }
    }

    /// Lets a device in, and says under which numbers it and its room are known from now on.
    pub(super) fn enter(&mut self, entry: &Entry) -> Result<(MemberId, u128), RoomRefusal> {
        let devices = self.accounts.get(&entry.account).copied().unwrap_or_default();
        match self.rooms.get(&entry.room) {
            None if !entry.open => return Err(RoomRefusal::NotFound),
            Some(room) if !bool::from(room.secret.0.ct_eq(&entry.secret.0)) => return Err(RoomRefusal::NotFound),
            _ if devices >= self.bounds.devices_per_account => return Err(RoomRefusal::TooMany),
            None if self.rooms.len() >= self.bounds.rooms => return Err(RoomRefusal::TooMany),
            Some(room) if room.members >= ROOM_MEMBERS => return Err(RoomRefusal::Full),
            Some(room) if entry.pictures && room.pictures >= ROOM_PICTURES => return Err(RoomRefusal::PicturesFull),
            None => self.next_room += 1,
            Some(_) => {}
        }
        let alias = self.next_room;
        let fresh = Room { alias, secret: entry.secret, members: 0, pictures: 0 };
        let room = self.rooms.entry(entry.room).or_insert(fresh);
        room.members += 1;
        room.pictures += usize::from(entry.pictures);
        let alias = room.alias;
        self.next += 1;
        let member = Member { room: entry.room, account: entry.account, pictures: entry.pictures };
        self.members.insert(self.next, member);
        *self.accounts.entry(entry.account).or_default() += 1;
        Ok((self.next, alias))
    }

    /// A device has left. The last one closes the room.
    pub(super) fn leave(&mut self, member: MemberId) {
        let Some(Member { room, account, pictures }) = self.members.remove(&member) else { return };
        if let Some(devices) = self.accounts.get_mut(&account) {
            *devices = devices.saturating_sub(1);
            if *devices == 0 {
                self.accounts.remove(&account);
            }
        }
        if let Some(left) = self.rooms.get_mut(&room) {
            left.members = left.members.saturating_sub(1);
            left.pictures = left.pictures.saturating_sub(usize::from(pictures));
            if left.members == 0 {
                self.rooms.remove(&room);
            }
        }
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.rooms.is_empty() && self.members.is_empty() && self.accounts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: RoomId = RoomId([7; 16]);

    fn entry(account: u8) -> Entry {
        Entry {
            room: ROOM,
            secret: RoomSecretHash([1; 32]),
            account: AccountId([account; 32]),
            open: false,
            pictures: true,
        }
    }

    fn ledger() -> Ledger {
        Ledger::new(Bounds { rooms: 2, devices_per_account: 2 })
    }

    #[test]
    fn a_room_is_there_while_somebody_is_in_it_and_opens_to_its_secret_alone() {
        let mut ledger = ledger();
        assert_eq!(ledger.enter(&entry(1)), Err(RoomRefusal::NotFound), "nobody has opened it");
        let (alice, alias) = ledger.enter(&Entry { open: true, ..entry(1) }).unwrap();
        let stranger = Entry { secret: RoomSecretHash([2; 32]), open: true, ..entry(3) };
        assert_eq!(
            ledger.enter(&stranger),
            Err(RoomRefusal::NotFound),
            "it cannot be told from a room that is not there"
        );
        let (bob, same) = ledger.enter(&entry(2)).unwrap();
        assert_eq!(alias, same);
        ledger.leave(alice);
        assert!(ledger.enter(&entry(1)).is_ok());
        ledger.leave(bob);
        ledger.leave(bob);
        ledger.leave(3);
        assert!(ledger.is_empty());
        assert_eq!(ledger.enter(&entry(1)), Err(RoomRefusal::NotFound), "it closed with the last one");
        let (_, other) = ledger.enter(&Entry { open: true, ..entry(1) }).unwrap();
        assert_ne!(alias, other, "a new room is a new one to the media too");
    }

    #[test]
    fn rooms_members_pictures_and_devices_of_an_account_are_bounded() {
        let mut ledger = ledger();
        let open = Entry { open: true, ..entry(0) };
        assert!(ledger.enter(&open).is_ok() && ledger.enter(&open).is_ok());
        assert_eq!(ledger.enter(&open), Err(RoomRefusal::TooMany), "a third device of one account");
        for account in 2..16 {
            assert!(ledger.enter(&entry(account)).is_ok());
        }
        assert_eq!(ledger.enter(&entry(16)), Err(RoomRefusal::PicturesFull));
        for account in 16..32 {
            assert!(ledger.enter(&Entry { pictures: false, ..entry(account) }).is_ok());
        }
        assert_eq!(ledger.enter(&Entry { pictures: false, ..entry(40) }), Err(RoomRefusal::Full));
        assert!(ledger.enter(&Entry { room: RoomId([8; 16]), open: true, ..entry(41) }).is_ok());
        let third = Entry { room: RoomId([9; 16]), open: true, ..entry(42) };
        assert_eq!(ledger.enter(&third), Err(RoomRefusal::TooMany));
    }
}
