//! `Send`s whose outcome outlives a restart.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{RefusedDevice, SendId, Timestamp};

use crate::{
    relay::Remembered,
    store::{StoreError, sqlite::mailbox::id},
};

pub(super) const TABLE: &str = "
CREATE TABLE sends (
    id      BLOB    NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    -- CBOR of the devices that could not take it
    refused BLOB    NOT NULL
) STRICT, WITHOUT ROWID;";

pub(super) fn remember(c: &Connection, send: &Remembered) -> Result<(), StoreError> {
    let refused = minicbor::to_vec(&send.refused).map_err(|_| StoreError::Corrupt)?;
    c.prepare_cached("INSERT OR REPLACE INTO sends (id, at, refused) VALUES (?1, ?2, ?3)")?
        .execute((send.id.0, send.at, refused))?;
    Ok(())
}

pub(super) fn outcome(c: &Connection, send: SendId) -> Result<Option<Remembered>, StoreError> {
    let row: Option<(Timestamp, Vec<u8>)> = c
        .prepare_cached("SELECT at, refused FROM sends WHERE id = ?1")?
        .query_row([send.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((at, refused)) = row else { return Ok(None) };
    let refused: Vec<RefusedDevice> = minicbor::decode(&refused).map_err(|_| StoreError::Corrupt)?;
    Ok(Some(Remembered { id: send, at, refused }))
}

pub(super) fn all(c: &Connection) -> Result<Vec<SendId>, StoreError> {
    let mut query = c.prepare("SELECT id FROM sends")?;
    let ids = query.query_map([], |row| id(row, 0).map(SendId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

pub(super) fn sweep(c: &Connection, before: Timestamp) -> Result<Vec<SendId>, StoreError> {
    let mut query = c.prepare_cached("DELETE FROM sends WHERE at < ?1 RETURNING id")?;
    let ids = query.query_map([before], |row| id(row, 0).map(SendId))?.collect::<Result<_, _>>()?;
    Ok(ids)
}
