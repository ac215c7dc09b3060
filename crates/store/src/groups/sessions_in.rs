//! `group_sessions_in`: Megolm sessions of other people's devices; `group_indices`: what was received in them.

use rusqlite::{Connection, Params, params};
use sotto_machine::group::rows::GroupSessionInRow;
use sotto_wire::DeviceId;

use crate::{
    column::{Bind, Fields},
    sql::{Result, all, run, value},
};

/// The indices outlive their session: a session that comes back does not open anything twice.
pub(crate) const CREATE: &str = "\
CREATE TABLE group_sessions_in (
    session_id  TEXT NOT NULL,
    device      BLOB NOT NULL,
    account     BLOB NOT NULL,
    group_id    BLOB NOT NULL,
    epoch       INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    next_index  INTEGER NOT NULL,
    pickle      BLOB NOT NULL,
    received    INTEGER NOT NULL,
    advanced    INTEGER NOT NULL,
    retired     INTEGER,
    PRIMARY KEY (session_id, device)
) STRICT;
CREATE TABLE group_indices (
    session_id TEXT NOT NULL,
    device     BLOB NOT NULL,
    idx        INTEGER NOT NULL,
    PRIMARY KEY (session_id, device, idx)
) STRICT, WITHOUT ROWID;";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<GroupSessionInRow> {
    Ok(GroupSessionInRow {
        session_id: f.take()?,
        device: f.take()?,
        account: f.take()?,
        group: f.take()?,
        epoch: f.take()?,
        first_index: f.take()?,
        next_index: f.take()?,
        pickle: f.take()?,
        received: f.take()?,
        advanced: f.take()?,
        retired: f.take()?,
    })
}

fn select(db: &Connection, filter: &str, params: impl Params) -> Result<Vec<GroupSessionInRow>> {
    let sql = format!(
        "SELECT session_id, device, account, group_id, epoch, first_index, next_index, pickle, received, advanced, \
         retired FROM group_sessions_in {filter} ORDER BY session_id, device"
    );
    all(db, &sql, params, read)
}

pub(crate) fn of_id(db: &Connection, session_id: &str) -> Result<Vec<GroupSessionInRow>> {
    select(db, "WHERE session_id = ?1", [session_id])
}

pub(crate) fn get_all(db: &Connection) -> Result<Vec<GroupSessionInRow>> {
    select(db, "", [])
}

pub(crate) fn put(db: &Connection, row: &GroupSessionInRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO group_sessions_in (session_id, device, account, group_id, epoch, first_index, \
               next_index, pickle, received, advanced, retired) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    run(
        db,
        sql,
        params![
            row.session_id,
            Bind(&row.device),
            Bind(&row.account),
            Bind(&row.group),
            Bind(&row.epoch),
            row.first_index,
            row.next_index,
            row.pickle,
            Bind(&row.received),
            Bind(&row.advanced),
            Bind(&row.retired),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, session_id: &str, device: &DeviceId) -> Result<()> {
    run(db, "DELETE FROM group_sessions_in WHERE session_id = ?1 AND device = ?2", params![session_id, Bind(device)])?;
    Ok(())
}

pub(crate) fn has_index(db: &Connection, session_id: &str, device: &DeviceId, index: u32) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM group_indices WHERE session_id = ?1 AND device = ?2 AND idx = ?3)";
    Ok(value(db, sql, params![session_id, Bind(device), index])?.unwrap_or(false))
}

pub(crate) fn put_index(db: &Connection, session_id: &str, device: &DeviceId, index: u32) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO group_indices (session_id, device, idx) VALUES (?1, ?2, ?3)";
    run(db, sql, params![session_id, Bind(device), index])?;
    Ok(())
}
