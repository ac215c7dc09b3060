//! Sign-up codes: only a keyed hash of each, and how often one was sent.

use rusqlite::{Connection, OptionalExtension as _};
use sotto_wire::{
    PhoneNumber, Timestamp,
    limits::{DAY, SECOND},
};
use subtle::ConstantTimeEq as _;

use super::invitations;
use crate::{
    codes::{CODE_LIFE, NOT_SENT_WAIT, TRIES},
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

/// The invitation with which a code was asked for, by its keyed hash.
pub(super) const INVITED: &str = "ALTER TABLE codes ADD COLUMN invitation BLOB;";

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
    // First of all, so that without an invitation nothing is learned about a number.
    if let Some(invitation) = &code.invitation
        && !invitations::counts(c, invitation, code.now)?
    {
        return Ok(CodeIssued::NotInvited);
    }
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
        "INSERT OR REPLACE INTO codes (number, hash, expires, tries, sent, last_sent, invitation)
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6)",
        (code.number.as_str(), code.hash, code.now + CODE_LIFE, sent, code.now, code.invitation),
    )?;
    Ok(CodeIssued::Now { resend_after: back_off(sent) })
}

/// A code was not sent: it never counts, and the wait for the next is short, however many there were before.
pub(super) fn withdraw(
    c: &Connection,
    number: &PhoneNumber,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sent: Option<u32> = c
        .query_row("SELECT sent FROM codes WHERE number = ?1 AND hash = ?2", (number.as_str(), hash), |row| row.get(0))
        .optional()?;
    let Some(before) = sent.map(|sent| sent.saturating_sub(1)) else { return Ok(()) };
    // As if the one before had been sent just so long ago that the wait for the next is nearly over.
    let last_sent = (now + NOT_SENT_WAIT).saturating_sub(back_off(before));
    c.execute(
        "UPDATE codes SET expires = 0, sent = ?2, last_sent = ?3 WHERE number = ?1",
        (number.as_str(), before, last_sent),
    )?;
    Ok(())
}

/// The invitation with which the code for a number was asked for.
pub(super) fn invitation(c: &Connection, number: &PhoneNumber) -> Result<Option<[u8; 32]>, StoreError> {
    Ok(c.query_row("SELECT invitation FROM codes WHERE number = ?1", [number.as_str()], |row| row.get(0))?)
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
