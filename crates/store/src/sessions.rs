//! `sessions`: Olm sessions with devices, and the tombstones of those that were.

use rusqlite::{Connection, params};
use sotto_machine::rows::SessionRow;
use sotto_wire::{DeviceId, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE sessions (
    device     BLOB NOT NULL,
    session_id TEXT NOT NULL,
    used_at    INTEGER NOT NULL,
    pickle     BLOB,
    PRIMARY KEY (device, session_id)
) STRICT;";

pub(crate) fn of_device(db: &Connection, device: &DeviceId) -> Result<Vec<SessionRow>> {
    let sql = "SELECT device, session_id, pickle, used_at FROM sessions WHERE device = ?1 \
               ORDER BY pickle IS NULL, used_at DESC, rowid DESC";
    all(db, sql, [Bind(device)], |f| {
        Ok(SessionRow { device: f.take()?, session_id: f.take()?, pickle: f.take()?, used_at: f.take()? })
    })
}

/// At most four stay alive; of the others only the tombstone is kept.
pub(crate) fn put(db: &Connection, row: &SessionRow) -> Result<()> {
    let sql = "INSERT INTO sessions (device, session_id, used_at, pickle) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (device, session_id) DO UPDATE SET used_at = excluded.used_at, pickle = excluded.pickle";
    run(db, sql, params![Bind(&row.device), row.session_id, Bind(&row.used_at), row.pickle])?;
    // A tombstone's time is that of its burial: a broken session has none of its own.
    let sql = "UPDATE sessions SET pickle = NULL, used_at = max(used_at, ?2) WHERE rowid IN (SELECT rowid FROM sessions \
               WHERE device = ?1 AND pickle IS NOT NULL ORDER BY used_at DESC, rowid DESC LIMIT -1 OFFSET 4)";
    run(db, sql, params![Bind(&row.device), Bind(&row.used_at)])?;
    Ok(())
}

/// Whatever could revive them cannot be opened any more.
pub(crate) fn prune(db: &Connection, buried: Timestamp) -> Result<()> {
    run(db, "DELETE FROM sessions WHERE pickle IS NULL AND used_at < ?1", [Bind(&buried)])?;
    Ok(())
}

/// The keys go, the tombstones stay: a replayed pre-key message must not revive a session.
pub(crate) fn bury(db: &Connection, device: &DeviceId) -> Result<()> {
    run(db, "UPDATE sessions SET pickle = NULL WHERE device = ?1", [Bind(device)])?;
    Ok(())
}
