//! `reactions`: one emoji for each person and message; without one it was taken back.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, ReactionRow};
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::{
    column::{Bind, Fields},
    sql::{Result, all, one, run},
};

/// They go with their message. `chat` is that of the message.
pub(crate) const CREATE: &str = "\
CREATE TABLE reactions (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    person BLOB NOT NULL,
    chat   INTEGER NOT NULL,
    emoji  TEXT,
    count  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id, person),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX reactions_chat ON reactions (chat, at);";

const COLUMNS: &str = "reactions.chat, reactions.author, reactions.id, reactions.person, reactions.emoji, \
     reactions.count, reactions.at";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<ReactionRow> {
    Ok(ReactionRow {
        chat: f.take()?,
        author: f.take()?,
        id: f.take()?,
        person: f.take()?,
        emoji: f.take()?,
        count: f.take()?,
        at: f.take()?,
    })
}

pub(crate) fn get(
    db: &Connection,
    author: &AccountId,
    id: &MessageId,
    person: &AccountId,
) -> Result<Option<ReactionRow>> {
    let sql = format!("SELECT {COLUMNS} FROM reactions WHERE author = ?1 AND id = ?2 AND person = ?3");
    one(db, &sql, params![Bind(author), Bind(id), Bind(person)], read)
}

/// Those that stand, in the order in which they came.
pub(crate) fn of_message(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Vec<ReactionRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM reactions WHERE author = ?1 AND id = ?2 AND emoji IS NOT NULL ORDER BY at, person"
    );
    all(db, &sql, params![Bind(author), Bind(id)], read)
}

/// The newest one of somebody else to a message of this person, if it came after that time.
pub(crate) fn newest_after(db: &Connection, chat: ChatId, after: Timestamp) -> Result<Option<ReactionRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM reactions, own WHERE chat = ?1 AND at > ?2 AND emoji IS NOT NULL \
         AND author = own.account AND person <> own.account ORDER BY at DESC LIMIT 1"
    );
    one(db, &sql, params![Bind(&chat), Bind(&after)], read)
}

pub(crate) fn put(db: &Connection, row: &ReactionRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO reactions (chat, author, id, person, emoji, count, at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    run(
        db,
        sql,
        params![
            Bind(&row.chat),
            Bind(&row.author),
            Bind(&row.id),
            Bind(&row.person),
            row.emoji,
            Bind(&row.count),
            Bind(&row.at)
        ],
    )?;
    Ok(())
}

pub(crate) fn delete_of(db: &Connection, author: &AccountId, id: &MessageId) -> Result<()> {
    run(db, "DELETE FROM reactions WHERE author = ?1 AND id = ?2", params![Bind(author), Bind(id)])?;
    Ok(())
}
