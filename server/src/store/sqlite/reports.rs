//! Reports of people about people, until the operator has seen to them or their time is over.

use rusqlite::Connection;
use sotto_wire::{AccountId, Timestamp, limits::REPORT_LIFE, rest::Report};

use super::accounts;
use crate::store::{Reported, StoreError, StoredReport};

/// One about each person from each: another one replaces it, so that they do not pile up.
pub(super) const TABLE: &str = "
CREATE TABLE reports (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    reporter BLOB    NOT NULL,
    account  BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    -- JSON, as it came
    body     TEXT    NOT NULL,
    UNIQUE (reporter, account)
) STRICT;";

/// More are not kept: the oldest go.
const MOST: u32 = 10_000;

pub(super) fn insert(
    c: &Connection,
    reporter: AccountId,
    report: &Report,
    now: Timestamp,
) -> Result<Reported, StoreError> {
    if !accounts::exists(c, report.account)? {
        return Ok(Reported::NoSuchAccount);
    }
    let body = serde_json::to_string(report).map_err(|_| StoreError::Corrupt)?;
    c.execute(
        "INSERT OR REPLACE INTO reports (reporter, account, at, body) VALUES (?1, ?2, ?3, ?4)",
        (reporter.0, report.account.0, now, body),
    )?;
    c.execute("DELETE FROM reports WHERE id <= (SELECT max(id) FROM reports) - ?1", [MOST])?;
    Ok(Reported::Kept)
}

/// Oldest first.
pub(super) fn all(c: &Connection) -> Result<Vec<StoredReport>, StoreError> {
    let mut query = c.prepare(
        "SELECT id, at, reporter, body,
                (SELECT number FROM accounts WHERE accounts.account = reports.reporter),
                (SELECT number FROM accounts WHERE accounts.account = reports.account)
         FROM reports ORDER BY id",
    )?;
    let rows = query.query_map([], |row| {
        let body: String = row.get(3)?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, body, row.get(4)?, row.get(5)?))
    })?;
    rows.map(|row| {
        let (id, at, reporter, body, reporter_number, number) = row?;
        let report = serde_json::from_str(&body).map_err(|_| StoreError::Corrupt)?;
        Ok(StoredReport { id, at, reporter: AccountId(reporter), reporter_number, number, report })
    })
    .collect()
}

/// `false` if there is none.
pub(super) fn delete(c: &Connection, id: i64) -> Result<bool, StoreError> {
    Ok(c.execute("DELETE FROM reports WHERE id = ?1", [id])? == 1)
}

pub(super) fn sweep(c: &Connection, now: Timestamp) -> Result<(), StoreError> {
    c.execute("DELETE FROM reports WHERE at + ?1 <= ?2", (REPORT_LIFE, now))?;
    Ok(())
}
