//! `outbox_copies`: the Olm bytes of an outbox row, one copy for each device.

use rusqlite::{Connection, params};
use sotto_machine::rows::OlmCopy;

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE outbox_copies (
    outbox       INTEGER NOT NULL REFERENCES outbox (position) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    device       BLOB NOT NULL,
    pair_counter INTEGER NOT NULL,
    olm_type     INTEGER NOT NULL,
    bytes        BLOB NOT NULL,
    PRIMARY KEY (outbox, place)
) STRICT;";

/// In the order in which they were put.
pub(crate) fn get(db: &Connection, outbox: i64) -> Result<Vec<OlmCopy>> {
    let sql = "SELECT device, pair_counter, olm_type, bytes FROM outbox_copies WHERE outbox = ?1 ORDER BY place";
    all(db, sql, [outbox], |f| {
        Ok(OlmCopy { device: f.take()?, pair_counter: f.take()?, olm_type: f.take()?, bytes: f.take()? })
    })
}

pub(crate) fn put(db: &Connection, outbox: i64, copies: &[OlmCopy]) -> Result<()> {
    run(db, "DELETE FROM outbox_copies WHERE outbox = ?1", [outbox])?;
    for (place, copy) in (0i64..).zip(copies) {
        let sql = "INSERT INTO outbox_copies (outbox, place, device, pair_counter, olm_type, bytes) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let counter = Bind(&copy.pair_counter);
        run(db, sql, params![outbox, place, Bind(&copy.device), counter, copy.olm_type, copy.bytes])?;
    }
    Ok(())
}
