//! Encrypted profiles, opaque to the relay.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::AccountId;

use crate::store::StoreError;

pub(super) const TABLE: &str = "
CREATE TABLE profiles (
    account BLOB NOT NULL PRIMARY KEY REFERENCES accounts (account) ON DELETE CASCADE,
    sealed  BLOB NOT NULL
) STRICT;";

pub(super) fn put(c: &Connection, account: AccountId, bytes: &[u8]) -> Result<(), StoreError> {
    c.execute("INSERT OR REPLACE INTO profiles (account, sealed) VALUES (?1, ?2)", (account.0, bytes))?;
    Ok(())
}

pub(super) fn get(c: &Connection, account: AccountId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(c.query_row("SELECT sealed FROM profiles WHERE account = ?1", [account.0], |row| row.get(0)).optional()?)
}
