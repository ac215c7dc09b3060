//! The store in one SQLite file: one writer thread that commits in groups, and readers beside it.

mod accounts;
mod codes;
mod devices;
mod files;
mod groups;
mod invitations;
mod keys;
mod mailbox;
mod profiles;
mod readers;
mod registration;
mod reports;
mod schema;
mod secrets;
mod sends;
mod writer;

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use sotto_wire::{
    AccountId, DeviceId, DeviceTokenHash, GroupAppend, GroupId, PhoneNumber, SendId, Signed, Timestamp,
    limits::{MAILBOX_LIFE, SEND_ID_LIFE},
    rest::{AccountDevices, AccountSettings, FoundPerson, GroupLog, Report},
};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    Answer, Caller, Claimed, CodeIssued, GroupAppending, Invitation, ListReplaced, NewCode, NewDevice, NewKeys,
    NewList, Registering, Reported, Secrets, Store, StoreError, StoredReport, Swept,
};
use crate::relay::{Input, Load, Loaded, Write, WriteId};
use readers::Readers;
pub use schema::schema;
use writer::Writer;

/// Bytes of a page of a new database; an older one keeps its own. A commit under load touches other pages for nearly every
/// mailbox and writes each of them whole, and a sealed message of the usual 1,500 bytes fits in no quarter of a page of
/// 4 KiB, so that each would take one of its own besides.
const PAGE: u32 = 2_048;
/// Pages in the write-ahead log before they are moved into the database.
const CHECKPOINT_PAGES: u32 = 8_000;

/// A store in a file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// Opens or creates the file. `most_bytes` bounds it (0: no bound); what does not fit is refused as by a full disk.
    ///
    /// # Errors
    /// [`StoreError`], if it cannot be opened or was made by a newer relay.
    pub fn open(path: &Path, most_bytes: u64) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        make_ready(&connection)?;
        // Before anything that touches the file, after which it can only be changed by writing all of it anew.
        connection.pragma_update(None, "page_size", PAGE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // An `Accepted` promises that the message survives a power cut: every commit is fsynced.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        schema::migrate(&mut connection)?;
        if most_bytes > 0 {
            let page: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let pages = most_bytes / page.max(1);
            connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        }
        let writer = Writer::start(connection)?;
        let path = path.to_owned();
        let open = move || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            make_ready(&connection)?;
            Ok(connection)
        };
        Ok(Self { writer, readers: Readers::new(open) })
    }

    fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        self.readers.read(query)
    }

    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        self.writer.call(change)
    }
}

/// What writing and reading connections have in common.
fn make_ready(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    // Otherwise each new value bound to a statement has it compiled anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

impl Store for SqliteStore {
    fn load(&self, load: Load) -> Answer<Loaded> {
        self.read(move |c| match load {
            Load::Account(account) => Ok(Loaded::Account { account, record: accounts::record(c, account)? }),
            Load::Rows(wanted) => Ok(Loaded::Rows { rows: mailbox::rows(c, &wanted)?, wanted }),
            Load::Outcome { id, at, connection } => {
                Ok(Loaded::Outcome { id, connection, outcome: sends::outcome(c, id, at)? })
            }
        })
    }

    fn submit(&self, id: WriteId, write: Write, done: &UnboundedSender<Vec<Input>>) {
        self.writer.submit(id, write, done);
    }

    fn remembered_sends(&self) -> Answer<Vec<(SendId, Timestamp)>> {
        self.read(sends::all)
    }

    fn sweep(&self, now: Timestamp) -> Answer<Swept> {
        self.write(move |c| {
            codes::sweep(c, now)?;
            invitations::sweep(c, now)?;
            reports::sweep(c, now)?;
            Ok(Swept {
                ran_out: mailbox::sweep(c, now.saturating_sub(MAILBOX_LIFE))?,
                forgotten: sends::sweep(c, now.saturating_sub(SEND_ID_LIFE))?,
            })
        })
    }

    fn flush(&self) -> Answer<()> {
        self.write(|_| Ok(()))
    }

    fn secrets(&self) -> Answer<Secrets> {
        self.write(secrets::get_or_draw)
    }

    fn authenticate(&self, device: DeviceId, token: DeviceTokenHash) -> Answer<Option<Caller>> {
        self.read(move |c| devices::authenticate(c, device, &token))
    }

    fn issue_code(&self, code: NewCode) -> Answer<CodeIssued> {
        self.write(move |c| codes::issue(c, &code))
    }

    fn withdraw_code(&self, number: PhoneNumber, hash: [u8; 32], now: Timestamp) -> Answer<()> {
        self.write(move |c| codes::withdraw(c, &number, &hash, now))
    }

    fn register(&self, device: NewDevice) -> Answer<Registering> {
        self.write(move |c| registration::register(c, &device))
    }

    fn invite(&self, new: Vec<Invitation>) -> Answer<()> {
        self.write(move |c| new.iter().try_for_each(|invitation| invitations::insert(c, invitation)))
    }

    fn invitations(&self) -> Answer<Vec<Invitation>> {
        self.read(invitations::all)
    }

    fn revoke_invitation(&self, hash: [u8; 32]) -> Answer<bool> {
        self.write(move |c| invitations::revoke(c, &hash))
    }

    fn report(&self, reporter: AccountId, report: Report, now: Timestamp) -> Answer<Reported> {
        self.write(move |c| reports::insert(c, reporter, &report, now))
    }

    fn reports(&self) -> Answer<Vec<StoredReport>> {
        self.read(reports::all)
    }

    fn remove_report(&self, id: i64) -> Answer<bool> {
        self.write(move |c| reports::delete(c, id))
    }

    fn publish_keys(&self, device: DeviceId, new: NewKeys) -> Answer<u32> {
        self.write(move |c| keys::publish(c, device, &new))
    }

    fn claim_keys(&self, account: AccountId, wanted: Vec<DeviceId>, now: Timestamp) -> Answer<Option<Claimed>> {
        self.write(move |c| keys::claim(c, account, &wanted, now))
    }

    fn account_devices(&self, account: AccountId) -> Answer<Option<AccountDevices>> {
        self.read(move |c| accounts::devices(c, account))
    }

    fn replace_list(&self, new: NewList) -> Answer<ListReplaced> {
        self.write(move |c| accounts::replace_list(c, &new))
    }

    fn find(&self, numbers: Vec<PhoneNumber>) -> Answer<Vec<FoundPerson>> {
        self.read(move |c| accounts::find(c, &numbers))
    }

    fn put_profile(&self, account: AccountId, bytes: Vec<u8>) -> Answer<()> {
        self.write(move |c| profiles::put(c, account, &bytes))
    }

    fn profile(&self, account: AccountId) -> Answer<Option<Vec<u8>>> {
        self.read(move |c| profiles::get(c, account))
    }

    fn change_settings(&self, account: AccountId, settings: AccountSettings) -> Answer<()> {
        self.write(move |c| accounts::change_settings(c, account, &settings))
    }

    fn append_to_group(&self, append: Signed<GroupAppend>, now: Timestamp) -> Answer<GroupAppending> {
        self.write(move |c| groups::append(c, &append, now))
    }

    fn group_log(&self, group: GroupId, from: u64) -> Answer<Option<GroupLog>> {
        self.read(move |c| groups::log(c, group, from))
    }
}
