//! `pins`: messages pinned for everybody in their chat, and those that were.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, PinRow};
use sotto_wire::{AccountId, MessageId};

use crate::{
    column::Bind,
    messages::{self, ThreadRow},
    sql::{Result, all, one, run, value},
};

/// They go with their message. `chat` is that of the message.
pub(crate) const CREATE: &str = "\
CREATE TABLE pins (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    chat   INTEGER NOT NULL,
    pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
    count  INTEGER NOT NULL,
    actor  BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX pins_chat ON pins (chat) WHERE pinned = 1;";

pub(crate) fn get(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Option<PinRow>> {
    let sql = "SELECT chat, author, id, pinned, count, actor, at FROM pins WHERE author = ?1 AND id = ?2";
    one(db, sql, params![Bind(author), Bind(id)], |f| {
        Ok(PinRow {
            chat: f.take()?,
            author: f.take()?,
            id: f.take()?,
            pinned: f.take()?,
            count: f.take()?,
            actor: f.take()?,
            at: f.take()?,
        })
    })
}

pub(crate) fn is_pinned(db: &Connection, author: &AccountId, id: &MessageId) -> Result<bool> {
    let sql = "SELECT pinned FROM pins WHERE author = ?1 AND id = ?2";
    Ok(value(db, sql, params![Bind(author), Bind(id)])?.unwrap_or(false))
}

/// The pinned messages of a chat, oldest first.
pub(crate) fn of_chat(db: &Connection, chat: ChatId) -> Result<Vec<ThreadRow>> {
    let sql = format!(
        "SELECT {} FROM pins JOIN messages ON messages.author = pins.author AND messages.id = pins.id \
         WHERE pins.chat = ?1 AND pins.pinned = 1 ORDER BY messages.position",
        messages::COLUMNS
    );
    all(db, &sql, [Bind(&chat)], messages::read)
}

pub(crate) fn put(db: &Connection, row: &PinRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO pins (chat, author, id, pinned, count, actor, at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    run(
        db,
        sql,
        params![
            Bind(&row.chat),
            Bind(&row.author),
            Bind(&row.id),
            row.pinned,
            Bind(&row.count),
            Bind(&row.actor),
            Bind(&row.at)
        ],
    )?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, author: &AccountId, id: &MessageId) -> Result<()> {
    run(db, "DELETE FROM pins WHERE author = ?1 AND id = ?2", params![Bind(author), Bind(id)])?;
    Ok(())
}
