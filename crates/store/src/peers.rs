//! `peers`: the pinned device list of every account this device has written with.

use rusqlite::{Connection, params};
use sotto_machine::rows::PeerRow;
use sotto_wire::AccountId;

use crate::{
    column::Bind,
    peer_chain,
    sql::{Result, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE peers (
    account     BLOB PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL,
    list        BLOB NOT NULL,
    version     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    stale       INTEGER NOT NULL CHECK (stale IN (0, 1))
) STRICT;";

pub(crate) fn get(db: &Connection, account: &AccountId) -> Result<Option<PeerRow>> {
    let sql = "SELECT account, account_key, list, version, expires, stale FROM peers WHERE account = ?1";
    let row = one(db, sql, [Bind(account)], |f| {
        Ok(PeerRow {
            account: f.take()?,
            account_key: f.take()?,
            list: f.take()?,
            version: f.take()?,
            expires: f.take()?,
            stale: f.take()?,
            chain: Vec::new(),
        })
    })?;
    row.map(|row| Ok(PeerRow { chain: peer_chain::get(db, account)?, ..row })).transpose()
}

pub(crate) fn put(db: &Connection, row: &PeerRow) -> Result<()> {
    let sql = "INSERT INTO peers (account, account_key, list, version, expires, stale) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (account) DO UPDATE SET \
               account_key = excluded.account_key, list = excluded.list, version = excluded.version, \
               expires = excluded.expires, stale = excluded.stale";
    run(
        db,
        sql,
        params![
            Bind(&row.account),
            Bind(&row.account_key),
            Bind(&row.list),
            Bind(&row.version),
            Bind(&row.expires),
            row.stale,
        ],
    )?;
    peer_chain::put(db, &row.account, &row.chain)
}
