//! Mailboxes: sealed messages in order, and one head for each device.

use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow};
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

/// The same rows under one number each: a device's short number and, below it, the message's. A tree by such numbers
/// holds its messages in the leaves alone and names them in few bytes above, so that a commit writes fewer pages than with
/// a device's 16 bytes in every row.
pub(super) const BY_NUMBER: &str = "
CREATE TABLE heads (
    -- short, for as long as the device is there
    number   INTEGER NOT NULL PRIMARY KEY,
    device   BLOB    NOT NULL UNIQUE,
    -- numbers of messages up to here may have been handed out
    reserved INTEGER NOT NULL DEFAULT 0,
    -- messages that ran out of their time and that the device has not been told of
    expired  INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO heads (device, reserved, expired) SELECT device, reserved, expired FROM mailbox_heads;
INSERT OR IGNORE INTO heads (device) SELECT DISTINCT device FROM mailbox;
CREATE TABLE waiting (
    -- the device's number << 34 | the message's
    key     INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    sealed  BLOB    NOT NULL,
    payload BLOB
) STRICT;
INSERT INTO waiting (key, at, sealed, payload)
    SELECT h.number << 34 | m.seq, m.at, m.sealed, m.payload FROM mailbox AS m JOIN heads AS h USING (device);
DROP TABLE mailbox;
DROP TABLE mailbox_heads;
ALTER TABLE waiting RENAME TO mailbox;
ALTER TABLE heads RENAME TO mailbox_heads;
CREATE TRIGGER mailbox_gives_payload_back AFTER DELETE ON mailbox WHEN old.payload IS NOT NULL BEGIN
    UPDATE payloads SET refs = refs - 1 WHERE hash = old.payload;
    DELETE FROM payloads WHERE hash = old.payload AND refs <= 0;
END;";

/// Bits of a key that number the messages of one device: a thousand a second for 500 years.
const SEQ_BITS: u32 = 34;
/// The highest number of a message.
const LAST_SEQ: u64 = (1 << SEQ_BITS) - 1;
/// Numbers of devices are below this, so that a key is positive.
const DEVICES: u64 = 1 << (63 - SEQ_BITS);

/// What a row holds, wherever it lies.
const SEALED: &str = "coalesce((SELECT p.sealed FROM payloads AS p WHERE p.hash = mailbox.payload), sealed)";

/// The keys of one device's messages.
#[derive(Debug, Clone, Copy)]
struct Keys(u64);

impl Keys {
    /// Those of a device that has a head.
    fn of(c: &Connection, device: DeviceId) -> Result<Option<Self>, StoreError> {
        let mut query = c.prepare_cached("SELECT number FROM mailbox_heads WHERE device = ?1")?;
        let number: Option<u64> = query.query_row([device.0], |row| row.get(0)).optional()?;
        number.map(Self::new).transpose()
    }

    /// Those of a device that is given a head, should it have none.
    fn for_writing(c: &Connection, device: DeviceId) -> Result<Self, StoreError> {
        if let Some(keys) = Self::of(c, device)? {
            return Ok(keys);
        }
        c.prepare_cached("INSERT INTO mailbox_heads (device) VALUES (?1)")?.execute([device.0])?;
        Self::new(u64::try_from(c.last_insert_rowid()).map_err(|_| StoreError::Corrupt)?)
    }

    fn new(number: u64) -> Result<Self, StoreError> {
        if number < DEVICES { Ok(Self(number)) } else { Err(StoreError::Corrupt) }
    }

    /// The key of a message.
    fn at(self, seq: u64) -> Result<u64, StoreError> {
        if seq <= LAST_SEQ { Ok(self.0 << SEQ_BITS | seq) } else { Err(StoreError::Corrupt) }
    }

    /// The keys of the messages up to here, which may be beyond the last.
    fn up_to(self, seq: u64) -> (u64, u64) {
        (self.0 << SEQ_BITS, self.0 << SEQ_BITS | seq.min(LAST_SEQ))
    }

    fn all(self) -> (u64, u64) {
        self.up_to(LAST_SEQ)
    }
}

pub(super) fn insert(c: &Connection, row: &Row) -> Result<(), StoreError> {
    let own = if row.shared.is_some() { &[][..] } else { &row.sealed };
    let key = Keys::for_writing(c, row.device)?.at(row.seq)?;
    c.prepare_cached("INSERT INTO mailbox (key, at, sealed, payload) VALUES (?1, ?2, ?3, ?4)")?.execute((
        key,
        row.at,
        own,
        row.shared.map(|hash| hash.0),
    ))?;
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
    if let Some(keys) = Keys::of(c, device)? {
        c.prepare_cached("DELETE FROM mailbox WHERE key BETWEEN ?1 AND ?2")?.execute(keys.up_to(up_to))?;
    }
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
    delete(c, device, LAST_SEQ)?;
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
    let Some(keys) = Keys::of(c, wanted.device)? else { return Ok(Vec::new()) };
    let mut query = c.prepare_cached(&format!(
        "SELECT key & {LAST_SEQ}, at, {SEALED} FROM mailbox WHERE key > ?1 AND key <= ?2 ORDER BY key LIMIT ?3",
    ))?;
    let read = |row: &SqlRow<'_>| {
        let (seq, at, sealed) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Row { device: wanted.device, seq, at, sealed, shared: None, reserve: None })
    };
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let ((_, after), (_, up_to)) = (keys.up_to(wanted.after), keys.up_to(wanted.up_to));
    let rows = query.query_map((after, up_to, limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn record(c: &Connection, device: DeviceId) -> Result<DeviceRecord, StoreError> {
    let Some(keys) = Keys::of(c, device)? else {
        return Ok(DeviceRecord { device, reserved: 0, waiting: Volume::default() });
    };
    let mut head = c.prepare_cached(&format!(
        "SELECT max((SELECT reserved FROM mailbox_heads WHERE number = ?1),
                    coalesce((SELECT max(key) & {LAST_SEQ} FROM mailbox WHERE key BETWEEN ?2 AND ?3), 0))"
    ))?;
    let (first, last) = keys.all();
    let reserved = head.query_row((keys.0, first, last), |row| row.get(0))?;
    let mut volume = c.prepare_cached(&format!(
        "SELECT count(*), coalesce(sum(length({SEALED})), 0) FROM mailbox WHERE key BETWEEN ?1 AND ?2"
    ))?;
    let waiting = volume.query_row((first, last), |row| Ok(Volume { count: row.get(0)?, bytes: row.get(1)? }))?;
    Ok(DeviceRecord { device, reserved, waiting })
}

/// Deletes messages taken before then, and those of devices that are gone.
pub(super) fn sweep(c: &Connection, before: Timestamp) -> Result<Vec<(DeviceId, Volume)>, StoreError> {
    let mut gone =
        c.prepare_cached("SELECT device FROM mailbox_heads WHERE device NOT IN (SELECT device FROM devices)")?;
    let gone: Vec<_> = gone.query_map([], |row| id(row, 0).map(DeviceId))?.collect::<Result<_, _>>()?;
    gone.into_iter().try_for_each(|device| purge(c, device))?;
    let mut query = c.prepare_cached(&format!(
        "SELECT h.device, h.number, old.count, old.bytes FROM mailbox_heads AS h JOIN
            (SELECT key >> {SEQ_BITS} AS number, count(*) AS count, sum(length({SEALED})) AS bytes
             FROM mailbox WHERE at < ?1 GROUP BY number) AS old USING (number)"
    ))?;
    let read =
        |row: &SqlRow<'_>| Ok((DeviceId(id(row, 0)?), row.get(1)?, Volume { count: row.get(2)?, bytes: row.get(3)? }));
    let ran_out: Vec<(_, u64, Volume)> = query.query_map([before], read)?.collect::<Result<_, _>>()?;
    for (_, number, volume) in &ran_out {
        let (first, last) = Keys::new(*number)?.all();
        c.prepare_cached("DELETE FROM mailbox WHERE key BETWEEN ?1 AND ?2 AND at < ?3")?
            .execute((first, last, before))?;
        c.prepare_cached("UPDATE mailbox_heads SET expired = expired + ?2 WHERE number = ?1")?
            .execute((number, volume.count))?;
    }
    Ok(ran_out.into_iter().map(|(device, _, volume)| (device, volume)).collect())
}

/// Bytes of a fixed length from a column.
pub(super) fn id<const N: usize>(row: &SqlRow<'_>, column: usize) -> rusqlite::Result<[u8; N]> {
    row.get(column)
}
