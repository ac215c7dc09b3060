//! `peer_chain`: versions and hashes of the device lists that were verified before the pinned one.

use rusqlite::{Connection, params};
use sotto_wire::{AccountId, Hash};

use crate::{
    column::Bind,
    sql::{Result, all, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE peer_chain (
    account BLOB NOT NULL REFERENCES peers (account) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;";

/// Newest last.
pub(crate) fn get(db: &Connection, account: &AccountId) -> Result<Vec<(u64, Hash)>> {
    let sql = "SELECT version, hash FROM peer_chain WHERE account = ?1 ORDER BY place";
    all(db, sql, [Bind(account)], |f| Ok((f.take()?, f.take()?)))
}

pub(crate) fn put(db: &Connection, account: &AccountId, chain: &[(u64, Hash)]) -> Result<()> {
    if get(db, account)? == chain {
        return Ok(());
    }
    run(db, "DELETE FROM peer_chain WHERE account = ?1", [Bind(account)])?;
    for (place, (version, hash)) in (0i64..).zip(chain) {
        let sql = "INSERT INTO peer_chain (account, place, version, hash) VALUES (?1, ?2, ?3, ?4)";
        run(db, sql, params![Bind(account), place, Bind(version), Bind(hash)])?;
    }
    Ok(())
}
