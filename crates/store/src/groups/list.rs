//! Groups as rows of the chat list.

use rusqlite::Connection;
use sotto_machine::{group::rows::GroupRow, rows::ChatId};

use crate::{
    chats::{self, ChatMarks, MARKS, SCHEDULED},
    column::{Bind, Fields},
    messages::{self, ThreadRow},
    sql::{Result, all, one},
};

/// A group as its row in the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupListRow {
    /// Position of the newest entry, 0 without one. Greatest first.
    pub order: i64,
    /// The group.
    pub group: GroupRow,
    /// What was written and not sent.
    pub draft: Option<String>,
    /// Seconds after being read in which messages disappear; 0 when they stay.
    pub timer: u32,
    /// Messages that are to leave later.
    pub scheduled: u32,
    /// Entries not read yet.
    pub unread: u32,
    /// How many ask this person, as an admin, to come in.
    pub requests: u32,
    /// Where the first of them is that mentions this person.
    pub mention: Option<i64>,
    /// The newest entry.
    pub newest: Option<ThreadRow>,
    /// What was decided about it.
    pub marks: ChatMarks,
}

pub(crate) fn all_rows(db: &Connection) -> Result<Vec<GroupListRow>> {
    all(
        db,
        &format!("{} WHERE chats.hidden = 0 ORDER BY coalesce(messages.position, 0) DESC, chats.id DESC", select()),
        [],
        read,
    )
}

pub(crate) fn row(db: &Connection, chat: ChatId) -> Result<Option<GroupListRow>> {
    one(db, &format!("{} WHERE chats.id = ?1 AND chats.hidden = 0", select()), [Bind(&chat)], read)
}

fn select() -> String {
    let columns = super::COLUMNS.split(", ").map(|column| format!("groups.{column}")).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT {columns}, chats.draft, coalesce(chats.timer, 0), {SCHEDULED}, {MARKS}, \
         (SELECT count(*) FROM messages AS new WHERE new.chat = chats.id AND new.unread = 1), \
         (SELECT min(position) FROM messages AS new WHERE new.chat = chats.id AND new.unread = 1 AND new.mentioned = 1), \
         (SELECT count(*) FROM group_requests WHERE group_requests.id = groups.id), \
         {} FROM chats JOIN groups ON groups.chat = chats.id LEFT JOIN messages ON messages.position = \
         (SELECT max(position) FROM messages AS mine WHERE mine.chat = chats.id)",
        messages::COLUMNS
    )
}

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<GroupListRow> {
    let group = super::read(f)?;
    let draft = f.take()?;
    let timer = f.take()?;
    let scheduled = f.take()?;
    let marks = chats::read_marks(f)?;
    let unread = f.take()?;
    let mention = f.take()?;
    let requests = f.take()?;
    let newest = if f.next_is_null()? { None } else { Some(messages::read(f)?) };
    let order = newest.as_ref().map_or(0, |row| row.position);
    Ok(GroupListRow { order, group, draft, timer, scheduled, unread, mention, requests, newest, marks })
}
