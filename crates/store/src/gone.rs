//! `gone`: messages that were put away or ran out on this device, so that no copy brings them back.

use rusqlite::{Connection, params};
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE gone (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_at ON gone (at);";

pub(crate) fn has(db: &Connection, author: &AccountId, id: &MessageId) -> Result<bool> {
    let sql = "SELECT 1 FROM gone WHERE author = ?1 AND id = ?2";
    Ok(value::<bool>(db, sql, params![Bind(author), Bind(id)])?.is_some())
}

pub(crate) fn put(db: &Connection, author: &AccountId, id: &MessageId, at: Timestamp) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO gone (author, id, at) VALUES (?1, ?2, ?3)";
    run(db, sql, params![Bind(author), Bind(id), Bind(&at)])?;
    Ok(())
}

pub(crate) fn prune(db: &Connection, before: Timestamp) -> Result<()> {
    run(db, "DELETE FROM gone WHERE at < ?1", [Bind(&before)])?;
    Ok(())
}
