//! `own_profile`: what this person shows of themselves. One row.

use rusqlite::{Connection, params};

use crate::{
    profiles::picture_rev,
    sql::{Result, one, run, value},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE own_profile (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    name        TEXT NOT NULL,
    about       TEXT NOT NULL,
    published   INTEGER NOT NULL CHECK (published IN (0, 1)),
    picture_rev INTEGER NOT NULL,
    picture     BLOB,
    CHECK ((picture IS NULL) = (picture_rev = 0))
) STRICT;";

/// What this person shows of themselves; the picture is loaded by [`crate::Queries::own_picture`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnProfileRow {
    /// Name shown to people one writes to.
    pub name: String,
    /// A line about oneself.
    pub about: String,
    /// The relay has this version of it.
    pub published: bool,
    /// Changes whenever the picture does; 0 when there is none.
    pub picture_rev: u64,
}

pub(crate) fn get(db: &Connection) -> Result<Option<OwnProfileRow>> {
    one(db, "SELECT name, about, published, picture_rev FROM own_profile", [], |f| {
        Ok(OwnProfileRow { name: f.take()?, about: f.take()?, published: f.take()?, picture_rev: f.take()? })
    })
}

pub(crate) fn picture(db: &Connection) -> Result<Option<Vec<u8>>> {
    Ok(value::<Option<Vec<u8>>>(db, "SELECT picture FROM own_profile", [])?.flatten())
}

/// A new name or line is not published yet.
pub(crate) fn put_words(db: &Connection, name: &str, about: &str) -> Result<()> {
    let sql = "INSERT INTO own_profile (id, name, about, published, picture_rev) VALUES (1, ?1, ?2, 0, 0) \
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about, published = 0";
    run(db, sql, params![name, about])?;
    Ok(())
}

pub(crate) fn put_picture(db: &Connection, picture: Option<&[u8]>) -> Result<()> {
    let sql = "INSERT INTO own_profile (id, name, about, published, picture_rev, picture) \
               VALUES (1, '', '', 0, ?1, ?2) ON CONFLICT (id) DO UPDATE \
               SET picture_rev = excluded.picture_rev, picture = excluded.picture, published = 0";
    run(db, sql, params![picture_rev(picture), picture])?;
    Ok(())
}

pub(crate) fn set_published(db: &Connection, published: bool) -> Result<()> {
    run(db, "UPDATE own_profile SET published = ?1", [published])?;
    Ok(())
}
