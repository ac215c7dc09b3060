//! What the scenes need: a database in a directory of its own, and people in it.

use std::path::PathBuf;

use sotto_machine::{
    changes::Change,
    post::Post,
    rows::{ChatId, ContactRow, Content, Marks, MessageRow, MessageState, OwnRow, Secret32, SessionRow, Trust},
};
use sotto_store::{Batch, Reader, Store, StoreError};
use sotto_wire::{AccountId, DeviceId, DeviceList, Hash, MessageId, PublicKey, Signature, Signed};

pub(crate) const KEY: [u8; 32] = [0xA5; 32];
pub(crate) const ME: AccountId = AccountId([1; 32]);
pub(crate) const ANNA: AccountId = AccountId([2; 32]);
pub(crate) const BEN: AccountId = AccountId([3; 32]);

pub(crate) struct Bed {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) store: Store,
}

impl Bed {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("sotto.db"), &KEY).unwrap();
        Self { dir, store }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("sotto.db")
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(&self.path(), &KEY).unwrap()
    }

    /// Closes the database and opens it again.
    pub(crate) fn reopened(self) -> Self {
        let Self { dir, store } = self;
        drop(store);
        let store = Store::open(&dir.path().join("sotto.db"), &KEY).unwrap();
        Self { dir, store }
    }

    pub(crate) fn apply(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.write(|batch| changes.into_iter().try_for_each(|change| batch.apply(&change)));
    }

    pub(crate) fn write(&mut self, write: impl FnOnce(&mut Batch<'_>) -> Result<(), StoreError>) {
        let mut batch = self.store.batch().unwrap();
        write(&mut batch).unwrap();
        batch.commit().unwrap();
    }

    pub(crate) fn read<T>(&mut self, read: impl FnOnce(&Batch<'_>) -> T) -> T {
        read(&self.store.batch().unwrap())
    }

    pub(crate) fn with_anna() -> Self {
        let mut bed = Self::new();
        bed.apply([Change::PutOwn(Box::new(own())), put_contact(contact(1, ANNA))]);
        bed
    }
}

pub(crate) fn list(account: AccountId, version: u64) -> Signed<DeviceList> {
    let list = DeviceList {
        account,
        account_key: PublicKey([8; 32]),
        version,
        prev_hash: Hash([0; 32]),
        devices: Vec::new(),
        issued: 1,
        expires: 2,
    };
    Signed::create(&list, &PublicKey([8; 32]), |_| Signature([7; 64]))
}

pub(crate) fn own() -> OwnRow {
    OwnRow {
        seed: Some(Secret32([11; 32])),
        account: ME,
        account_key: PublicKey([12; 32]),
        device: DeviceId([13; 16]),
        certified: vec![1, 2, 3],
        list: list(ME, 1),
        profile_key: Secret32([14; 32]),
        profile_turned_at: 18,
        number: "+351912345678".parse().unwrap(),
        keys_turned_at: 99,
        unpublished: Some(vec![16, 17]),
        mail_expired: true,
        standing_key: PublicKey([15; 32]),
    }
}

pub(crate) fn contact(chat: i64, account: AccountId) -> ContactRow {
    ContactRow {
        chat: ChatId(chat),
        account,
        number: None,
        claimed_number: None,
        trust: Trust::FirstSeen,
        accepted: true,
        profile_key: None,
        token_refused: false,
        blocked: false,
        listed: true,
    }
}

pub(crate) fn put_contact(row: ContactRow) -> Change {
    Change::PutContact(Box::new(row))
}

pub(crate) fn message_id(number: u32) -> MessageId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    MessageId(id)
}

/// Something Anna or Ben wrote.
pub(crate) fn received(number: u32, chat: i64, author: AccountId, text: &str) -> MessageRow {
    MessageRow {
        id: message_id(number),
        chat: ChatId(chat),
        author,
        at: 1_700_000_000_000 + u64::from(number),
        state: MessageState::Received,
        content: Content::Post(Post::text(text)),
        unread: true,
        marks: Marks::default(),
    }
}

/// Something I wrote.
pub(crate) fn mine(number: u32, chat: i64, state: MessageState) -> MessageRow {
    MessageRow { state, unread: false, ..received(number, chat, ME, "mine") }
}

pub(crate) fn put(row: &MessageRow) -> Change {
    Change::PutMessage(Box::new(row.clone()))
}

pub(crate) fn session(device: DeviceId, id: &str, used_at: u64) -> SessionRow {
    SessionRow { device, session_id: id.to_owned(), pickle: Some(id.as_bytes().to_vec()), used_at }
}
