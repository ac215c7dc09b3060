//! `sign_up`: a sign-up that waits for its code, so that it can go on after a restart. One row while it lasts.

use rusqlite::{Connection, params};
use sotto_wire::{PhoneNumber, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE sign_up (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    number       TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    resend_at    INTEGER NOT NULL
) STRICT;";

/// A code was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpRow {
    /// For this number.
    pub number: PhoneNumber,
    /// When.
    pub requested_at: Timestamp,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// When another may be asked for.
    pub resend_at: Timestamp,
}

pub(crate) fn get(db: &Connection) -> Result<Option<SignUpRow>> {
    one(db, "SELECT number, requested_at, expires_at, resend_at FROM sign_up", [], |f| {
        Ok(SignUpRow { number: f.take()?, requested_at: f.take()?, expires_at: f.take()?, resend_at: f.take()? })
    })
}

/// `None`: it is over, or given up.
pub(crate) fn put(db: &Connection, row: Option<&SignUpRow>) -> Result<()> {
    let Some(row) = row else {
        run(db, "DELETE FROM sign_up", [])?;
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO sign_up (id, number, requested_at, expires_at, resend_at) \
               VALUES (1, ?1, ?2, ?3, ?4)";
    let times = (Bind(&row.requested_at), Bind(&row.expires_at), Bind(&row.resend_at));
    run(db, sql, params![Bind(&row.number), times.0, times.1, times.2])?;
    Ok(())
}
