//! `story_viewers` and `muted_stories`: who may see one's own stories and has, and whose stories are out of the way.
//! Stories themselves are messages of a chat that no list shows.

use rusqlite::{Connection, params};
use sotto_machine::story::{STORIES, ViewerRow};
use sotto_wire::{AccountId, MessageId, Timestamp};

use crate::{
    column::{Bind, Fields},
    messages::{self, ThreadRow},
    sql::{Result, all, one, run, value},
};

/// Viewers go with their story.
pub(crate) const CREATE: &str = "\
INSERT INTO chats (id, hidden) VALUES (0, 1);
CREATE TABLE story_viewers (
    author  BLOB NOT NULL,
    id      BLOB NOT NULL,
    person  BLOB NOT NULL,
    seen_at INTEGER,
    PRIMARY KEY (author, id, person),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE muted_stories (
    person BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;";

const COLUMNS: &str = "author, id, person, seen_at";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<ViewerRow> {
    Ok(ViewerRow { author: f.take()?, id: f.take()?, person: f.take()?, seen_at: f.take()? })
}

pub(crate) fn viewer(
    db: &Connection,
    author: &AccountId,
    id: &MessageId,
    person: &AccountId,
) -> Result<Option<ViewerRow>> {
    let sql = format!("SELECT {COLUMNS} FROM story_viewers WHERE author = ?1 AND id = ?2 AND person = ?3");
    one(db, &sql, params![Bind(author), Bind(id), Bind(person)], read)
}

/// By account.
pub(crate) fn viewers(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Vec<ViewerRow>> {
    let sql = format!("SELECT {COLUMNS} FROM story_viewers WHERE author = ?1 AND id = ?2 ORDER BY person");
    all(db, &sql, params![Bind(author), Bind(id)], read)
}

pub(crate) fn count(db: &Connection, author: &AccountId) -> Result<u32> {
    let sql = "SELECT count(*) FROM messages WHERE chat = ?1 AND author = ?2";
    Ok(value(db, sql, params![Bind(&STORIES), Bind(author)])?.unwrap_or(0))
}

pub(crate) fn put_viewer(db: &Connection, row: &ViewerRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO story_viewers (author, id, person, seen_at) VALUES (?1, ?2, ?3, ?4)";
    run(db, sql, params![Bind(&row.author), Bind(&row.id), Bind(&row.person), Bind(&row.seen_at)])?;
    Ok(())
}

/// Those whose time is not over, oldest first.
pub(crate) fn shown(db: &Connection, now: Timestamp) -> Result<Vec<ThreadRow>> {
    let sql = format!(
        "SELECT {} FROM messages WHERE chat = ?1 AND text IS NOT NULL AND expires_at > ?2 ORDER BY at, position",
        messages::COLUMNS
    );
    let rows = all(db, &sql, params![Bind(&STORIES), Bind(&now)], messages::read)?;
    rows.into_iter().map(|row| messages::with_files(db, row)).collect()
}

pub(crate) fn mute(db: &Connection, person: &AccountId, muted: bool) -> Result<()> {
    let sql = if muted {
        "INSERT OR IGNORE INTO muted_stories (person) VALUES (?1)"
    } else {
        "DELETE FROM muted_stories WHERE person = ?1"
    };
    run(db, sql, [Bind(person)])?;
    Ok(())
}

pub(crate) fn muted(db: &Connection) -> Result<Vec<AccountId>> {
    all(db, "SELECT person FROM muted_stories", [], |f| f.take())
}
