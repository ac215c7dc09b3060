//! `profiles`: what other people show of themselves.
//!
//! Kept by account, not by chat: when a number comes to belong to somebody else, the name and the face of the
//! person before cannot be shown for them.

use rusqlite::{Connection, params};
use sotto_machine::rows::ChatId;
use sotto_wire::{AccountId, Hash, Timestamp};

use crate::{
    column::Bind,
    sql::{Result, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE profiles (
    account     BLOB PRIMARY KEY NOT NULL,
    own_name    TEXT NOT NULL,
    about       TEXT NOT NULL,
    fetched_at  INTEGER NOT NULL,
    picture_rev INTEGER NOT NULL,
    picture     BLOB,
    CHECK ((picture IS NULL) = (picture_rev = 0))
) STRICT;";

/// What a person shows of themselves, as fetched and opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRow {
    /// The name they chose.
    pub own_name: String,
    /// Their line about themselves.
    pub about: String,
    /// Their picture, a JPEG.
    pub picture: Option<Vec<u8>>,
    /// When it was fetched.
    pub fetched_at: Timestamp,
}

/// A number that changes whenever the picture does, small enough for a JavaScript number; 0 for none.
pub(crate) fn picture_rev(picture: Option<&[u8]>) -> i64 {
    picture.map_or(0, |bytes| {
        let [a, b, c, d, e, f, ..] = Hash::of(bytes).0;
        i64::from_be_bytes([0, 0, a, b, c, d, e, f]).max(1)
    })
}

pub(crate) fn put(db: &Connection, account: &AccountId, row: &ProfileRow) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO profiles (account, own_name, about, fetched_at, picture_rev, picture) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let rev = picture_rev(row.picture.as_deref());
    run(db, sql, params![Bind(account), row.own_name, row.about, Bind(&row.fetched_at), rev, row.picture])?;
    Ok(())
}

pub(crate) fn fetched_at(db: &Connection, account: &AccountId) -> Result<Option<Timestamp>> {
    value(db, "SELECT fetched_at FROM profiles WHERE account = ?1", [Bind(account)])
}

pub(crate) fn picture(db: &Connection, chat: ChatId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT coalesce(profiles.picture, (SELECT picture FROM own_profile \
               WHERE contacts.account IN (SELECT account FROM own))) \
               FROM contacts LEFT JOIN profiles USING (account) WHERE chat = ?1";
    Ok(value::<Option<Vec<u8>>>(db, sql, [Bind(&chat)])?.flatten())
}

/// The profiles of accounts that no contact has any more go away.
pub(crate) fn forget_strangers(db: &Connection) -> Result<()> {
    run(db, "DELETE FROM profiles WHERE account NOT IN (SELECT account FROM contacts)", [])?;
    Ok(())
}
