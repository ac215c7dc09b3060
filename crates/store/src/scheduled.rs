//! `scheduled`: messages that are to leave later.

use rusqlite::{Connection, params};
use sotto_machine::{
    post::Post,
    rows::ChatId,
    schedule::{ScheduleChange, ScheduledRow},
};
use sotto_wire::{MessageId, Timestamp};

use crate::{
    column::{Bind, Fields, unreadable},
    sql::{Result, all, one, run, value},
};

/// They go with their chat. `recipient` is whose chat it was then, NULL in a group.
pub(crate) const CREATE: &str = "\
CREATE TABLE scheduled (
    id        BLOB PRIMARY KEY,
    chat      INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    recipient BLOB,
    at        INTEGER NOT NULL,
    text      TEXT NOT NULL,
    extras    BLOB,
    failed    INTEGER NOT NULL CHECK (failed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX scheduled_chat ON scheduled (chat, at);
CREATE INDEX scheduled_at ON scheduled (at) WHERE failed = 0;";

const COLUMNS: &str = "id, chat, recipient, at, text, extras, failed";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<ScheduledRow> {
    let (id, chat, recipient, at) = (f.take()?, f.take()?, f.take()?, f.take()?);
    let text: String = f.take()?;
    let extras: Option<Vec<u8>> = f.take()?;
    let post = Post::join(text, extras.as_deref()).map_err(|_| unreadable("message"))?;
    Ok(ScheduledRow { id, chat, recipient, at, post, failed: f.take()? })
}

pub(crate) fn get(db: &Connection, id: &MessageId) -> Result<Option<ScheduledRow>> {
    one(db, &format!("SELECT {COLUMNS} FROM scheduled WHERE id = ?1"), [Bind(id)], read)
}

pub(crate) fn of_chat(db: &Connection, chat: ChatId) -> Result<Vec<ScheduledRow>> {
    all(db, &format!("SELECT {COLUMNS} FROM scheduled WHERE chat = ?1 ORDER BY at, id"), [Bind(&chat)], read)
}

/// The earliest first.
pub(crate) fn between(db: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<ScheduledRow>> {
    let sql =
        format!("SELECT {COLUMNS} FROM scheduled WHERE failed = 0 AND at >= ?1 AND at <= ?2 ORDER BY at, id LIMIT 500");
    all(db, &sql, params![Bind(&from), Bind(&to)], read)
}

pub(crate) fn next_after(db: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(at) FROM scheduled WHERE failed = 0 AND at > ?1";
    Ok(value::<Option<Timestamp>>(db, sql, [Bind(&now)])?.flatten())
}

pub(crate) fn apply(db: &Connection, change: &ScheduleChange) -> Result<()> {
    match change {
        ScheduleChange::Put(row) => run(
            db,
            "INSERT OR REPLACE INTO scheduled (id, chat, recipient, at, text, extras, failed) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                Bind(&row.id),
                Bind(&row.chat),
                Bind(&row.recipient),
                Bind(&row.at),
                row.post.text,
                row.post.extras(),
                row.failed
            ],
        ),
        ScheduleChange::Delete(id) => run(db, "DELETE FROM scheduled WHERE id = ?1", [Bind(id)]),
    }?;
    Ok(())
}

/// None of this chat will be sent.
pub(crate) fn delete_of(db: &Connection, chat: ChatId) -> Result<()> {
    run(db, "DELETE FROM scheduled WHERE chat = ?1", [Bind(&chat)])?;
    Ok(())
}
