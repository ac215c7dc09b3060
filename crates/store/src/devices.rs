//! `devices`: other people's devices, with everything that belongs to the pair (this device, that device).

use rusqlite::{Connection, params};
use sotto_machine::rows::{DeviceRow, Secret32};
use sotto_wire::{AccountId, DeviceId, Timestamp};

use crate::{
    column::{Bind, Fields},
    sql::{Result, all, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE devices (
    device           BLOB PRIMARY KEY NOT NULL,
    account          BLOB NOT NULL,
    device_key       BLOB NOT NULL,
    olm_key          BLOB NOT NULL,
    seal_key_id      BLOB,
    seal_public      BLOB NOT NULL,
    seal_not_after   INTEGER NOT NULL,
    next_send        INTEGER NOT NULL,
    next_receive     INTEGER NOT NULL,
    greeted          INTEGER NOT NULL CHECK (greeted IN (0, 1)),
    ephemeral_out    BLOB,
    ephemeral_out_at INTEGER,
    ephemeral_in     BLOB,
    healed_at        INTEGER,
    CHECK ((ephemeral_out IS NULL) = (ephemeral_out_at IS NULL))
) STRICT;
CREATE INDEX devices_account ON devices (account);";

const SELECT: &str = "SELECT device, account, device_key, olm_key, seal_key_id, seal_public, seal_not_after, \
     next_send, next_receive, greeted, ephemeral_out, ephemeral_out_at, ephemeral_in, healed_at FROM devices";

fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        device: f.take()?,
        account: f.take()?,
        device_key: f.take()?,
        olm_key: f.take()?,
        seal_key_id: f.take()?,
        seal_public: f.take()?,
        seal_not_after: f.take()?,
        next_send: f.take()?,
        next_receive: f.take()?,
        greeted: f.take()?,
        ephemeral_out: f.take::<Option<Secret32>>()?.zip(f.take::<Option<Timestamp>>()?),
        ephemeral_in: f.take()?,
        healed_at: f.take()?,
    })
}

pub(crate) fn get(db: &Connection, device: &DeviceId) -> Result<Option<DeviceRow>> {
    one(db, &format!("{SELECT} WHERE device = ?1"), [Bind(device)], read)
}

pub(crate) fn of_account(db: &Connection, account: &AccountId) -> Result<Vec<DeviceRow>> {
    all(db, &format!("{SELECT} WHERE account = ?1 ORDER BY device"), [Bind(account)], read)
}

pub(crate) fn put(db: &Connection, row: &DeviceRow) -> Result<()> {
    let sql = "INSERT INTO devices (device, account, device_key, olm_key, seal_key_id, seal_public, seal_not_after, \
               next_send, next_receive, greeted, ephemeral_out, ephemeral_out_at, ephemeral_in, healed_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
               ON CONFLICT (device) DO UPDATE SET account = excluded.account, device_key = excluded.device_key, \
               olm_key = excluded.olm_key, seal_key_id = excluded.seal_key_id, seal_public = excluded.seal_public, \
               seal_not_after = excluded.seal_not_after, next_send = excluded.next_send, \
               next_receive = excluded.next_receive, greeted = excluded.greeted, \
               ephemeral_out = excluded.ephemeral_out, ephemeral_out_at = excluded.ephemeral_out_at, \
               ephemeral_in = excluded.ephemeral_in, healed_at = excluded.healed_at";
    let (out, out_at) = row.ephemeral_out.clone().unzip();
    run(
        db,
        sql,
        params![
            Bind(&row.device),
            Bind(&row.account),
            Bind(&row.device_key),
            Bind(&row.olm_key),
            Bind(&row.seal_key_id),
            row.seal_public,
            Bind(&row.seal_not_after),
            Bind(&row.next_send),
            Bind(&row.next_receive),
            row.greeted,
            Bind(&out),
            Bind(&out_at),
            Bind(&row.ephemeral_in),
            Bind(&row.healed_at),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, device: &DeviceId) -> Result<()> {
    run(db, "DELETE FROM devices WHERE device = ?1", [Bind(device)])?;
    Ok(())
}
