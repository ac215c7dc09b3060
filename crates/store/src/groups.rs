//! `groups`: the groups this device knows, each with a chat. What belongs to them has a file each beside this one.

use minicbor::{Decode, Encode};
use rusqlite::{Connection, Params, params};
use sotto_machine::{
    group::{
        GroupState,
        rows::{GroupChange, GroupRow},
    },
    rows::ChatId,
};
use sotto_wire::GroupId;

use crate::{
    chats,
    column::{Bind, Fields, unreadable},
    sql::{Result, all, one, run},
};

pub(crate) mod events;
pub(crate) mod list;
pub(crate) mod outbox;
pub(crate) mod parked;
pub(crate) mod pictures;
mod port;
pub(crate) mod receipts;
pub(crate) mod requests;
pub(crate) mod secrets;
pub(crate) mod sessions_in;
pub(crate) mod sessions_out;

/// `state`, `fork`, `pending` and `former` are CBOR; the name lies beside the state for lists and search.
pub(crate) const CREATE: &str = "\
CREATE TABLE groups (
    chat     INTEGER PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id       BLOB NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    state    BLOB NOT NULL,
    position INTEGER NOT NULL,
    secret   BLOB,
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    fork     BLOB,
    pending  BLOB,
    former   BLOB NOT NULL
) STRICT;";

const COLUMNS: &str = "chat, state, position, secret, accepted, fork, pending, former";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<GroupRow> {
    Ok(GroupRow {
        chat: f.take()?,
        state: from_cbor::<GroupState>(&f.take::<Vec<u8>>()?)?,
        position: f.take()?,
        secret: f.take()?,
        accepted: f.take()?,
        fork: optional(f.take()?)?,
        pending: optional(f.take()?)?,
        former: from_cbor(&f.take::<Vec<u8>>()?)?,
    })
}

fn optional<T: for<'b> Decode<'b, ()>>(bytes: Option<Vec<u8>>) -> rusqlite::Result<Option<T>> {
    bytes.map(|bytes| from_cbor(&bytes)).transpose()
}

/// From a column that holds CBOR.
pub(crate) fn from_cbor<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> rusqlite::Result<T> {
    minicbor::decode(bytes).map_err(|_| unreadable("group").into())
}

/// For a column that holds CBOR.
pub(crate) fn to_cbor<T: Encode<()>>(value: &T) -> Vec<u8> {
    // Writing to memory cannot fail, and no Encode here raises an error of its own.
    minicbor::to_vec(value).unwrap_or_default()
}

fn select(db: &Connection, filter: &str, params: impl Params) -> Result<Option<GroupRow>> {
    one(db, &format!("SELECT {COLUMNS} FROM groups WHERE {filter}"), params, read)
}

pub(crate) fn of_chat(db: &Connection, chat: ChatId) -> Result<Option<GroupRow>> {
    select(db, "chat = ?1", [Bind(&chat)])
}

pub(crate) fn get(db: &Connection, group: &GroupId) -> Result<Option<GroupRow>> {
    select(db, "id = ?1", [Bind(group)])
}

pub(crate) fn get_all(db: &Connection) -> Result<Vec<GroupRow>> {
    all(db, &format!("SELECT {COLUMNS} FROM groups ORDER BY chat"), [], read)
}

/// The chat comes into being with its group.
fn put(db: &Connection, row: &GroupRow) -> Result<()> {
    chats::put(db, row.chat)?;
    let sql = "INSERT OR REPLACE INTO groups (chat, id, name, state, position, secret, accepted, fork, pending, \
               former) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    run(
        db,
        sql,
        params![
            Bind(&row.chat),
            Bind(&row.id()),
            row.state.name,
            to_cbor(&row.state),
            Bind(&row.position),
            Bind(&row.secret),
            row.accepted,
            row.fork.as_ref().map(to_cbor),
            row.pending.as_ref().map(to_cbor),
            to_cbor(&row.former),
        ],
    )?;
    Ok(())
}

pub(crate) fn apply(db: &Connection, change: &GroupChange) -> Result<()> {
    match change {
        GroupChange::PutGroup(row) => put(db, row),
        GroupChange::PutEvent(row) => events::put(db, row),
        GroupChange::PutSecret(row) => secrets::put(db, row),
        GroupChange::PutSessionOut(row) => sessions_out::put(db, row),
        GroupChange::PutSessionIn(row) => sessions_in::put(db, row),
        GroupChange::DeleteSessionIn { session_id, device } => sessions_in::delete(db, session_id, device),
        GroupChange::PutIndex { session_id, device, index } => sessions_in::put_index(db, session_id, device, *index),
        GroupChange::PutOutbox { row, instead } => outbox::put(db, row, instead.as_ref()),
        GroupChange::DeleteOutbox(id) => outbox::delete(db, id),
        GroupChange::Park(row) => parked::put(db, row),
        GroupChange::Unpark(hash) => parked::delete(db, hash),
        GroupChange::PutAsked { group, at } => requests::put_asked(db, group, *at),
        GroupChange::PutRequest(row) => requests::put(db, row),
        GroupChange::DeleteRequests { group, account } => requests::delete(db, group, account.as_ref()),
        GroupChange::PutPicture { group, picture } => pictures::put(db, group, picture.as_deref()),
        GroupChange::PutReceipt(row) => receipts::put(db, row),
        GroupChange::Prune { before } => {
            parked::prune(db, *before)?;
            secrets::prune(db, *before)
        }
    }
}
