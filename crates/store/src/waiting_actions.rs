//! `waiting_actions`: what was done to messages that are not here yet.

use rusqlite::{Connection, params};
use sotto_machine::rows::WaitingRow;
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, all, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE waiting_actions (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    chat     INTEGER NOT NULL,
    author   BLOB NOT NULL,
    id       BLOB NOT NULL,
    actor    BLOB NOT NULL,
    body     BLOB NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_actions_message ON waiting_actions (author, id);
CREATE INDEX waiting_actions_actor ON waiting_actions (actor);
CREATE INDEX waiting_actions_at ON waiting_actions (at);";

/// In the order in which they came.
pub(crate) fn of_message(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Vec<WaitingRow>> {
    let sql = "SELECT chat, author, id, actor, body, at FROM waiting_actions WHERE author = ?1 AND id = ?2 \
               ORDER BY position";
    all(db, sql, params![Bind(author), Bind(id)], |f| {
        Ok(WaitingRow {
            chat: f.take()?,
            author: f.take()?,
            id: f.take()?,
            actor: f.take()?,
            body: f.take()?,
            at: f.take()?,
        })
    })
}

pub(crate) fn count(db: &Connection, actor: &AccountId) -> Result<u32> {
    Ok(value(db, "SELECT count(*) FROM waiting_actions WHERE actor = ?1", [Bind(actor)])?.unwrap_or(0))
}

pub(crate) fn put(db: &Connection, row: &WaitingRow) -> Result<()> {
    let sql = "INSERT INTO waiting_actions (chat, author, id, actor, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    run(
        db,
        sql,
        params![Bind(&row.chat), Bind(&row.author), Bind(&row.id), Bind(&row.actor), row.body, Bind(&row.at)],
    )?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, author: &AccountId, id: &MessageId) -> Result<()> {
    run(db, "DELETE FROM waiting_actions WHERE author = ?1 AND id = ?2", params![Bind(author), Bind(id)])?;
    Ok(())
}

pub(crate) fn prune(db: &Connection, before: Timestamp) -> Result<()> {
    run(db, "DELETE FROM waiting_actions WHERE at < ?1", [Bind(&before)])?;
    Ok(())
}
