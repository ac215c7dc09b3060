//! Pre-keys: one-time keys, each handed out once, and the fallback key when none is left.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{AccountId, DeviceId, PreKey, Signed, Timestamp, rest::ClaimedKey};

use super::{accounts, devices};
use crate::store::{Claimed, NewKeys, OneTimeKey, StoreError};

pub(super) const TABLE: &str = "
CREATE TABLE one_time_keys (
    device    BLOB    NOT NULL REFERENCES devices (device) ON DELETE CASCADE,
    key_id    BLOB    NOT NULL,
    not_after INTEGER NOT NULL,
    pre_key   BLOB    NOT NULL,
    PRIMARY KEY (device, key_id)
) STRICT, WITHOUT ROWID;";

pub(super) fn publish(c: &Connection, device: DeviceId, new: &NewKeys) -> Result<u32, StoreError> {
    if let Some(key) = &new.seal_key {
        c.execute("UPDATE devices SET seal_key = ?2 WHERE device = ?1", (device.0, key.to_vec()))?;
    }
    if let Some(key) = &new.fallback {
        c.execute("UPDATE devices SET fallback = ?2 WHERE device = ?1", (device.0, key.to_vec()))?;
    }
    let room = new.most.saturating_sub(count(c, device)?) as usize;
    add(c, device, new.one_time.iter().take(room))?;
    count(c, device)
}

pub(super) fn add<'a>(
    c: &Connection,
    device: DeviceId,
    keys: impl IntoIterator<Item = &'a OneTimeKey>,
) -> Result<(), StoreError> {
    let mut insert = c.prepare_cached(
        "INSERT OR IGNORE INTO one_time_keys (device, key_id, not_after, pre_key) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for key in keys {
        insert.execute((device.0, key.key_id.0, key.not_after, key.pre_key.to_vec()))?;
    }
    Ok(())
}

pub(super) fn count(c: &Connection, device: DeviceId) -> Result<u32, StoreError> {
    let mut query = c.prepare_cached("SELECT count(*) FROM one_time_keys WHERE device = ?1")?;
    Ok(query.query_row([device.0], |row| row.get(0))?)
}

pub(super) fn claim(
    c: &Connection,
    account: AccountId,
    wanted: &[DeviceId],
    now: Timestamp,
) -> Result<Option<Claimed>, StoreError> {
    if !accounts::exists(c, account)? {
        return Ok(None);
    }
    let theirs = devices::of_account(c, account)?;
    let mut claimed = Claimed { keys: Vec::new(), remaining: Vec::new() };
    for device in wanted.iter().copied().filter(|w| theirs.iter().any(|(d, _)| d == w)) {
        c.prepare_cached("DELETE FROM one_time_keys WHERE device = ?1 AND not_after <= ?2")?
            .execute((device.0, now))?;
        let key = match take_one_time(c, device)? {
            Some(key) => Some(key),
            None => fallback(c, device)?,
        };
        if let Some(bytes) = key {
            let pre_key: Signed<PreKey> = Signed::from_slice(&bytes).map_err(|_| StoreError::Corrupt)?;
            claimed.keys.push(ClaimedKey { device, pre_key });
        }
        claimed.remaining.push((device, count(c, device)?));
    }
    Ok(Some(claimed))
}

fn take_one_time(c: &Connection, device: DeviceId) -> Result<Option<Vec<u8>>, StoreError> {
    let taken = c
        .prepare_cached(
            "DELETE FROM one_time_keys WHERE device = ?1
             AND key_id = (SELECT key_id FROM one_time_keys WHERE device = ?1 LIMIT 1) RETURNING pre_key",
        )?
        .query_row([device.0], |row| row.get(0))
        .optional()?;
    Ok(taken)
}

fn fallback(c: &Connection, device: DeviceId) -> Result<Option<Vec<u8>>, StoreError> {
    let mut query = c.prepare_cached("SELECT fallback FROM devices WHERE device = ?1")?;
    Ok(query.query_row([device.0], |row| row.get(0)).optional()?)
}
