//! Stretches of one conversation.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, MessageRow};

use super::{COLUMNS, read, with_files};
use crate::{
    attachments::BlobState,
    column::Bind,
    sql::{Result, all, one, value},
};

/// An entry with its place. Positions are unique over all chats, grow with time and never change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadRow {
    /// Its place.
    pub position: i64,
    /// The entry.
    pub message: MessageRow,
    /// Whether its files are on this device, by place. Left out of the chat list.
    pub files: Vec<BlobState>,
}

/// Which stretch of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The end.
    Newest,
    /// What comes right before this position, without it.
    Before(i64),
    /// What comes right after this position, without it.
    After(i64),
    /// Half before this position, half from it on.
    Around(i64),
}

/// A stretch of a conversation, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadPage {
    /// The entries.
    pub rows: Vec<ThreadRow>,
    /// There are older ones.
    pub has_older: bool,
    /// There are newer ones.
    pub has_newer: bool,
}

/// What of a conversation was not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unread {
    /// Position of the first unread entry.
    pub first: Option<i64>,
    /// How many there are.
    pub count: u32,
}

pub(crate) fn page(db: &Connection, chat: ChatId, page: Page, limit: u32) -> Result<ThreadPage> {
    // The greatest position is the end of time, so the newest page is the one before it.
    let (rows, has_older, has_newer) = match page {
        Page::Newest => {
            let (rows, more) = older(db, chat, i64::MAX, limit)?;
            (rows, more, false)
        }
        Page::Before(position) => {
            let (rows, more) = older(db, chat, position, limit)?;
            (rows, more, any_from(db, chat, position)?)
        }
        Page::After(position) => {
            let (rows, more) = from(db, chat, position.saturating_add(1), limit)?;
            (rows, any_up_to(db, chat, position)?, more)
        }
        Page::Around(position) => {
            let half = limit / 2;
            let (mut rows, has_older) = older(db, chat, position, half)?;
            let (newer, has_newer) = from(db, chat, position, limit - half)?;
            rows.extend(newer);
            (rows, has_older, has_newer)
        }
    };
    Ok(ThreadPage { rows, has_older, has_newer })
}

/// Up to `limit` entries before `position`, and whether there are more.
fn older(db: &Connection, chat: ChatId, position: i64, limit: u32) -> Result<(Vec<ThreadRow>, bool)> {
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE chat = ?1 AND position < ?2 ORDER BY position DESC LIMIT ?3");
    let (mut rows, more) = fetch(db, &sql, chat, position, limit)?;
    rows.reverse();
    Ok((rows, more))
}

/// Up to `limit` entries from `position` on, and whether there are more.
fn from(db: &Connection, chat: ChatId, position: i64, limit: u32) -> Result<(Vec<ThreadRow>, bool)> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE chat = ?1 AND position >= ?2 ORDER BY position LIMIT ?3");
    fetch(db, &sql, chat, position, limit)
}

/// Asks for one more than wanted, to learn whether it is there.
fn fetch(db: &Connection, sql: &str, chat: ChatId, position: i64, limit: u32) -> Result<(Vec<ThreadRow>, bool)> {
    let mut rows = all(db, sql, params![Bind(&chat), position, i64::from(limit) + 1], read)?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let rows = rows.into_iter().map(|row| with_files(db, row)).collect::<Result<_>>()?;
    Ok((rows, more))
}

fn any_from(db: &Connection, chat: ChatId, position: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM messages WHERE chat = ?1 AND position >= ?2)";
    Ok(value(db, sql, params![Bind(&chat), position])?.unwrap_or(false))
}

fn any_up_to(db: &Connection, chat: ChatId, position: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM messages WHERE chat = ?1 AND position <= ?2)";
    Ok(value(db, sql, params![Bind(&chat), position])?.unwrap_or(false))
}

pub(crate) fn unread(db: &Connection, chat: ChatId) -> Result<Unread> {
    let sql = "SELECT min(position), count(*) FROM messages WHERE chat = ?1 AND unread = 1";
    let row = one(db, sql, [Bind(&chat)], |f| Ok(Unread { first: f.take()?, count: f.take()? }))?;
    Ok(row.unwrap_or_default())
}

/// Position of the newest entry of a chat.
pub(crate) fn newest(db: &Connection, chat: ChatId) -> Result<Option<i64>> {
    Ok(value::<Option<i64>>(db, "SELECT max(position) FROM messages WHERE chat = ?1", [Bind(&chat)])?.flatten())
}
