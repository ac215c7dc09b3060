//! `Send`s whose outcome outlives a restart.

use rusqlite::{Connection, OptionalExtension as _, Row};
use sotto_wire::{RefusedDevice, SendId, Timestamp};

use crate::{
    relay::Remembered,
    store::{StoreError, sqlite::mailbox::id},
};

pub(super) const TABLE: &str = "
CREATE TABLE sends (
    at      INTEGER NOT NULL,
    id      BLOB    NOT NULL,
    -- CBOR of the devices that could not take it
    refused BLOB    NOT NULL,
    -- by time, so that a commit writes a few pages and not one for each random id
    PRIMARY KEY (at, id)
) STRICT, WITHOUT ROWID;";

pub(super) fn remember(c: &Connection, send: &Remembered) -> Result<(), StoreError> {
    let refused = minicbor::to_vec(&send.refused).map_err(|_| StoreError::Corrupt)?;
    c.prepare_cached("INSERT OR REPLACE INTO sends (id, at, refused) VALUES (?1, ?2, ?3)")?
        .execute((send.id.0, send.at, refused))?;
    Ok(())
}

pub(super) fn outcome(c: &Connection, send: SendId, at: Timestamp) -> Result<Option<Remembered>, StoreError> {
    let row: Option<Vec<u8>> = c
        .prepare_cached("SELECT refused FROM sends WHERE at = ?1 AND id = ?2")?
        .query_row((at, send.0), |row| row.get(0))
        .optional()?;
    let Some(refused) = row else { return Ok(None) };
    let refused: Vec<RefusedDevice> = minicbor::decode(&refused).map_err(|_| StoreError::Corrupt)?;
    Ok(Some(Remembered { id: send, at, refused }))
}

pub(super) fn all(c: &Connection) -> Result<Vec<(SendId, Timestamp)>, StoreError> {
    let mut query = c.prepare("SELECT id, at FROM sends")?;
    let read = |row: &Row<'_>| Ok((SendId(id(row, 0)?), row.get(1)?));
    let sends = query.query_map([], read)?.collect::<Result<_, _>>()?;
    Ok(sends)
}

pub(super) fn sweep(c: &Connection, before: Timestamp) -> Result<Vec<SendId>, StoreError> {
    let mut query = c.prepare_cached("DELETE FROM sends WHERE at < ?1 RETURNING id")?;
    let ids = query.query_map([before], |row| id(row, 0).map(SendId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}
