//! `gaps`: pair counters that have not arrived.

use rusqlite::{Connection, params};
use sotto_machine::rows::GapRow;
use sotto_wire::DeviceId;

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE gaps (
    device       BLOB NOT NULL,
    pair_counter INTEGER NOT NULL,
    PRIMARY KEY (device, pair_counter)
) STRICT, WITHOUT ROWID;";

pub(crate) fn of_device(db: &Connection, device: &DeviceId) -> Result<Vec<GapRow>> {
    let sql = "SELECT device, pair_counter FROM gaps WHERE device = ?1 ORDER BY pair_counter";
    all(db, sql, [Bind(device)], |f| Ok(GapRow { device: f.take()?, pair_counter: f.take()? }))
}

pub(crate) fn devices(db: &Connection) -> Result<Vec<DeviceId>> {
    all(db, "SELECT DISTINCT device FROM gaps ORDER BY device", [], |f| f.take())
}

pub(crate) fn put(db: &Connection, row: &GapRow) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO gaps (device, pair_counter) VALUES (?1, ?2)";
    run(db, sql, params![Bind(&row.device), Bind(&row.pair_counter)])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, row: &GapRow) -> Result<()> {
    let sql = "DELETE FROM gaps WHERE device = ?1 AND pair_counter = ?2";
    run(db, sql, params![Bind(&row.device), Bind(&row.pair_counter)])?;
    Ok(())
}

pub(crate) fn delete_of_device(db: &Connection, device: &DeviceId) -> Result<()> {
    run(db, "DELETE FROM gaps WHERE device = ?1", [Bind(device)])?;
    Ok(())
}
