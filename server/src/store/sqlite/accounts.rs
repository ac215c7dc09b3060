//! Accounts: number, device list, and what the person allows.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{
    AccountId, DeliveryTokenHash, DeviceList, Hash, PhoneNumber, Signed, Timestamp,
    rest::{AccountDevices, AccountSettings, FoundPerson, PublishedDevice},
};

use super::{
    devices,
    mailbox::{self, id},
};
use crate::{
    relay::AccountRecord,
    store::{ListReplaced, ListRow, NewDevice, NewList, StoreError},
};

pub(super) const TABLE: &str = "
CREATE TABLE accounts (
    account        BLOB    NOT NULL PRIMARY KEY,
    number         TEXT    NOT NULL UNIQUE,
    list           BLOB    NOT NULL,
    list_version   INTEGER NOT NULL,
    list_hash      BLOB    NOT NULL,
    -- hash of the token that others must show
    delivery_token BLOB    NOT NULL,
    findable       INTEGER NOT NULL DEFAULT 1 CHECK (findable IN (0, 1)),
    -- presence is shown to others
    shared         INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
    last_seen      INTEGER,
    created        INTEGER NOT NULL
) STRICT;";

/// Numbers of those who may be found, and of nobody else: who hides and who is not here are looked for alike.
pub(super) const FINDABLE: &str = "CREATE INDEX findable ON accounts (number, account) WHERE findable = 1;";

const FIND: &str = "SELECT account FROM accounts INDEXED BY findable WHERE number = ?1 AND findable = 1";

pub(super) fn insert(c: &Connection, new: &NewDevice) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO accounts (account, number, list, list_version, list_hash, delivery_token, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            new.account.0,
            new.number.as_str(),
            &new.list.bytes,
            new.list.version,
            new.list.hash.0,
            new.delivery_token.0,
            new.now,
        ),
    )?;
    Ok(())
}

pub(super) fn exists(c: &Connection, account: AccountId) -> Result<bool, StoreError> {
    Ok(c.prepare_cached("SELECT 1 FROM accounts WHERE account = ?1")?.exists([account.0])?)
}

pub(super) fn with_number(c: &Connection, number: &PhoneNumber) -> Result<Option<AccountId>, StoreError> {
    let mut query = c.prepare_cached("SELECT account FROM accounts WHERE number = ?1")?;
    Ok(query.query_row([number.as_str()], |row| id(row, 0).map(AccountId)).optional()?)
}

/// The account is no more: with it go its devices, their mailboxes, keys and profile.
pub(super) fn close(c: &Connection, account: AccountId) -> Result<(), StoreError> {
    for (device, _) in devices::of_account(c, account)? {
        devices::remove(c, device)?;
    }
    c.execute("DELETE FROM accounts WHERE account = ?1", [account.0])?;
    Ok(())
}

