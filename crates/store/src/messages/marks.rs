//! What has become of messages: kept, running out, and older than a change of key.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, MessageRow};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::{COLUMNS, ThreadRow, read};
use crate::{
    column::Bind,
    sql::{Result, all, value},
};

/// Newest first: of one chat, or of all.
pub(crate) fn starred(db: &Connection, chat: Option<ChatId>, limit: u32) -> Result<Vec<ThreadRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE starred = 1 AND (?1 IS NULL OR chat = ?1) ORDER BY position DESC LIMIT ?2"
    );
    all(db, &sql, params![Bind(&chat), limit], read)
}

/// Lines of calls in all chats, newest first: those before a place, or from the newest on.
pub(crate) fn calls(db: &Connection, before: Option<i64>, limit: u32) -> Result<Vec<ThreadRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE notice = 'call' AND position < ?1 ORDER BY position DESC LIMIT ?2"
    );
    all(db, &sql, params![before.unwrap_or(i64::MAX), limit], read)
}

/// The longest over first.
pub(crate) fn expired(db: &Connection, now: Timestamp, limit: u32) -> Result<Vec<MessageRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM messages WHERE expires_at IS NOT NULL AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2"
    );
    all(db, &sql, params![Bind(&now), limit], |f| Ok(read(f)?.message))
}

/// Of messages that were taken back, the oldest first.
pub(crate) fn traces(db: &Connection, before: Timestamp, limit: u32) -> Result<Vec<MessageRow>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE notice = 'deleted' AND at < ?1 ORDER BY at LIMIT ?2");
    all(db, &sql, params![Bind(&before), limit], |f| Ok(read(f)?.message))
}

pub(crate) fn next_expiry_after(db: &Connection, now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(expires_at) FROM messages WHERE expires_at IS NOT NULL AND expires_at > ?1";
    Ok(value::<Option<Timestamp>>(db, sql, [Bind(&now)])?.flatten())
}

pub(crate) fn is_before_key_change(db: &Connection, author: &AccountId, id: &MessageId) -> Result<bool> {
    let sql = "SELECT 1 FROM messages AS said JOIN messages AS changed ON changed.chat = said.chat \
               AND changed.position > said.position AND changed.notice IN ('key_changed', 'key_violated') \
               WHERE said.author = ?1 AND said.id = ?2 LIMIT 1";
    Ok(value::<bool>(db, sql, params![Bind(author), Bind(id)])?.is_some())
}
