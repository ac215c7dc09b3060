//! The schema as it really is, for `docs/schema.sql`.

use rusqlite::Connection;

use crate::{
    error::OpenError,
    migrate::{MIGRATIONS, migrate, version},
};

/// What all migrations come to: tables by name, each followed by its indices and triggers.
///
/// # Errors
/// [`OpenError`] when a migration fails, which a test excludes.
pub fn schema() -> Result<String, OpenError> {
    let mut db = Connection::open_in_memory()?;
    migrate(&mut db, MIGRATIONS)?;
    let mut text = format!(
        "-- The database of a Sotto device, version {}. Written by `SOTTO_WRITE_SCHEMA=1 cargo test -p sotto-store`.\n",
        version(&db)?
    );
    // SQLite's own tables, and the insides of the full-text index, are not written by us.
    let mut statement = db.prepare(
        "SELECT type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' \
         AND tbl_name NOT LIKE 'search!_index!_%' ESCAPE '!' \
         ORDER BY tbl_name, type <> 'table', type, name",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, sql): (String, String) = (row.get(0)?, row.get(1)?);
        if kind == "table" {
            text.push('\n');
        }
        text.push_str(&sql);
        text.push_str(";\n");
    }
    Ok(text)
}