/// What the core keeps of an account.
pub(super) fn record(c: &Connection, account: AccountId) -> Result<Option<AccountRecord>, StoreError> {
    let row = c
        .prepare_cached("SELECT list_version, delivery_token, shared, last_seen FROM accounts WHERE account = ?1")?
        .query_row([account.0], |row| {
            Ok(AccountRecord {
                list_version: row.get(0)?,
                delivery_token: DeliveryTokenHash(id(row, 1)?),
                shared: row.get(2)?,
                last_seen: row.get(3)?,
                devices: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut record) = row else { return Ok(None) };
    for (device, _) in devices::of_account(c, account)? {
        record.devices.push(mailbox::record(c, device)?);
    }
    Ok(Some(record))
}

pub(super) fn devices(c: &Connection, account: AccountId) -> Result<Option<AccountDevices>, StoreError> {
    let Some((list, current)) = list(c, account)? else { return Ok(None) };
    let mut published = Vec::with_capacity(current.devices.len());
    for listed in &current.devices {
        if let Some(p) = devices::published(c, listed.device)? {
            published.push(PublishedDevice { device: p.certificate, seal_key: p.seal_key });
        }
    }
    Ok(Some(AccountDevices { list, devices: published }))
}

pub(super) fn replace_list(c: &Connection, new: &NewList) -> Result<ListReplaced, StoreError> {
    let row = c
        .query_row("SELECT list_version, list_hash FROM accounts WHERE account = ?1", [new.account.0], |row| {
            Ok((row.get::<_, u64>(0)?, Hash(id(row, 1)?)))
        })
        .optional()?;
    let Some((version, hash)) = row else { return Ok(ListReplaced::Rejected) };
    let ListRow { version: next, hash: next_hash, prev_hash, devices: listed, bytes } = &new.list;
    if (*next, *next_hash) == (version, hash) {
        return Ok(ListReplaced::Again);
    }
    let registered = devices::of_account(c, new.account)?;
    let all_known = listed.iter().all(|device| registered.contains(device));
    if *next != version + 1 || *prev_hash != hash || !all_known {
        return Ok(ListReplaced::Rejected);
    }
    for (device, _) in registered.iter().filter(|device| !listed.contains(device)) {
        devices::remove(c, *device)?;
    }
    c.execute(
        "UPDATE accounts SET list = ?2, list_version = ?3, list_hash = ?4 WHERE account = ?1",
        (new.account.0, bytes, next, next_hash.0),
    )?;
    Ok(ListReplaced::Done)
}

pub(super) fn find(c: &Connection, numbers: &[PhoneNumber]) -> Result<Vec<FoundPerson>, StoreError> {
    let mut query = c.prepare_cached(FIND)?;
    let mut people = Vec::new();
    for number in numbers {
        let account = query.query_row([number.as_str()], |row| id(row, 0).map(AccountId)).optional()?;
        people.extend(account.map(|account| FoundPerson { number: number.clone(), account }));
    }
    Ok(people)
}

pub(super) fn change_settings(
    c: &Connection,
    account: AccountId,
    settings: &AccountSettings,
) -> Result<(), StoreError> {
    c.execute(
        "UPDATE accounts SET findable = coalesce(?2, findable), delivery_token = coalesce(?3, delivery_token)
         WHERE account = ?1",
        (account.0, settings.findable, settings.delivery_token_hash.map(|hash| hash.0)),
    )?;
    Ok(())
}

pub(super) fn seen(c: &Connection, account: AccountId, at: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE accounts SET last_seen = ?2 WHERE account = ?1")?.execute((account.0, at))?;
    Ok(())
}

pub(super) fn share(c: &Connection, account: AccountId, shared: bool) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE accounts SET shared = ?2 WHERE account = ?1")?.execute((account.0, shared))?;
    Ok(())
}

fn list(c: &Connection, account: AccountId) -> Result<Option<(Signed<DeviceList>, DeviceList)>, StoreError> {
    let mut query = c.prepare_cached("SELECT list FROM accounts WHERE account = ?1")?;
    let bytes: Option<Vec<u8>> = query.query_row([account.0], |row| row.get(0)).optional()?;
    let Some(bytes) = bytes else { return Ok(None) };
    let signed: Signed<DeviceList> = Signed::from_slice(&bytes).map_err(|_| StoreError::Corrupt)?;
    let list = signed.read_unverified().map_err(|_| StoreError::Corrupt)?;
    Ok(Some((signed, list)))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::sqlite::schema;

    #[test]
    fn who_hides_costs_as_many_steps_as_who_is_not_here() {
        let mut c = Connection::open_in_memory().unwrap();
        schema::migrate(&mut c).unwrap();
        for (n, number) in (0..200_u8).map(|n| (n, format!("+3519123450{n:02}"))) {
            let sql = "INSERT INTO accounts (account, number, list, list_version, list_hash, delivery_token, findable, created)
                       VALUES (?1, ?2, x'', 1, x'', x'', ?3, 0)";
            c.execute(sql, ([n; 32], number, n % 2 == 0)).unwrap();
        }
        let mut query = c.prepare(FIND).unwrap();
        let mut steps = |number: &str| {
            query.reset_status(StatementStatus::VmStep);
            let found = query.exists([number]).unwrap();
            (found, query.get_status(StatementStatus::VmStep))
        };
        let (hidden, absent, found) = (steps("+351912345001"), steps("+351912345999"), steps("+351912345002"));
        assert_eq!((hidden.0, absent.0, found.0), (false, false, true));
        assert!(hidden.1 > 0 && hidden == absent, "{hidden:?} {absent:?}");
    }
}
