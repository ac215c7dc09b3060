//! `messages`: the entries of all conversations, in the order in which this device came to know them.

use rusqlite::{Connection, params};
use sotto_machine::{
    rows::{ChatId, Content, Marks, MessageRow},
    story::STORIES,
};
use sotto_wire::{AccountId, MessageId};

use crate::{
    attachments, chats,
    column::{Bind, Fields},
    gallery, search_texts,
    sql::{Result, all, one, run, value},
};

mod content;
mod marks;
mod thread;

pub(crate) use marks::{calls, expired, is_before_key_change, next_expiry_after, starred, traces};

pub use thread::{Page, ThreadPage, ThreadRow, Unread};
pub(crate) use thread::{newest, page, unread};

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

/// What has become of a message since: the relay's time of it, its newest wording, kept, and when it goes away.
pub(crate) const ADD_MARKS: &str = "\
ALTER TABLE messages ADD COLUMN relay_at INTEGER;
ALTER TABLE messages ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1));
ALTER TABLE messages ADD COLUMN expires_at INTEGER;
CREATE INDEX messages_starred ON messages (position) WHERE starred = 1;
CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX messages_key ON messages (chat, position) WHERE notice IN ('key_changed', 'key_violated');";

/// The list of calls.
pub(crate) const ADD_CALLS: &str = "CREATE INDEX messages_call ON messages (position) WHERE notice = 'call';";

/// Traces of what was taken back, which go one day.
pub(crate) const ADD_TRACES: &str = "CREATE INDEX messages_trace ON messages (at) WHERE notice = 'deleted';";

/// Recorded speech of somebody else that was listened to.
pub(crate) const ADD_PLAYED: &str = "\
ALTER TABLE messages ADD COLUMN played INTEGER NOT NULL DEFAULT 0 CHECK (played IN (0, 1));";

/// Somebody names this person in it.
pub(crate) const ADD_MENTIONED: &str = "\
ALTER TABLE messages ADD COLUMN mentioned INTEGER NOT NULL DEFAULT 0 CHECK (mentioned IN (0, 1));
CREATE INDEX messages_mentioned ON messages (chat, position) WHERE unread = 1 AND mentioned = 1;";

pub(crate) const COLUMNS: &str = "messages.position, messages.id, messages.chat, messages.author, messages.at, \
     messages.state, messages.text, messages.extras, messages.notice, messages.count, messages.unread, \
     messages.relay_at, messages.edits, messages.starred, messages.expires_at, messages.played, \
     messages.mentioned";

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
            marks: Marks {
                relay_at: f.take()?,
                edits: f.take()?,
                starred: f.take()?,
                expires_at: f.take()?,
                played: f.take()?,
                mentioned: f.take()?,
            },
        },
        files: Vec::new(),
    })
}

pub(crate) fn get(db: &Connection, author: &AccountId, id: &MessageId) -> Result<Option<ThreadRow>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE author = ?1 AND id = ?2");
    one(db, &sql, params![Bind(author), Bind(id)], read)?.map(|row| with_files(db, row)).transpose()
}

/// The entry at a position.
pub(crate) fn at(db: &Connection, position: i64) -> Result<Option<ThreadRow>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE position = ?1");
    one(db, &sql, [position], read)?.map(|row| with_files(db, row)).transpose()
}

/// Says which of its files are on this device.
pub(crate) fn with_files(db: &Connection, row: ThreadRow) -> Result<ThreadRow> {
    let any = matches!(&row.message.content, Content::Post(post) if !post.attachments.is_empty());
    let files = if any { attachments::states(db, row.position)? } else { Vec::new() };
    Ok(ThreadRow { files, ..row })
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
    let sql = "INSERT INTO messages (author, id, chat, at, state, text, extras, notice, count, unread, \
               relay_at, edits, starred, expires_at, played, mentioned) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) \
               ON CONFLICT (author, id) DO UPDATE SET \
               chat = excluded.chat, at = excluded.at, state = excluded.state, text = excluded.text, \
               extras = excluded.extras, notice = excluded.notice, count = excluded.count, unread = excluded.unread, \
               relay_at = excluded.relay_at, edits = excluded.edits, starred = excluded.starred, \
               expires_at = excluded.expires_at, played = excluded.played, mentioned = excluded.mentioned RETURNING position";
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
            Bind(&row.marks.relay_at),
            Bind(&row.marks.edits),
            row.marks.starred,
            Bind(&row.marks.expires_at),
            row.marks.played,
            row.marks.mentioned,
        ],
    )?;
    match (position, &row.content) {
        (Some(position), Content::Post(post)) => {
            gallery::put(db, position, row.chat, post)?;
            // What is shown for a day is looked at and not looked for.
            if row.chat == STORIES { Ok(()) } else { search_texts::put(db, position, &post.words()) }
        }
        (Some(position), Content::Notice(_) | Content::Group(_) | Content::Deleted) => {
            gallery::take(db, position)?;
            search_texts::delete(db, position)
        }
        // A call brings a chat that was put away back, as a message does.
        (Some(_), Content::Call(_)) => chats::wake(db, row.chat),
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

/// Everything said in a chat goes away; that it is encrypted stays said.
pub(crate) fn clear(db: &Connection, chat: ChatId) -> Result<()> {
    run(db, "DELETE FROM messages WHERE chat = ?1 AND notice IS NOT 'encrypted'", [Bind(&chat)])?;
    Ok(())
}
