//! `group_sessions_out`: this device's own Megolm session of each group.

use rusqlite::{Connection, params};
use sotto_machine::group::rows::GroupSessionOutRow;
use sotto_wire::GroupId;

use super::{from_cbor, to_cbor};
use crate::{
    column::Bind,
    sql::{Result, one, run},
};

/// `shared` is CBOR.
pub(crate) const CREATE: &str = "\
CREATE TABLE group_sessions_out (
    group_id   BLOB PRIMARY KEY NOT NULL,
    session_id TEXT NOT NULL,
    pickle     BLOB NOT NULL,
    own_copy   BLOB NOT NULL,
    epoch      INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    next_index INTEGER NOT NULL,
    shared     BLOB NOT NULL
) STRICT;";

pub(crate) fn get(db: &Connection, group: &GroupId) -> Result<Option<GroupSessionOutRow>> {
    let sql = "SELECT group_id, session_id, pickle, own_copy, epoch, created, next_index, shared \
               FROM group_sessions_out WHERE group_id = ?1";
    one(db, sql, [Bind(group)], |f| {
        Ok(GroupSessionOutRow {
            group: f.take()?,
            session_id: f.take()?,
            pickle: f.take()?,
            own_copy: f.take()?,
            epoch: f.take()?,
            created: f.take()?,
            next_index: f.take()?,
            shared: from_cbor(&f.take::<Vec<u8>>()?)?,
        })
    })
}

pub(crate) fn put(db: &Connection, row: &GroupSessionOutRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO group_sessions_out (group_id, session_id, pickle, own_copy, epoch, created, \
               next_index, shared) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    run(
        db,
        sql,
        params![
            Bind(&row.group),
            row.session_id,
            row.pickle,
            row.own_copy,
            Bind(&row.epoch),
            Bind(&row.created),
            row.next_index,
            to_cbor(&row.shared),
        ],
    )?;
    Ok(())
}
