//! `group_asked` and `group_requests`: groups that this person asks to come into, and who asks to come into theirs.

use rusqlite::{Connection, params};
use sotto_machine::group::rows::GroupRequestRow;
use sotto_wire::{AccountId, GroupId, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, all, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE group_asked (
    id BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE group_requests (
    id      BLOB NOT NULL,
    account BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (id, account)
) STRICT, WITHOUT ROWID;";

pub(crate) fn put_asked(db: &Connection, group: &GroupId, at: Option<Timestamp>) -> Result<()> {
    match at {
        Some(at) => {
            let sql = "INSERT OR REPLACE INTO group_asked (id, at) VALUES (?1, ?2)";
            run(db, sql, params![Bind(group), Bind(&at)])?;
        }
        None => {
            run(db, "DELETE FROM group_asked WHERE id = ?1", [Bind(group)])?;
        }
    }
    Ok(())
}

pub(crate) fn asked(db: &Connection, group: &GroupId) -> Result<bool> {
    Ok(value::<i64>(db, "SELECT 1 FROM group_asked WHERE id = ?1", [Bind(group)])?.is_some())
}

pub(crate) fn of_group(db: &Connection, group: &GroupId) -> Result<Vec<GroupRequestRow>> {
    let sql = "SELECT id, account, at FROM group_requests WHERE id = ?1 ORDER BY at, account";
    all(db, sql, [Bind(group)], |f| Ok(GroupRequestRow { group: f.take()?, account: f.take()?, at: f.take()? }))
}

pub(crate) fn put(db: &Connection, row: &GroupRequestRow) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO group_requests (id, account, at) VALUES (?1, ?2, ?3)";
    run(db, sql, params![Bind(&row.group), Bind(&row.account), Bind(&row.at)])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, group: &GroupId, account: Option<&AccountId>) -> Result<()> {
    match account {
        Some(account) => {
            let sql = "DELETE FROM group_requests WHERE id = ?1 AND account = ?2";
            run(db, sql, params![Bind(group), Bind(account)])?;
        }
        None => {
            run(db, "DELETE FROM group_requests WHERE id = ?1", [Bind(group)])?;
        }
    }
    Ok(())
}
