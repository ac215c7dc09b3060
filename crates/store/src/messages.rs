//! `messages`: the entries of all conversations, in the order in which this device came to know them.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, Content, MessageRow};
use sotto_wire::{AccountId, MessageId};

use crate::{
    column::{Bind, Fields},
    search_texts,
    sql::{Result, all, one, run, value},
};

mod content;
mod thread;

pub use thread::{Page, ThreadPage, ThreadRow, Unread};
pub(crate) use thread::{page, unread, unread_total};

/// AUTOINCREMENT: positions are never given out twice. `count` belongs to the notices about missing messages.
pub(crate) const CREATE: &str = "\
CREATE TABLE messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    author   BLOB NOT NULL,
    id       BLOB NOT NULL,
    chat     INTEGER NOT NULL REFERENCES chats (id) DEFERRABLE INITIALLY DEFERRED,
    at       INTEGER NOT NULL,
    state    TEXT NOT NULL,
    text     TEXT,
    notice   TEXT,
    count    INTEGER,
    unread   INTEGER NOT NULL CHECK (unread IN (0, 1)),
    UNIQUE (author, id),
    CHECK ((text IS NULL) <> (notice IS NULL))
) STRICT;
CREATE INDEX messages_chat ON messages (chat, position);
CREATE INDEX messages_unread ON messages (chat, position) WHERE unread = 1;
CREATE INDEX messages_held ON messages (chat, position) WHERE state = 'held';
CREATE INDEX messages_gap ON messages (chat, position) WHERE notice = 'gap';";

/// What goes with a text, as CBOR of a `Post` without it.
pub(crate) const ADD_EXTRAS: &str = "ALTER TABLE messages ADD COLUMN extras BLOB;";

pub(crate) const COLUMNS: &str = "messages.position, messages.id, messages.chat, messages.author, messages.at, \
     messages.state, messages.text, messages.extras, messages.notice, messages.count, messages.unread";

pub(crate) fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<ThreadRow> {
    Ok(ThreadRow {
        position: f.take()?,
        message: MessageRow {
            id: f.take()?,
            chat: f.take()?,
            author: f.take()?,
            at: f.take()?,
            state: f.take()?,
            content: content::read(f)?,
            unread: f.take()?,
        },
    })
}

pub(crate) fn get(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Option<ThreadRow>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE author = ?1 AND id = ?2");
    one(db, &sql, params![Bind(author), Bind(id)], read)
}

pub(crate) fn gap_notice(db: &Connection, chat: ChatId) -> Result<Option<MessageRow>> {
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE chat = ?1 AND notice = 'gap' ORDER BY position DESC LIMIT 1");
    Ok(one(db, &sql, [Bind(&chat)], read)?.map(|row| row.message))
}

/// Oldest first.
pub(crate) fn held(db: &Connection, chat: ChatId) -> Result<Vec<MessageRow>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE chat = ?1 AND state = 'held' ORDER BY position");
    all(db, &sql, [Bind(&chat)], |f| Ok(read(f)?.message))
}

/// Oldest first, and only what somebody else wrote.
pub(crate) fn unread_up_to(db: &Connection, chat: ChatId, position: i64) -> Result<Vec<MessageRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE chat = ?1 AND unread = 1 AND position <= ?2 \
         AND author IS NOT (SELECT account FROM own) ORDER BY position"
    );
    all(db, &sql, params![Bind(&chat), position], |f| Ok(read(f)?.message))
}

/// A new entry goes to the end; one that is there is rewritten in its place. The search index follows.
pub(crate) fn put(db: &Connection, row: &MessageRow) -> Result<()> {
    let sql = "INSERT INTO messages (author, id, chat, at, state, text, extras, notice, count, unread) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (author, id) DO UPDATE SET \
               chat = excluded.chat, at = excluded.at, state = excluded.state, text = excluded.text, \
               extras = excluded.extras, notice = excluded.notice, count = excluded.count, unread = excluded.unread RETURNING position";
    let (text, extras, notice, count) = content::columns(&row.content);
    let position: Option<i64> = value(
        db,
        sql,
        params![
            Bind(&row.author),
            Bind(&row.id),
            Bind(&row.chat),
            Bind(&row.at),
            Bind(&row.state),
            text,
            extras,
            notice,
            count,
            row.unread,
        ],
    )?;
    match (position, &row.content) {
        (Some(position), Content::Post(post)) => search_texts::put(db, position, &post.text),
        (Some(position), Content::Notice(_)) => search_texts::delete(db, position),
        (None, _) => Ok(()),
    }
}

/// The search index follows by its foreign key.
pub(crate) fn delete(db: &Connection, author: &AccountId, id: &MessageId) -> Result<()> {
    run(db, "DELETE FROM messages WHERE author = ?1 AND id = ?2", params![Bind(author), Bind(id)])?;
    Ok(())
}

pub(crate) fn mark_read(db: &Connection, chat: ChatId, position: i64) -> Result<()> {
    let sql = "UPDATE messages SET unread = 0 WHERE chat = ?1 AND unread = 1 AND position <= ?2";
    run(db, sql, params![Bind(&chat), position])?;
    Ok(())
}
