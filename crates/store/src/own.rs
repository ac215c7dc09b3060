//! `own`: this account and device. One row, once signed up.

use rusqlite::{Connection, params};
use sotto_machine::rows::OwnRow;

use crate::{
    column::Bind,
    sql::{Result, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE own (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    seed           BLOB NOT NULL,
    account        BLOB NOT NULL,
    account_key    BLOB NOT NULL,
    device         BLOB NOT NULL,
    certified      BLOB NOT NULL,
    list           BLOB NOT NULL,
    profile_key    BLOB NOT NULL,
    number         TEXT NOT NULL,
    keys_turned_at INTEGER NOT NULL,
    standing_key   BLOB NOT NULL
) STRICT;";

/// Only the primary device has a seed.
pub(crate) const WITHOUT_SEED: &str = "\
ALTER TABLE own RENAME TO own_with_seed;
CREATE TABLE own (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    seed           BLOB,
    account        BLOB NOT NULL,
    account_key    BLOB NOT NULL,
    device         BLOB NOT NULL,
    certified      BLOB NOT NULL,
    list           BLOB NOT NULL,
    profile_key    BLOB NOT NULL,
    number         TEXT NOT NULL,
    keys_turned_at INTEGER NOT NULL,
    standing_key   BLOB NOT NULL
) STRICT;
INSERT INTO own SELECT * FROM own_with_seed;
DROP TABLE own_with_seed;";

/// Keys that are not known to be at the relay, and mail that has run out there.
pub(crate) const ADD_UNFINISHED: &str = "\
ALTER TABLE own ADD COLUMN unpublished BLOB;
ALTER TABLE own ADD COLUMN mail_expired INTEGER NOT NULL DEFAULT 0 CHECK (mail_expired IN (0, 1));";

/// Of two devices of a person the one that has turned the key over last is right.
pub(crate) const ADD_PROFILE_TURNED: &str = "ALTER TABLE own ADD COLUMN profile_turned_at INTEGER NOT NULL DEFAULT 0;";

pub(crate) fn get(db: &Connection) -> Result<Option<OwnRow>> {
    let sql = "SELECT seed, account, account_key, device, certified, list, profile_key, profile_turned_at, number, keys_turned_at, \
               standing_key, unpublished, mail_expired FROM own";
    one(db, sql, [], |f| {
        Ok(OwnRow {
            seed: f.take()?,
            account: f.take()?,
            account_key: f.take()?,
            device: f.take()?,
            certified: f.take()?,
            list: f.take()?,
            profile_key: f.take()?,
            profile_turned_at: f.take()?,
            number: f.take()?,
            keys_turned_at: f.take()?,
            standing_key: f.take()?,
            unpublished: f.take()?,
            mail_expired: f.take()?,
        })
    })
}

pub(crate) fn put(db: &Connection, row: &OwnRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO own (id, seed, account, account_key, device, certified, list, profile_key, \
               number, keys_turned_at, standing_key, unpublished, mail_expired, profile_turned_at) \
               VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    run(
        db,
        sql,
        params![
            Bind(&row.seed),
            Bind(&row.account),
            Bind(&row.account_key),
            Bind(&row.device),
            row.certified,
            Bind(&row.list),
            Bind(&row.profile_key),
            Bind(&row.number),
            Bind(&row.keys_turned_at),
            Bind(&row.standing_key),
            row.unpublished,
            row.mail_expired,
            Bind(&row.profile_turned_at),
        ],
    )?;
    Ok(())
}
