//! `edits`: the wordings of a message that has had more than one.

use rusqlite::{Connection, params};
use sotto_machine::rows::EditRow;
use sotto_wire::{AccountId, MessageId};

use crate::{
    column::Bind,
    groups::{from_cbor, to_cbor},
    sql::{Result, all, run},
};

/// They go with their message.
pub(crate) const CREATE: &str = "\
CREATE TABLE edits (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    count  INTEGER NOT NULL,
    text   TEXT NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id, count),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;";

/// Who is named in a wording, as CBOR.
pub(crate) const ADD_MENTIONS: &str = "ALTER TABLE edits ADD COLUMN mentions BLOB;";

/// Oldest first.
pub(crate) fn of_message(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Vec<EditRow>> {
    let sql = "SELECT author, id, count, text, mentions, at FROM edits WHERE author = ?1 AND id = ?2 ORDER BY count";
    all(db, sql, params![Bind(author), Bind(id)], |f| {
        Ok(EditRow {
            author: f.take()?,
            id: f.take()?,
            count: f.take()?,
            text: f.take()?,
            mentions: f.take::<Option<Vec<u8>>>()?.map(|bytes| from_cbor(&bytes)).transpose()?.unwrap_or_default(),
            at: f.take()?,
        })
    })
}

pub(crate) fn put(db: &Connection, row: &EditRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO edits (author, id, count, text, mentions, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mentions = (!row.mentions.is_empty()).then(|| to_cbor(&row.mentions));
    run(db, sql, params![Bind(&row.author), Bind(&row.id), Bind(&row.count), row.text, mentions, Bind(&row.at)])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, author: &AccountId, id: &MessageId, count: u32) -> Result<()> {
    let sql = "DELETE FROM edits WHERE author = ?1 AND id = ?2 AND count = ?3";
    run(db, sql, params![Bind(author), Bind(id), count])?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, author: &AccountId, id: &MessageId) -> Result<()> {
    run(db, "DELETE FROM edits WHERE author = ?1 AND id = ?2", params![Bind(author), Bind(id)])?;
    Ok(())
}
