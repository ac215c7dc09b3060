//! Sign-up codes: only a keyed hash of each, and how often one was sent.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{
    PhoneNumber, Timestamp,
    limits::{DAY, SECOND},
};
use subtle::ConstantTimeEq as _;

use crate::{
    codes::{CODE_LIFE, TRIES},
    store::{CodeIssued, NewCode, StoreError},
};

pub(super) const TABLE: &str = "
CREATE TABLE codes (
    number    TEXT    NOT NULL PRIMARY KEY,
    hash      BLOB    NOT NULL,
    expires   INTEGER NOT NULL,
    tries     INTEGER NOT NULL,
    -- codes sent in a row, for the back-off
    sent      INTEGER NOT NULL,
    last_sent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;";

/// Milliseconds before the second, third, fourth code, and between all further ones.
const BACK_OFF: [u64; 4] = [30 * SECOND, 120 * SECOND, 600 * SECOND, 3_600 * SECOND];

/// What a code that was typed in is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    Right,
    Wrong { tries_left: u8 },
    Expired,
}

pub(super) fn issue(c: &Connection, code: &NewCode) -> Result<CodeIssued, StoreError> {
    let before: Option<(u32, Timestamp)> = c
        .query_row("SELECT sent, last_sent FROM codes WHERE number = ?1", [code.number.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let sent = match before {
        Some((sent, last)) if last + DAY > code.now => {
            let next = last + back_off(sent);
            if next > code.now {
                return Ok(CodeIssued::TooSoon { retry_after: next - code.now });
            }
            sent + 1
        }
        _ => 1,
    };
    c.execute(
        "INSERT OR REPLACE INTO codes (number, hash, expires, tries, sent, last_sent) VALUES (?1, ?2, ?3, 0, ?4, ?5)",
        (code.number.as_str(), code.hash, code.now + CODE_LIFE, sent, code.now),
    )?;
    Ok(CodeIssued::Now { resend_after: back_off(sent) })
}

/// Tries a code. A wrong one costs a try; five wrong ones cost the code.
pub(super) fn attempt(
    c: &Connection,
    number: &PhoneNumber,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Tried, StoreError> {
    let row: Option<([u8; 32], u8)> = c
        .query_row("SELECT hash, tries FROM codes WHERE number = ?1 AND expires > ?2", (number.as_str(), now), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((right, tries)) = row.filter(|(_, tries)| *tries < TRIES) else { return Ok(Tried::Expired) };
    if right.ct_eq(hash).into() {
        return Ok(Tried::Right);
    }
    c.execute("UPDATE codes SET tries = tries + 1 WHERE number = ?1", [number.as_str()])?;
    Ok(Tried::Wrong { tries_left: TRIES - tries - 1 })
}

/// A code serves once, and whoever had it right need not wait for the next.
pub(super) fn consume(c: &Connection, number: &PhoneNumber) -> Result<(), StoreError> {
    c.execute("DELETE FROM codes WHERE number = ?1", [number.as_str()])?;
    Ok(())
}

pub(super) fn sweep(c: &Connection, now: Timestamp) -> Result<(), StoreError> {
    c.execute("DELETE FROM codes WHERE last_sent + ?1 <= ?2", (DAY, now))?;
    Ok(())
}

fn back_off(sent: u32) -> u64 {
    let at = (sent.max(1) as usize - 1).min(BACK_OFF.len() - 1);
    BACK_OFF.get(at).copied().unwrap_or(3_600 * SECOND)
}
