//! The relay's own secrets.

use rusqlite::{Connection, OptionalExtension as _};

use crate::store::{Secrets, StoreError};

pub(super) const TABLE: &str = "
CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT, WITHOUT ROWID;";

pub(super) fn get_or_draw(c: &Connection) -> Result<Secrets, StoreError> {
    Ok(Secrets { code_key: one(c, "code_key")?, standing_seed: one(c, "standing_seed")? })
}

fn one(c: &Connection, name: &str) -> Result<[u8; 32], StoreError> {
    let known = c.query_row("SELECT value FROM secrets WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    if let Some(value) = known {
        return Ok(value);
    }
    let mut value = [0; 32];
    getrandom::fill(&mut value).map_err(std::io::Error::from)?;
    c.execute("INSERT INTO secrets (name, value) VALUES (?1, ?2)", (name, value))?;
    Ok(value)
}
