//! Invitations: only a keyed hash of each, for whom it is, and whether it was used.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{Timestamp, limits::DAY};

use crate::store::{Invitation, StoreError};

pub(super) const TABLE: &str = "
CREATE TABLE invitations (
    hash    BLOB    NOT NULL PRIMARY KEY,
    note    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER
) STRICT, WITHOUT ROWID;";

/// How long one that does not count any more is still listed.
const REMEMBERED: u64 = 30 * DAY;

pub(super) fn insert(c: &Connection, invitation: &Invitation) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO invitations (hash, note, created, expires) VALUES (?1, ?2, ?3, ?4)",
        (invitation.hash, &invitation.note, invitation.created, invitation.expires),
    )?;
    Ok(())
}

/// Whether there is such an invitation, not used and not expired.
pub(super) fn counts(c: &Connection, hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    let mut query = c.prepare_cached("SELECT 1 FROM invitations WHERE hash = ?1 AND used IS NULL AND expires > ?2")?;
    Ok(query.exists((hash, now))?)
}

/// Uses one up; `false` if it does not count any more.
pub(super) fn use_up(c: &Connection, hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE invitations SET used = ?2 WHERE hash = ?1 AND used IS NULL AND expires > ?2";
    Ok(c.execute(sql, (hash, now))? == 1)
}

pub(super) fn all(c: &Connection) -> Result<Vec<Invitation>, StoreError> {
    let mut query = c.prepare("SELECT hash, note, created, expires, used FROM invitations ORDER BY created, hash")?;
    let rows = query.query_map([], |row| {
        Ok(Invitation {
            hash: row.get(0)?,
            note: row.get(1)?,
            created: row.get(2)?,
            expires: row.get(3)?,
            used: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// `false` if there is none that could still be used.
pub(super) fn revoke(c: &Connection, hash: &[u8; 32]) -> Result<bool, StoreError> {
    let known = c
        .query_row("SELECT used FROM invitations WHERE hash = ?1", [hash], |row| row.get::<_, Option<Timestamp>>(0))
        .optional()?;
    if known != Some(None) {
        return Ok(false);
    }
    c.execute("DELETE FROM invitations WHERE hash = ?1", [hash])?;
    Ok(true)
}

pub(super) fn sweep(c: &Connection, now: Timestamp) -> Result<(), StoreError> {
    c.execute("DELETE FROM invitations WHERE coalesce(used, expires) + ?1 <= ?2", (REMEMBERED, now))?;
    Ok(())
}
