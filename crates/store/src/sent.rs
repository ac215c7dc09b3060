//! `sent`: which message went out under which pair counter, to answer requests for it.

use rusqlite::{Connection, params};
use sotto_machine::rows::SentRow;
use sotto_wire::{DeviceId, MessageId, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE sent (
    device       BLOB NOT NULL,
    pair_counter INTEGER NOT NULL,
    message      BLOB,
    at           INTEGER NOT NULL,
    PRIMARY KEY (device, pair_counter)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_message ON sent (message) WHERE message IS NOT NULL;
CREATE INDEX sent_at ON sent (at);";

/// The body of an action, to send it again; a message has its own row.
pub(crate) const ADD_ACTION: &str = "ALTER TABLE sent ADD COLUMN action BLOB;";

/// The person it was said to, when it went to one's own other device.
pub(crate) const ADD_WITH: &str = "ALTER TABLE sent ADD COLUMN said_to BLOB;";

pub(crate) fn get(db: &Connection, device: &DeviceId, pair_counter: u64) -> Result<Option<SentRow>> {
    let sql =
        "SELECT device, pair_counter, message, action, said_to, at FROM sent WHERE device = ?1 AND pair_counter = ?2";
    one(db, sql, params![Bind(device), Bind(&pair_counter)], |f| {
        Ok(SentRow {
            device: f.take()?,
            pair_counter: f.take()?,
            message: f.take()?,
            action: f.take()?,
            with: f.take()?,
            at: f.take()?,
        })
    })
}

pub(crate) fn put(db: &Connection, row: &SentRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO sent (device, pair_counter, message, action, said_to, at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (device, counter, message) = (Bind(&row.device), Bind(&row.pair_counter), Bind(&row.message));
    run(db, sql, params![device, counter, message, row.action, Bind(&row.with), Bind(&row.at)])?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, device: &DeviceId, message: &MessageId) -> Result<()> {
    run(db, "DELETE FROM sent WHERE message = ?1 AND device = ?2", params![Bind(message), Bind(device)])?;
    Ok(())
}

pub(crate) fn prune(db: &Connection, before: Timestamp) -> Result<()> {
    run(db, "DELETE FROM sent WHERE at < ?1", [Bind(&before)])?;
    Ok(())
}
