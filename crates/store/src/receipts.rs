//! `receipts`: receipts that wait for their moment.

use rusqlite::{Connection, params};
use sotto_machine::rows::ReceiptRow;
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::{
    column::{Bind, Fields},
    sql::{Result, all, one, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE receipts (
    account BLOB NOT NULL,
    message BLOB NOT NULL,
    read    INTEGER NOT NULL CHECK (read IN (0, 1)),
    due     INTEGER NOT NULL,
    PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_due ON receipts (due);";

/// Recorded speech was listened to.
pub(crate) const ADD_PLAYED: &str = "\
ALTER TABLE receipts ADD COLUMN played INTEGER NOT NULL DEFAULT 0 CHECK (played IN (0, 1));";

const SELECT: &str = "SELECT account, message, read, played, due FROM receipts";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<ReceiptRow> {
    Ok(ReceiptRow { account: f.take()?, message: f.take()?, read: f.take()?, played: f.take()?, due: f.take()? })
}

pub(crate) fn get(db: &Connection, account: &AccountId, message: &MessageId) -> Result<Option<ReceiptRow>> {
    one(db, &format!("{SELECT} WHERE account = ?1 AND message = ?2"), params![Bind(account), Bind(message)], read)
}

/// The longest due first.
pub(crate) fn due(db: &Connection, now: Timestamp) -> Result<Vec<ReceiptRow>> {
    all(db, &format!("{SELECT} WHERE due <= ?1 ORDER BY due, account, message"), [Bind(&now)], read)
}

pub(crate) fn next_after(db: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    Ok(value::<Option<Timestamp>>(db, "SELECT min(due) FROM receipts WHERE due > ?1", [Bind(&now)])?.flatten())
}

pub(crate) fn put(db: &Connection, row: &ReceiptRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO receipts (account, message, read, played, due) VALUES (?1, ?2, ?3, ?4, ?5)";
    run(db, sql, params![Bind(&row.account), Bind(&row.message), row.read, row.played, Bind(&row.due)])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, account: &AccountId, message: &MessageId) -> Result<()> {
    let sql = "DELETE FROM receipts WHERE account = ?1 AND message = ?2";
    run(db, sql, params![Bind(account), Bind(message)])?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, account: &AccountId) -> Result<()> {
    run(db, "DELETE FROM receipts WHERE account = ?1", [Bind(account)])?;
    Ok(())
}
