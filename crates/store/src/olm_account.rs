//! `olm_account`: the private one-time and fallback keys of this device, as vodozemac pickles them. One row.

use rusqlite::{Connection, params};

use crate::sql::{Result, run, value};

pub(crate) const CREATE: &str = "\
CREATE TABLE olm_account (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    pickle BLOB NOT NULL
) STRICT;";

pub(crate) fn get(db: &Connection) -> Result<Option<Vec<u8>>> {
    value(db, "SELECT pickle FROM olm_account", [])
}

pub(crate) fn put(db: &Connection, pickle: &[u8]) -> Result<()> {
    run(db, "INSERT OR REPLACE INTO olm_account (id, pickle) VALUES (1, ?1)", params![pickle])?;
    Ok(())
}
