//! `contacts`: the person of each chat.
//!
//! Account and number are not unique: while two chats are being merged, both hold the same ones for a moment.

use rusqlite::{Connection, params};
use sotto_machine::rows::{ChatId, ContactRow, Trust};
use sotto_wire::{AccountId, PhoneNumber};

use crate::{
    chats,
    column::{Bind, Fields, words},
    profiles,
    sql::{Result, all, one, run},
};

pub(crate) const CREATE: &str = "\
CREATE TABLE contacts (
    chat           INTEGER PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    account        BLOB NOT NULL,
    number         TEXT,
    claimed_number TEXT,
    trust          TEXT NOT NULL CHECK (trust IN ('unknown', 'first_seen', 'verified', 'violated')),
    accepted       INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    profile_key    BLOB,
    token_refused  INTEGER NOT NULL CHECK (token_refused IN (0, 1)),
    given_name     TEXT
) STRICT;
CREATE INDEX contacts_account ON contacts (account);
CREATE INDEX contacts_number ON contacts (number) WHERE number IS NOT NULL;";

/// Whether nothing from this person is to be shown.
pub(crate) const ADD_BLOCKED: &str =
    "ALTER TABLE contacts ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));";

/// People who are only known from a group have no row in the list of chats.
pub(crate) const ADD_LISTED: &str =
    "ALTER TABLE contacts ADD COLUMN listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1));";

pub(crate) const COLUMNS: &str = "contacts.chat, contacts.account, contacts.number, contacts.claimed_number, \
     contacts.trust, contacts.accepted, contacts.profile_key, contacts.token_refused, contacts.blocked, \
     contacts.listed";

words!(Trust as "trust" {
    Unknown = "unknown",
    FirstSeen = "first_seen",
    Verified = "verified",
    Violated = "violated",
});

/// Everything known of a person, for the contact panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDetails {
    /// The person.
    pub contact: ContactRow,
    /// The name given to them on this device.
    pub given_name: Option<String>,
    /// The name they chose; empty until fetched.
    pub own_name: String,
    /// Their line about themselves.
    pub about: String,
    /// Changes whenever their picture does; 0 without one.
    pub picture_rev: u64,
    /// The contact is oneself.
    pub own: bool,
}

pub(crate) fn read(f: &mut Fields<'_, '_>) -> rusqlite::Result<ContactRow> {
    Ok(ContactRow {
        chat: f.take()?,
        account: f.take()?,
        number: f.take()?,
        claimed_number: f.take()?,
        trust: f.take()?,
        accepted: f.take()?,
        profile_key: f.take()?,
        token_refused: f.take()?,
        blocked: f.take()?,
        listed: f.take()?,
    })
}

pub(crate) fn get(db: &Connection, chat: ChatId) -> Result<Option<ContactRow>> {
    one(db, &format!("SELECT {COLUMNS} FROM contacts WHERE chat = ?1"), [Bind(&chat)], read)
}

pub(crate) fn get_all(db: &Connection) -> Result<Vec<ContactRow>> {
    all(db, &format!("SELECT {COLUMNS} FROM contacts ORDER BY chat"), [], read)
}

pub(crate) fn of_account(db: &Connection, account: &AccountId) -> Result<Option<ContactRow>> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE account = ?1 ORDER BY chat LIMIT 1");
    one(db, &sql, [Bind(account)], read)
}

pub(crate) fn with_number(db: &Connection, number: &PhoneNumber) -> Result<Option<ContactRow>> {
    let sql = format!("SELECT {COLUMNS} FROM contacts WHERE number = ?1 ORDER BY chat LIMIT 1");
    one(db, &sql, [Bind(number)], read)
}

pub(crate) fn details(db: &Connection, chat: ChatId) -> Result<Option<ContactDetails>> {
    let sql = format!(
        "SELECT {COLUMNS}, given_name, coalesce(own_name, own_profile.name, ''), \
         coalesce(profiles.about, own_profile.about, ''), \
         coalesce(profiles.picture_rev, own_profile.picture_rev, 0), own.account IS NOT NULL \
         FROM contacts LEFT JOIN profiles ON profiles.account = contacts.account \
         LEFT JOIN own ON own.account = contacts.account LEFT JOIN own_profile ON own.account IS NOT NULL \
         WHERE chat = ?1"
    );
    one(db, &sql, [Bind(&chat)], |f| {
        Ok(ContactDetails {
            contact: read(f)?,
            given_name: f.take()?,
            own_name: f.take()?,
            about: f.take()?,
            picture_rev: f.take()?,
            own: f.take()?,
        })
    })
}

/// The chat comes into being with its contact; the given name is not touched.
pub(crate) fn put(db: &Connection, row: &ContactRow) -> Result<()> {
    let before = get(db, row.chat)?;
    chats::put(db, row.chat)?;
    let sql = "INSERT INTO contacts (chat, account, number, claimed_number, trust, accepted, profile_key, \
               token_refused, blocked, listed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (chat) DO UPDATE SET \
               account = excluded.account, number = excluded.number, claimed_number = excluded.claimed_number, \
               trust = excluded.trust, accepted = excluded.accepted, profile_key = excluded.profile_key, \
               token_refused = excluded.token_refused, blocked = excluded.blocked, listed = excluded.listed";
    run(
        db,
        sql,
        params![
            Bind(&row.chat),
            Bind(&row.account),
            Bind(&row.number),
            Bind(&row.claimed_number),
            Bind(&row.trust),
            row.accepted,
            Bind(&row.profile_key),
            row.token_refused,
            row.blocked,
            row.listed,
        ],
    )?;
    // Not when chats are merged: the account of the one that went away is about to be put into the other.
    if before.is_some_and(|before| before.account != row.account) { profiles::forget_strangers(db) } else { Ok(()) }
}

pub(crate) fn put_given_name(db: &Connection, chat: ChatId, name: Option<&str>) -> Result<()> {
    run(db, "UPDATE contacts SET given_name = ?2 WHERE chat = ?1", params![Bind(&chat), name])?;
    Ok(())
}
