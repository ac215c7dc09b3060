//! `group_receipts`: how far one's own messages have come with each member.

use rusqlite::{Connection, params};
use sotto_machine::group::rows::GroupReceiptRow;
use sotto_wire::MessageId;

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE group_receipts (
    message BLOB NOT NULL,
    account BLOB NOT NULL,
    state   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (message, account)
) STRICT, WITHOUT ROWID;";

pub(crate) fn of_message(db: &Connection, message: &MessageId) -> Result<Vec<GroupReceiptRow>> {
    let sql = "SELECT message, account, state, at FROM group_receipts WHERE message = ?1 ORDER BY account";
    all(db, sql, [Bind(message)], |f| {
        Ok(GroupReceiptRow { message: f.take()?, account: f.take()?, state: f.take()?, at: f.take()? })
    })
}

pub(crate) fn put(db: &Connection, row: &GroupReceiptRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO group_receipts (message, account, state, at) VALUES (?1, ?2, ?3, ?4)";
    run(db, sql, params![Bind(&row.message), Bind(&row.account), Bind(&row.state), Bind(&row.at)])?;
    Ok(())
}
