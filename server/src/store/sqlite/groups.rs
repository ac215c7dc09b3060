//! Logs of groups: sealed events in order, and the key that may append the next one.

use rusqlite::{Connection, OptionalExtension as _, Row};
use sotto_wire::{
    GroupAppend, GroupId, PublicKey, Signed, Timestamp, limits,
    rest::{GroupLog, GroupLogEntry},
};

use super::mailbox::id;
use crate::store::{GroupAppending, StoreError};

pub(super) const TABLES: &str = "
CREATE TABLE groups (
    id        BLOB    NOT NULL PRIMARY KEY,
    -- entries so far
    next      INTEGER NOT NULL,
    write_key BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE group_events (
    grp      BLOB    NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    event    BLOB    NOT NULL,
    PRIMARY KEY (grp, position)
) STRICT;";

/// Most entries of one answer.
const PAGE: i64 = 256;
/// Most bytes of one answer; its first entry is in it however long.
const PAGE_BYTES: usize = 256 << 10;

pub(super) fn append(
    c: &Connection,
    signed: &Signed<GroupAppend>,
    now: Timestamp,
) -> Result<GroupAppending, StoreError> {
    let Ok(claimed) = signed.read_unverified() else { return Ok(GroupAppending::Rejected) };
    let head = head(c, claimed.group)?;
    let (next, key) = head.unwrap_or((0, claimed.write_key));
    if claimed.position != next {
        let again = claimed.position < next && event(c, claimed.group, claimed.position)? == Some(claimed.event);
        return Ok(if again { GroupAppending::Again } else { GroupAppending::Conflict });
    }
    let Ok(append) = signed.verify(&key) else { return Ok(GroupAppending::Rejected) };
    if next >= limits::MAX_GROUP_LOG {
        return Ok(GroupAppending::Full);
    }
    c.prepare_cached(
        "INSERT INTO groups (id, next, write_key) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET next = excluded.next, write_key = excluded.write_key",
    )?
    .execute((append.group.0, next + 1, append.write_key.0))?;
    c.prepare_cached("INSERT INTO group_events (grp, position, at, event) VALUES (?1, ?2, ?3, ?4)")?.execute((
        append.group.0,
        next,
        now,
        append.event,
    ))?;
    Ok(GroupAppending::Done)
}

pub(super) fn log(c: &Connection, group: GroupId, from: u64) -> Result<Option<GroupLog>, StoreError> {
    let Some((next, _)) = head(c, group)? else { return Ok(None) };
    let mut query = c.prepare_cached(
        "SELECT position, at, event FROM group_events WHERE grp = ?1 AND position >= ?2 ORDER BY position LIMIT ?3",
    )?;
    let read = |row: &Row<'_>| Ok(GroupLogEntry { position: row.get(0)?, at: row.get(1)?, event: row.get(2)? });
    // SQLite counts in signed numbers.
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let (mut entries, mut bytes): (Vec<GroupLogEntry>, usize) = (Vec::new(), 0);
    for entry in query.query_map((group.0, from, PAGE), read)? {
        let entry = entry?;
        bytes += entry.event.len();
        if bytes > PAGE_BYTES && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    let more = entries.last().is_some_and(|last| last.position + 1 < next);
    Ok(Some(GroupLog { entries, more }))
}

fn head(c: &Connection, group: GroupId) -> Result<Option<(u64, PublicKey)>, StoreError> {
    let mut query = c.prepare_cached("SELECT next, write_key FROM groups WHERE id = ?1")?;
    Ok(query.query_row([group.0], |row| Ok((row.get(0)?, PublicKey(id(row, 1)?)))).optional()?)
}

fn event(c: &Connection, group: GroupId, position: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let mut query = c.prepare_cached("SELECT event FROM group_events WHERE grp = ?1 AND position = ?2")?;
    Ok(query.query_row((group.0, position), |row| row.get(0)).optional()?)
}
