//! `relay`: where this profile lives and what this device shows there. One row.

use rusqlite::{Connection, params};
use sotto_wire::DeviceToken;

use crate::{
    column::Bind,
    sql::{Result, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE relay (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    address      TEXT NOT NULL,
    name         TEXT NOT NULL,
    local        INTEGER NOT NULL CHECK (local IN (0, 1)),
    device_token BLOB,
    standing     BLOB,
    signed_out   INTEGER NOT NULL CHECK (signed_out IN (0, 1))
) STRICT;";

/// The relay of this profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayRow {
    /// Base address.
    pub address: String,
    /// Its own name for itself.
    pub name: String,
    /// This program runs it as its child.
    pub local: bool,
    /// Proves to it that a connection belongs to this device; there once signed up.
    pub device_token: Option<DeviceToken>,
    /// The newest standing certificate, CBOR of the signed object.
    pub standing: Option<Vec<u8>>,
    /// It has signed this device out.
    pub signed_out: bool,
}

pub(crate) fn get(db: &Connection) -> Result<Option<RelayRow>> {
    one(db, "SELECT address, name, local, device_token, standing, signed_out FROM relay", [], |f| {
        Ok(RelayRow {
            address: f.take()?,
            name: f.take()?,
            local: f.take()?,
            device_token: f.take()?,
            standing: f.take()?,
            signed_out: f.take()?,
        })
    })
}

pub(crate) fn put(db: &Connection, row: &RelayRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO relay (id, address, name, local, device_token, standing, signed_out) \
               VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)";
    let token = Bind(&row.device_token);
    run(db, sql, params![row.address, row.name, row.local, token, row.standing, row.signed_out])?;
    Ok(())
}
