//! `outbox`: what is to be sent, until the relay has answered for it.

use rusqlite::{Connection, Params, params};
use sotto_machine::rows::{AFTER_UPLOAD, OutboxKind, OutboxRow};
use sotto_wire::{AccountId, MessageId, SendId};

use crate::{
    column::{Bind, Fields},
    outbox_copies,
    sql::{Result, all, run, value},
};

/// `message` is NULL for receipts, greetings and requests.
pub(crate) const CREATE: &str = "\
CREATE TABLE outbox (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    id           BLOB NOT NULL UNIQUE,
    recipient    BLOB NOT NULL,
    only_device  BLOB,
    message      BLOB,
    body         BLOB NOT NULL,
    fills        INTEGER,
    list_version INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    not_before   INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_recipient ON outbox (recipient, position);
CREATE INDEX outbox_message ON outbox (message) WHERE message IS NOT NULL;";

/// `message` names a message or an action.
pub(crate) const ADD_ACTION: &str =
    "ALTER TABLE outbox ADD COLUMN action INTEGER NOT NULL DEFAULT 0 CHECK (action IN (0, 1));";

/// The other person of the conversation, when one's own other devices get it too.
pub(crate) const ADD_WITH: &str = "ALTER TABLE outbox ADD COLUMN said_to BLOB;";

fn kind(message: Option<MessageId>, action: bool) -> OutboxKind {
    match message {
        Some(id) if action => OutboxKind::Action(id),
        Some(id) => OutboxKind::Message(id),
        None => OutboxKind::Service,
    }
}

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<(i64, OutboxRow)> {
    let position = f.take()?;
    let row = OutboxRow {
        id: f.take()?,
        recipient: f.take()?,
        only: f.take()?,
        with: f.take()?,
        kind: kind(f.take()?, f.take()?),
        body: f.take()?,
        fills: f.take()?,
        list_version: f.take()?,
        created: f.take()?,
        not_before: f.take()?,
        copies: Vec::new(),
    };
    Ok((position, row))
}

/// Oldest first.
fn select(db: &Connection, filter: &str, params: impl Params) -> Result<Vec<OutboxRow>> {
    let sql = format!(
        "SELECT position, id, recipient, only_device, said_to, message, action, body, fills, list_version, created, \
         not_before FROM outbox {filter} ORDER BY position"
    );
    let rows = all(db, &sql, params, read)?;
    rows.into_iter().map(|(at, row)| Ok(OutboxRow { copies: outbox_copies::get(db, at)?, ..row })).collect()
}

pub(crate) fn get(db: &Connection, id: &SendId) -> Result<Option<OutboxRow>> {
    Ok(select(db, "WHERE id = ?1", [Bind(id)])?.pop())
}

pub(crate) fn get_all(db: &Connection) -> Result<Vec<OutboxRow>> {
    select(db, "", [])
}

pub(crate) fn of_recipient(db: &Connection, account: &AccountId) -> Result<Vec<OutboxRow>> {
    select(db, "WHERE recipient = ?1", [Bind(account)])
}

pub(crate) fn of_message(db: &Connection, message: &MessageId) -> Result<Vec<OutboxRow>> {
    select(db, "WHERE message = ?1", [Bind(message)])
}

/// Own messages whose files are not at the relay yet, oldest first; those to groups after those to people.
pub(crate) fn uploads(db: &Connection) -> Result<Vec<MessageId>> {
    let sql = "SELECT message FROM (SELECT message, not_before, 0 AS kind, position FROM outbox UNION ALL \
               SELECT message, not_before, 1, position FROM group_outbox) \
               WHERE not_before = ?1 AND message IS NOT NULL ORDER BY kind, position";
    all(db, sql, [Bind(&AFTER_UPLOAD)], |f| f.take())
}

/// A row that is there keeps its place.
pub(crate) fn put(db: &Connection, row: &OutboxRow) -> Result<()> {
    let message = match row.kind {
        OutboxKind::Message(id) | OutboxKind::Action(id) => Some(id),
        OutboxKind::Service => None,
    };
    let action = matches!(row.kind, OutboxKind::Action(_));
    let sql = "INSERT INTO outbox (id, recipient, only_device, message, body, fills, list_version, created, \
               not_before, action, said_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET \
               recipient = excluded.recipient, only_device = excluded.only_device, message = excluded.message, \
               body = excluded.body, fills = excluded.fills, list_version = excluded.list_version, \
               created = excluded.created, not_before = excluded.not_before, action = excluded.action, \
               said_to = excluded.said_to RETURNING position";
    let position: Option<i64> = value(
        db,
        sql,
        params![
            Bind(&row.id),
            Bind(&row.recipient),
            Bind(&row.only),
            Bind(&message),
            row.body,
            Bind(&row.fills),
            Bind(&row.list_version),
            Bind(&row.created),
            Bind(&row.not_before),
            action,
            Bind(&row.with),
        ],
    )?;
    position.map_or(Ok(()), |position| outbox_copies::put(db, position, &row.copies))
}

pub(crate) fn delete(db: &Connection, id: &SendId) -> Result<()> {
    run(db, "DELETE FROM outbox WHERE id = ?1", [Bind(id)])?;
    Ok(())
}
