//! `group_events`: the hash to which each valid event led, to compare views of older epochs.

use rusqlite::{Connection, params};
use sotto_machine::group::rows::GroupEventRow;
use sotto_wire::GroupId;

use crate::{
    column::Bind,
    sql::{Result, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE group_events (
    group_id BLOB NOT NULL,
    epoch    INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (group_id, epoch)
) STRICT, WITHOUT ROWID;";

pub(crate) fn get(db: &Connection, group: &GroupId, epoch: u64) -> Result<Option<GroupEventRow>> {
    let sql = "SELECT group_id, epoch, hash, at FROM group_events WHERE group_id = ?1 AND epoch = ?2";
    one(db, sql, params![Bind(group), Bind(&epoch)], |f| {
        Ok(GroupEventRow { group: f.take()?, epoch: f.take()?, hash: f.take()?, at: f.take()? })
    })
}

pub(crate) fn put(db: &Connection, row: &GroupEventRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO group_events (group_id, epoch, hash, at) VALUES (?1, ?2, ?3, ?4)";
    run(db, sql, params![Bind(&row.group), Bind(&row.epoch), Bind(&row.hash), Bind(&row.at)])?;
    Ok(())
}
