//! `group_secrets`: epoch secrets of groups, as members have sealed them to this device.

use rusqlite::{Connection, Params, params};
use sotto_machine::group::rows::GroupSecretRow;
use sotto_wire::{GroupId, Timestamp};

use crate::{
    column::{Bind, Fields},
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE group_secrets (
    position  INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id  BLOB NOT NULL,
    hash      BLOB NOT NULL,
    tag       BLOB NOT NULL,
    secret    BLOB NOT NULL,
    event_key BLOB,
    at        INTEGER NOT NULL,
    UNIQUE (group_id, hash)
) STRICT;
CREATE INDEX group_secrets_tag ON group_secrets (tag);";

/// Secrets of a group that are kept whatever their age: the current one, the one before, and some on their way.
const KEPT: u32 = 4;

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<GroupSecretRow> {
    Ok(GroupSecretRow {
        group: f.take()?,
        hash: f.take()?,
        tag: f.take()?,
        secret: f.take()?,
        event_key: f.take()?,
        at: f.take()?,
    })
}

fn select(db: &Connection, filter: &str, params: impl Params) -> Result<Vec<GroupSecretRow>> {
    let sql =
        format!("SELECT group_id, hash, tag, secret, event_key, at FROM group_secrets {filter} ORDER BY position");
    all(db, &sql, params, read)
}

pub(crate) fn of_group(db: &Connection, group: &GroupId) -> Result<Vec<GroupSecretRow>> {
    select(db, "WHERE group_id = ?1", [Bind(group)])
}

pub(crate) fn of_tag(db: &Connection, tag: &[u8; 16]) -> Result<Option<GroupSecretRow>> {
    Ok(select(db, "WHERE tag = ?1", [Bind(tag)])?.pop())
}

/// Groups of which a secret came and that are not known yet.
pub(crate) fn to_join(db: &Connection) -> Result<Vec<GroupId>> {
    let sql = "SELECT DISTINCT group_id FROM group_secrets WHERE group_id NOT IN (SELECT id FROM groups)";
    all(db, sql, [], |f| f.take())
}

pub(crate) fn put(db: &Connection, row: &GroupSecretRow) -> Result<()> {
    let sql = "INSERT INTO group_secrets (group_id, hash, tag, secret, event_key, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
               ON CONFLICT (group_id, hash) DO UPDATE SET event_key = excluded.event_key, at = excluded.at";
    run(
        db,
        sql,
        params![
            Bind(&row.group),
            Bind(&row.hash),
            Bind(&row.tag),
            Bind(&row.secret),
            Bind(&row.event_key),
            Bind(&row.at)
        ],
    )?;
    Ok(())
}

pub(crate) fn prune(db: &Connection, before: Timestamp) -> Result<()> {
    let sql = "DELETE FROM group_secrets WHERE at < ?1 AND \
               (SELECT count(*) FROM group_secrets AS later WHERE later.group_id = group_secrets.group_id \
               AND later.position > group_secrets.position) >= ?2";
    run(db, sql, params![Bind(&before), KEPT])?;
    Ok(())
}
