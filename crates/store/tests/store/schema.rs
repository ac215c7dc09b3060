//! The documented schema, and databases of earlier and later programs.

use std::{env, fs, path::Path};

use rusqlite::Connection;
use sotto_machine::rows::{ChatId, Rows};
use sotto_store::{OpenError, Page, Reader, Store, schema};

use crate::bed::{ANNA, Bed, KEY, ME};

#[test]
fn the_documented_schema_is_the_real_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema.sql");
    let real = schema().unwrap();
    if env::var_os("SOTTO_WRITE_SCHEMA").is_some() {
        fs::write(&path, &real).unwrap();
    }
    let documented = fs::read_to_string(&path).unwrap_or_default();
    assert!(documented == real, "docs/schema.sql is old: run `SOTTO_WRITE_SCHEMA=1 cargo test -p sotto-store schema`");
}

/// A connection as somebody else's program would make it.
fn raw(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).unwrap();
    db
}

#[test]
fn a_newer_database_is_refused_and_not_altered() {
    let Bed { dir, store } = Bed::with_anna();
    drop(store);
    let path = dir.path().join("sotto.db");
    let db = raw(&path);
    let version: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    db.pragma_update(None, "user_version", version + 1).unwrap();
    drop(db);
    let before = fs::read(&path).unwrap();
    for error in [Store::open(&path, &KEY).err(), Reader::open(&path, &KEY).err()] {
        assert!(matches!(error, Some(OpenError::TooNew { found, known }) if found == version + 1 && known == version));
    }
    assert!(fs::read(&path).unwrap() == before);
}

/// Every released version keeps a fixture; opening it must bring its rows to today's schema.
#[test]
fn a_database_of_version_1_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sotto.db");
    let db = raw(&path);
    db.execute_batch(include_str!("../fixtures/version_1.sql")).unwrap();
    drop(db);
    let mut store = Store::open(&path, &KEY).unwrap();
    let batch = store.batch().unwrap();
    assert_eq!(batch.own().unwrap().map(|own| own.account), None, "nobody is signed up in it");
    assert_eq!(batch.contact_of(&ANNA).unwrap().map(|row| row.chat), Some(ChatId(4)));
    let rows = batch.queries().thread(ChatId(4), Page::Newest, 9).unwrap().rows;
    assert_eq!(rows.iter().map(|row| row.position).collect::<Vec<_>>(), [7, 9]);
    assert!(rows[1].message.author == ME);
    assert_eq!(batch.queries().search("cafe", 9).unwrap().len(), 1);
    assert_eq!(batch.next_chat().unwrap(), ChatId(5));
}

#[test]
fn the_lists_are_read_by_their_indices() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch(&schema().unwrap()).unwrap();
    let transaction = db.transaction().unwrap();
    for (sql, index) in [
        ("SELECT count(*) FROM messages WHERE chat = 1 AND unread = 1", "messages_unread"),
        ("SELECT count(*) FROM messages WHERE unread = 1", "messages_unread"),
        ("SELECT max(position) FROM messages WHERE chat = 1", "messages_chat"),
        ("SELECT * FROM messages WHERE chat = 1 AND position < 9 ORDER BY position DESC LIMIT 3", "messages_chat"),
        ("SELECT * FROM messages WHERE chat = 1 AND state = 'held' ORDER BY position", "messages_held"),
        ("SELECT * FROM messages WHERE chat = 1 AND notice = 'gap' ORDER BY position DESC", "messages_gap"),
        (
            "SELECT DISTINCT position FROM attachments WHERE stays = 1 AND kind IN ('photo', 'video') AND chat = 1 \
             AND position < 9 ORDER BY position DESC LIMIT 3",
            "attachments_media",
        ),
        (
            "SELECT DISTINCT position FROM attachments WHERE stays = 1 AND kind = 'file' AND chat = 1 \
             AND position < 9 ORDER BY position DESC LIMIT 3",
            "attachments_files",
        ),
        (
            "SELECT DISTINCT position FROM links WHERE true AND chat = 1 AND position < 9 ORDER BY position DESC LIMIT 3",
            "links_chat",
        ),
    ] {
        let mut statement = transaction.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert!(plan.len() == 1 && plan[0].contains(index), "{sql}: {plan:?}");
    }
}
