//! `own_seal_keys`: private halves that open what is sealed to this device.

use rusqlite::{Connection, params};
use sotto_machine::rows::OwnSealKeyRow;
use sotto_wire::KeyId;

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE own_seal_keys (
    key_id    BLOB PRIMARY KEY NOT NULL,
    private   BLOB NOT NULL,
    not_after INTEGER NOT NULL
) STRICT;";

pub(crate) fn get_all(db: &Connection) -> Result<Vec<OwnSealKeyRow>> {
    all(db, "SELECT key_id, private, not_after FROM own_seal_keys ORDER BY not_after, rowid", [], |f| {
        Ok(OwnSealKeyRow { key_id: f.take()?, private: f.take()?, not_after: f.take()? })
    })
}

pub(crate) fn put(db: &Connection, row: &OwnSealKeyRow) -> Result<()> {
    let sql = "INSERT INTO own_seal_keys (key_id, private, not_after) VALUES (?1, ?2, ?3) \
               ON CONFLICT (key_id) DO UPDATE SET private = excluded.private, not_after = excluded.not_after";
    run(db, sql, params![Bind(&row.key_id), Bind(&row.private), Bind(&row.not_after)])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, key_id: &KeyId) -> Result<()> {
    run(db, "DELETE FROM own_seal_keys WHERE key_id = ?1", [Bind(key_id)])?;
    Ok(())
}
