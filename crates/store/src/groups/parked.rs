//! `group_parked`: payloads whose secret, session or events have not come yet.

use rusqlite::{Connection, params};
use sotto_machine::group::rows::GroupParkedRow;
use sotto_wire::{Hash, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, all, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE group_parked (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    hash     BLOB NOT NULL UNIQUE,
    tag      BLOB NOT NULL,
    at       INTEGER NOT NULL,
    payload  BLOB NOT NULL
) STRICT;
CREATE INDEX group_parked_tag ON group_parked (tag, position);";

/// In the order in which they came.
pub(crate) fn of_tag(db: &Connection, tag: &[u8; 16]) -> Result<Vec<GroupParkedRow>> {
    let sql = "SELECT hash, tag, at, payload FROM group_parked WHERE tag = ?1 ORDER BY position";
    all(db, sql, [Bind(tag)], |f| {
        Ok(GroupParkedRow { hash: f.take()?, tag: f.take()?, at: f.take()?, payload: f.take()? })
    })
}

pub(crate) fn count(db: &Connection) -> Result<u64> {
    Ok(value(db, "SELECT count(*) FROM group_parked", [])?.unwrap_or(0))
}

pub(crate) fn put(db: &Connection, row: &GroupParkedRow) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO group_parked (hash, tag, at, payload) VALUES (?1, ?2, ?3, ?4)";
    run(db, sql, params![Bind(&row.hash), Bind(&row.tag), Bind(&row.at), row.payload])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, hash: &Hash) -> Result<()> {
    run(db, "DELETE FROM group_parked WHERE hash = ?1", [Bind(hash)])?;
    Ok(())
}

pub(crate) fn prune(db: &Connection, before: Timestamp) -> Result<()> {
    run(db, "DELETE FROM group_parked WHERE at < ?1", [Bind(&before)])?;
    Ok(())
}
