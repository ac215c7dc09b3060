//! `seen`: hashes of received ciphertexts, so that a copy is known as a copy.

use rusqlite::{Connection, params};
use sotto_wire::{Hash, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE seen (
    hash BLOB PRIMARY KEY NOT NULL,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);";

pub(crate) fn has(db: &Connection, hash: &Hash) -> Result<bool> {
    Ok(value::<bool>(db, "SELECT 1 FROM seen WHERE hash = ?1", [Bind(hash)])?.is_some())
}

pub(crate) fn put(db: &Connection, hash: &Hash, at: Timestamp) -> Result<()> {
    run(db, "INSERT OR REPLACE INTO seen (hash, at) VALUES (?1, ?2)", params![Bind(hash), Bind(&at)])?;
    Ok(())
}

pub(crate) fn prune(db: &Connection, before: Timestamp) -> Result<()> {
    run(db, "DELETE FROM seen WHERE at < ?1", [Bind(&before)])?;
    Ok(())
}
