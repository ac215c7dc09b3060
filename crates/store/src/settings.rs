//! `settings`: what the person has chosen, as JSON by key. The engine knows what the keys mean.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::sql::{Result, all, run, value};

pub(crate) const CREATE: &str = "\
CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;";

pub(crate) fn get(db: &Connection, key: &str) -> Result<Option<Value>> {
    let text: Option<String> = value(db, "SELECT value FROM settings WHERE key = ?1", [key])?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

pub(crate) fn get_all(db: &Connection) -> Result<BTreeMap<String, Value>> {
    let rows: Vec<(String, String)> = all(db, "SELECT key, value FROM settings", [], |f| Ok((f.take()?, f.take()?)))?;
    rows.into_iter().map(|(key, text)| Ok((key, serde_json::from_str(&text)?))).collect()
}

pub(crate) fn put(db: &Connection, key: &str, value: &Value) -> Result<()> {
    let text = serde_json::to_string(value)?;
    run(db, "INSERT OR REPLACE INTO settings (key, value) VALUES (?1, ?2)", params![key, text])?;
    Ok(())
}
