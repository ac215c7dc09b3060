//! `group_outbox`: what is to be sent to whole groups, until the relay has answered for every member.

use rusqlite::{Connection, Params, params};
use sotto_machine::group::rows::GroupOutboxRow;
use sotto_wire::SendId;

use super::{from_cbor, to_cbor};
use crate::{
    column::{Bind, Fields},
    sql::{Result, all, run},
};

/// `todo`, `full` and `sending` are CBOR lists of accounts.
pub(crate) const CREATE: &str = "\
CREATE TABLE group_outbox (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    id         BLOB NOT NULL UNIQUE,
    group_id   BLOB NOT NULL,
    message    BLOB,
    body       BLOB NOT NULL,
    payload    BLOB NOT NULL,
    todo       BLOB NOT NULL,
    full       BLOB NOT NULL,
    sending    BLOB NOT NULL,
    not_before INTEGER NOT NULL
) STRICT;";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<GroupOutboxRow> {
    Ok(GroupOutboxRow {
        id: f.take()?,
        group: f.take()?,
        message: f.take()?,
        body: f.take()?,
        payload: f.take()?,
        todo: from_cbor(&f.take::<Vec<u8>>()?)?,
        full: from_cbor(&f.take::<Vec<u8>>()?)?,
        sending: from_cbor(&f.take::<Vec<u8>>()?)?,
        not_before: f.take()?,
    })
}

fn select(db: &Connection, filter: &str, params: impl Params) -> Result<Vec<GroupOutboxRow>> {
    let sql = format!(
        "SELECT id, group_id, message, body, payload, todo, full, sending, not_before FROM group_outbox {filter} \
         ORDER BY position"
    );
    all(db, &sql, params, read)
}

pub(crate) fn get(db: &Connection, id: &SendId) -> Result<Option<GroupOutboxRow>> {
    Ok(select(db, "WHERE id = ?1", [Bind(id)])?.pop())
}

pub(crate) fn get_all(db: &Connection) -> Result<Vec<GroupOutboxRow>> {
    select(db, "", [])
}

/// A row keeps its place, also under another id.
pub(crate) fn put(db: &Connection, row: &GroupOutboxRow, instead: Option<&SendId>) -> Result<()> {
    if let Some(before) = instead {
        run(db, "UPDATE group_outbox SET id = ?2 WHERE id = ?1", params![Bind(before), Bind(&row.id)])?;
    }
    let sql = "INSERT INTO group_outbox (id, group_id, message, body, payload, todo, full, sending, not_before) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET body = excluded.body, \
               payload = excluded.payload, todo = excluded.todo, full = excluded.full, sending = excluded.sending, \
               not_before = excluded.not_before";
    run(
        db,
        sql,
        params![
            Bind(&row.id),
            Bind(&row.group),
            Bind(&row.message),
            row.body,
            row.payload,
            to_cbor(&row.todo),
            to_cbor(&row.full),
            to_cbor(&row.sending),
            Bind(&row.not_before),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, id: &SendId) -> Result<()> {
    run(db, "DELETE FROM group_outbox WHERE id = ?1", [Bind(id)])?;
    Ok(())
}
