//! Mailboxes: sealed messages in order, and one head for each device.

use rusqlite::{Connection, Row as SqlRow};
use sotto_wire::{DeviceId, Timestamp};

use crate::{
    relay::{DeviceRecord, Row, RowsWanted, Volume},
    store::StoreError,
};

pub(super) const HEADS: &str = "
CREATE TABLE mailbox_heads (
    device   BLOB    NOT NULL PRIMARY KEY,
    -- numbers up to here may have been handed out
    reserved INTEGER NOT NULL DEFAULT 0,
    -- messages that ran out of their time and that the device has not been told of
    expired  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;";

pub(super) const TABLE: &str = "
CREATE TABLE mailbox (
    device BLOB    NOT NULL,
    seq    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    sealed BLOB    NOT NULL,
    PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID;";

/// A group's message lies in the table below, once for all mailboxes.
pub(super) const ADD_PAYLOAD: &str = "ALTER TABLE mailbox ADD COLUMN payload BLOB;";

pub(super) const PAYLOADS: &str = "
CREATE TABLE payloads (
    hash   BLOB    NOT NULL PRIMARY KEY,
    sealed BLOB    NOT NULL,
    -- rows of mailboxes that hold it
    refs   INTEGER NOT NULL
) STRICT;
CREATE TRIGGER mailbox_gives_payload_back AFTER DELETE ON mailbox WHEN old.payload IS NOT NULL BEGIN
    UPDATE payloads SET refs = refs - 1 WHERE hash = old.payload;
    DELETE FROM payloads WHERE hash = old.payload AND refs <= 0;
END;";

/// What a row holds, wherever it lies.
const SEALED: &str = "coalesce((SELECT p.sealed FROM payloads AS p WHERE p.hash = mailbox.payload), sealed)";

pub(super) fn insert(c: &Connection, row: &Row) -> Result<(), StoreError> {
    let own = if row.shared.is_some() { &[][..] } else { &row.sealed };
    c.prepare_cached("INSERT INTO mailbox (device, seq, at, sealed, payload) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((row.device.0, row.seq, row.at, own, row.shared.map(|hash| hash.0)))?;
    if let Some(hash) = row.shared {
        c.prepare_cached(
            "INSERT INTO payloads (hash, sealed, refs) VALUES (?1, ?2, 1)
             ON CONFLICT (hash) DO UPDATE SET refs = refs + 1",
        )?
        .execute((hash.0, &row.sealed))?;
    }
    match row.reserve {
        Some(up_to) => reserve(c, row.device, up_to),
        None => Ok(()),
    }
}

pub(super) fn delete(c: &Connection, device: DeviceId, up_to: u64) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM mailbox WHERE device = ?1 AND seq <= ?2")?.execute((device.0, up_to))?;
    Ok(())
}

pub(super) fn reserve(c: &Connection, device: DeviceId, up_to: u64) -> Result<(), StoreError> {
    c.prepare_cached(
        "INSERT INTO mailbox_heads (device, reserved) VALUES (?1, ?2)
         ON CONFLICT (device) DO UPDATE SET reserved = max(reserved, excluded.reserved)",
    )?
    .execute((device.0, up_to))?;
    Ok(())
}

/// The device is gone. Its head stays only as long as it does: a device id is never given out twice.
pub(super) fn purge(c: &Connection, device: DeviceId) -> Result<(), StoreError> {
    c.prepare_cached("DELETE FROM mailbox WHERE device = ?1")?.execute([device.0])?;
    c.prepare_cached("DELETE FROM mailbox_heads WHERE device = ?1")?.execute([device.0])?;
    Ok(())
}

pub(super) fn expiry_told(c: &Connection, device: DeviceId, count: u64) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE mailbox_heads SET expired = max(0, expired - ?2) WHERE device = ?1")?
        .execute((device.0, count))?;
    Ok(())
}

pub(super) fn expired(c: &Connection, device: DeviceId) -> Result<u64, StoreError> {
    let mut query = c.prepare_cached("SELECT coalesce(max(expired), 0) FROM mailbox_heads WHERE device = ?1")?;
    Ok(query.query_row([device.0], |row| row.get(0))?)
}

pub(super) fn rows(c: &Connection, wanted: &RowsWanted) -> Result<Vec<Row>, StoreError> {
    let mut query = c.prepare_cached(&format!(
        "SELECT seq, at, {SEALED} FROM mailbox WHERE device = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4",
    ))?;
    let read = |row: &SqlRow<'_>| {
        let (seq, at, sealed) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Row { device: wanted.device, seq, at, sealed, shared: None, reserve: None })
    };
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let rows = query.query_map((wanted.device.0, wanted.after, wanted.up_to, limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn record(c: &Connection, device: DeviceId) -> Result<DeviceRecord, StoreError> {
    let mut head = c.prepare_cached(
        "SELECT max(coalesce((SELECT reserved FROM mailbox_heads WHERE device = ?1), 0),
                    coalesce((SELECT max(seq) FROM mailbox WHERE device = ?1), 0))",
    )?;
    let reserved = head.query_row([device.0], |row| row.get(0))?;
    let mut volume = c.prepare_cached(&format!(
        "SELECT count(*), coalesce(sum(length({SEALED})), 0) FROM mailbox WHERE device = ?1"
    ))?;
    let waiting = volume.query_row([device.0], |row| Ok(Volume { count: row.get(0)?, bytes: row.get(1)? }))?;
    Ok(DeviceRecord { device, reserved, waiting })
}

/// Deletes messages taken before then, and those of devices that are gone.
pub(super) fn sweep(c: &Connection, before: Timestamp) -> Result<Vec<(DeviceId, Volume)>, StoreError> {
    c.execute("DELETE FROM mailbox WHERE device NOT IN (SELECT device FROM devices)", [])?;
    c.execute("DELETE FROM mailbox_heads WHERE device NOT IN (SELECT device FROM devices)", [])?;
    let mut query = c.prepare_cached(&format!(
        "SELECT device, count(*), sum(length({SEALED})) FROM mailbox WHERE at < ?1 GROUP BY device"
    ))?;
    let read = |row: &SqlRow<'_>| Ok((DeviceId(id(row, 0)?), Volume { count: row.get(1)?, bytes: row.get(2)? }));
    let ran_out: Vec<_> = query.query_map([before], read)?.collect::<Result<_, _>>()?;
    for (device, volume) in &ran_out {
        c.prepare_cached("DELETE FROM mailbox WHERE device = ?1 AND at < ?2")?.execute((device.0, before))?;
        c.prepare_cached(
            "INSERT INTO mailbox_heads (device, expired) VALUES (?1, ?2)
             ON CONFLICT (device) DO UPDATE SET expired = expired + excluded.expired",
        )?
        .execute((device.0, volume.count))?;
    }
    Ok(ran_out)
}

/// Bytes of a fixed length from a column.
pub(super) fn id<const N: usize>(row: &SqlRow<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    row.get(column)
}
