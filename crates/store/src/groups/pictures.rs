//! `group_pictures`: what groups look like.

use rusqlite::{Connection, params};
use sotto_machine::rows::ChatId;
use sotto_wire::GroupId;

use crate::{
    column::Bind,
    sql::{Result, run, value},
};

/// A founder keeps the picture before the group's row is there, in the same transaction.
pub(crate) const CREATE: &str = "\
CREATE TABLE group_pictures (
    id      BLOB PRIMARY KEY NOT NULL,
    picture BLOB NOT NULL
) STRICT;";

pub(crate) fn put(db: &Connection, group: &GroupId, picture: Option<&[u8]>) -> Result<()> {
    match picture {
        Some(picture) => {
            let sql = "INSERT OR REPLACE INTO group_pictures (id, picture) VALUES (?1, ?2)";
            run(db, sql, params![Bind(group), picture])?;
        }
        None => {
            run(db, "DELETE FROM group_pictures WHERE id = ?1", [Bind(group)])?;
        }
    }
    Ok(())
}

pub(crate) fn of_chat(db: &Connection, chat: ChatId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT picture FROM group_pictures JOIN groups USING (id) WHERE chat = ?1";
    value(db, sql, [Bind(&chat)])
}
