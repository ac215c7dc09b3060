//! Brings the schema up to date: numbered migrations, each in a transaction of its own.
//!
//! The number of the last one made is the file's `user_version`. A migration that was released is never edited;
//! a change is a new one, and its test starts from the fixture of the version before.

use rusqlite::{Connection, TransactionBehavior};

use crate::{
    attachments, chats, contacts, devices, edits,
    error::{OpenError, StoreError},
    gallery, gaps, gone, groups, links, messages, olm_account, outbox, outbox_copies, own, own_profile, own_seal_keys,
    peer_chain, peers, pins, polls, profiles, reactions, receipts, relay, scheduled, search_texts, seen, sent,
    sessions, settings, sign_up, stories, waiting_actions,
};

/// Statements of one migration.
pub(crate) type Migration = &'static [&'static str];

/// All migrations; the first makes version 1.
pub(crate) const MIGRATIONS: &[Migration] = &[
    &[
        own::CREATE,
        own_profile::CREATE,
        own_seal_keys::CREATE,
        olm_account::CREATE,
        relay::CREATE,
        sign_up::CREATE,
        settings::CREATE,
        chats::CREATE,
        contacts::CREATE,
        profiles::CREATE,
        peers::CREATE,
        peer_chain::CREATE,
        devices::CREATE,
        sessions::CREATE,
        seen::CREATE,
        messages::CREATE,
        search_texts::CREATE,
        outbox::CREATE,
        outbox_copies::CREATE,
        sent::CREATE,
        gaps::CREATE,
        receipts::CREATE,
    ],
    &[messages::ADD_EXTRAS],
    &[
        messages::ADD_MARKS,
        reactions::CREATE,
        edits::CREATE,
        pins::CREATE,
        gone::CREATE,
        waiting_actions::CREATE,
        sent::ADD_ACTION,
        outbox::ADD_ACTION,
        chats::ADD_TIMER,
    ],
    &[chats::ADD_MARKS, contacts::ADD_BLOCKED],
    &[
        contacts::ADD_LISTED,
        groups::CREATE,
        groups::events::CREATE,
        groups::secrets::CREATE,
        groups::sessions_out::CREATE,
        groups::sessions_in::CREATE,
        groups::outbox::CREATE,
        groups::parked::CREATE,
        groups::receipts::CREATE,
    ],
    &[scheduled::CREATE, polls::CREATE],
    &[attachments::CREATE],
    &[chats::ADD_LOOK],
    &[messages::ADD_PLAYED, receipts::ADD_PLAYED],
    &[stories::CREATE],
    &[messages::ADD_MENTIONED, edits::ADD_MENTIONS, chats::ADD_BUT_MENTIONS],
    &[attachments::ADD_GALLERY, links::CREATE, gallery::CREATE_BACKLOG],
    &[messages::ADD_CALLS],
    &[groups::pictures::CREATE, groups::requests::CREATE],
    &[own::WITHOUT_SEED, outbox::ADD_WITH, sent::ADD_WITH],
    &[own::ADD_UNFINISHED, messages::ADD_TRACES],
    &[own::ADD_PROFILE_TURNED],
];

/// Makes the missing migrations.
pub(crate) fn migrate(connection: &mut Connection, migrations: &[Migration]) -> Result<(), OpenError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let found = version(connection)?;
    if found > known {
        return Err(OpenError::TooNew { found, known });
    }
    for (number, statements) in (1u32..).zip(migrations).filter(|(number, _)| *number > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for statement in *statements {
            transaction.execute_batch(statement)?;
        }
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The version of an open database.
pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Migration = &["CREATE TABLE letters (id INTEGER PRIMARY KEY) STRICT"];
    const SECOND: Migration = &["ALTER TABLE letters ADD COLUMN stamp TEXT NOT NULL DEFAULT 'penny'"];
    const BROKEN: Migration = &["CREATE TABLE half (id INTEGER) STRICT", "INSERT INTO nowhere VALUES (1)"];

    #[test]
    fn an_older_database_gets_what_it_misses_and_keeps_its_rows() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &[FIRST]).unwrap();
        db.execute_batch("INSERT INTO letters VALUES (7)").unwrap();
        migrate(&mut db, &[FIRST, SECOND]).unwrap();
        let row: (i64, String) =
            db.query_row("SELECT id, stamp FROM letters", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        assert_eq!(row, (7, "penny".into()));
        assert_eq!(version(&db).unwrap(), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_before_it() {
        let mut db = Connection::open_in_memory().unwrap();
        assert!(migrate(&mut db, &[FIRST, BROKEN]).is_err());
        assert_eq!(version(&db).unwrap(), 1);
        let half: i64 =
            db.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |r| r.get(0)).unwrap();
        assert_eq!(half, 0);
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &[FIRST, SECOND]).unwrap();
        assert!(matches!(migrate(&mut db, &[FIRST]), Err(OpenError::TooNew { found: 2, known: 1 })));
    }
}
