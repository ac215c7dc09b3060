//! The file: its key, its secrecy, crashes and full disks.

use std::fs;

use sotto_machine::rows::{ChatId, Rows};
use sotto_store::{OpenError, Reader, Store, StoreError};

use crate::bed::{ANNA, Bed, KEY, contact, message_id, put, put_contact, received};

#[test]
fn what_was_committed_is_there_after_a_restart() {
    let mut bed = Bed::with_anna();
    let row = received(1, 1, ANNA, "hello");
    bed.apply([put(&row)]);
    let mut bed = bed.reopened();
    assert_eq!(bed.read(|b| b.message(&ANNA, &row.id)).unwrap(), Some(row));
}

#[test]
fn a_batch_that_was_dropped_leaves_nothing() {
    let mut bed = Bed::with_anna();
    let row = received(1, 1, ANNA, "hello");
    let mut batch = bed.store.batch().unwrap();
    batch.apply(&put(&row)).unwrap();
    assert!(batch.message(&ANNA, &row.id).unwrap().is_some(), "a step sees what the batch has written");
    drop(batch);
    let mut bed = bed.reopened();
    assert_eq!(bed.read(|b| b.message(&ANNA, &row.id)).unwrap(), None);
    assert!(bed.store.queries().search("hello", 9).unwrap().is_empty());
}

#[test]
fn a_program_that_died_loses_only_what_was_not_committed() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, "kept"))]);
    let mut batch = bed.store.batch().unwrap();
    batch.apply(&put(&received(2, 1, ANNA, "lost"))).unwrap();
    // The disk as it is in the moment of death: file and journal, never closed.
    let after = tempfile::tempdir().unwrap();
    for name in ["sotto.db", "sotto.db-wal"] {
        fs::copy(bed.dir.path().join(name), after.path().join(name)).unwrap();
    }
    let store = Store::open(&after.path().join("sotto.db"), &KEY).unwrap();
    assert!(store.queries().message(&ANNA, &message_id(1)).unwrap().is_some());
    assert!(store.queries().message(&ANNA, &message_id(2)).unwrap().is_none());
}

#[test]
fn a_wrong_key_is_refused_and_alters_nothing() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, "hello"))]);
    // With a journal that a crash left behind: closing must not write it back.
    let after = tempfile::tempdir().unwrap();
    let names = ["sotto.db", "sotto.db-wal"];
    for name in names {
        fs::copy(bed.dir.path().join(name), after.path().join(name)).unwrap();
    }
    let bytes = || names.map(|name| fs::read(after.path().join(name)).unwrap());
    let before = bytes();
    let path = after.path().join("sotto.db");
    assert!(matches!(Store::open(&path, &[0; 32]), Err(OpenError::WrongKey)));
    assert!(matches!(Reader::open(&path, &[0; 32]), Err(OpenError::WrongKey)));
    assert!(bytes() == before);
    let store = Store::open(&path, &KEY).unwrap();
    assert!(store.queries().message(&ANNA, &message_id(1)).unwrap().is_some());
}

#[test]
fn what_is_no_database_of_ours_is_called_broken() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sotto.db");
    for bytes in [b"hello".to_vec(), [b"SQLite format 3\0".as_slice(), &[0; 8176]].concat()] {
        fs::write(&path, &bytes).unwrap();
        assert!(matches!(Store::open(&path, &KEY), Err(OpenError::Broken)));
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_damaged_page_is_noticed() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, "hello"))]);
    let Bed { dir, store } = bed;
    drop(store);
    let path = dir.path().join("sotto.db");
    let mut bytes = fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096).step_by(512) {
        *byte ^= 1;
    }
    fs::write(&path, bytes).unwrap();
    match Store::open(&path, &KEY) {
        Err(OpenError::Broken) => {}
        Err(other) => panic!("{other:?}"),
        Ok(store) => assert!(matches!(store.queries().chats(), Err(StoreError::Broken))),
    }
}

#[test]
fn nothing_readable_lies_on_the_disk() {
    let secrets = ["Meet me at the harbour", "+351912345678", "Anna-Given", "draft-of-a-poem", "relay.example"];
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, secrets[0]))]);
    bed.write(|b| {
        b.put_given_name(ChatId(1), Some(secrets[2]))?;
        b.put_draft(ChatId(1), Some(secrets[3]))?;
        b.put_setting("secret", &secrets[4].into())
    });
    let look = |when: &str, dir: &std::path::Path| {
        let files: Vec<_> = fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).collect();
        for file in &files {
            let bytes = fs::read(file).unwrap();
            for secret in
                secrets.map(str::as_bytes).into_iter().chain([&[11u8; 32][..], &KEY[..], b"harbour", b"CREATE"])
            {
                let found = bytes.windows(secret.len()).any(|w| w.eq_ignore_ascii_case(secret));
                assert!(!found, "{when}: {} in {file:?}", String::from_utf8_lossy(secret));
            }
        }
        files.len()
    };
    assert_eq!(look("open", bed.dir.path()), 3, "database, journal and its index");
    let Bed { dir, store } = bed;
    drop(store);
    look("closed", dir.path());
}

#[cfg(unix)]
#[test]
fn only_the_person_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let bed = Bed::with_anna();
    for file in fs::read_dir(bed.dir.path()).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o077, 0);
    }
}

#[test]
fn a_full_disk_is_told_apart_and_costs_only_the_batch() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, "before"))]);
    bed.store.limit_pages(1).unwrap();
    let mut batch = bed.store.batch().unwrap();
    let error = (2..500)
        .find_map(|n| batch.apply(&put(&received(n, 1, ANNA, &"long ".repeat(400)))).err())
        .expect("the file may not grow");
    assert!(matches!(error, StoreError::DiskFull), "{error:?}");
    let again = batch.apply(&put_contact(contact(2, ANNA)));
    assert!(matches!(again, Err(StoreError::GivenUp)));
    assert!(matches!(batch.commit(), Err(StoreError::GivenUp)));
    bed.store.limit_pages(1_000_000).unwrap();
    assert!(bed.store.queries().message(&ANNA, &message_id(2)).unwrap().is_none());
    bed.apply([put(&received(2, 1, ANNA, "after"))]);
    assert!(bed.store.queries().message(&ANNA, &message_id(2)).unwrap().is_some());
}

#[test]
fn a_batch_with_a_refused_change_cannot_be_committed() {
    let mut bed = Bed::with_anna();
    let mut batch = bed.store.batch().unwrap();
    // No chat 7: the constraint is judged when everything is there.
    batch.apply(&put(&received(1, 7, ANNA, "nowhere"))).unwrap();
    assert!(matches!(batch.commit(), Err(StoreError::Refused(_))));
    bed.apply([put(&received(1, 1, ANNA, "here"))]);
}

#[test]
fn the_key_shows_up_in_no_debug_output_and_no_error() {
    let bed = Bed::new();
    let wrong = [0xC3; 32];
    let error = Store::open(&bed.path(), &wrong).unwrap_err();
    let shown = format!("{:?} {:?} {error:?} {error}", bed.store, bed.reader());
    assert!(!shown.to_lowercase().contains("c3c3") && !shown.to_lowercase().contains("a5a5"));
}

#[test]
fn a_reader_sees_commits_and_never_waits_for_a_batch() {
    let mut bed = Bed::with_anna();
    let mut reader = bed.reader();
    let mut batch = bed.store.batch().unwrap();
    batch.apply(&put(&received(1, 1, ANNA, "hello"))).unwrap();
    assert!(reader.queries().message(&ANNA, &message_id(1)).unwrap().is_none());
    let held = reader.snapshot().unwrap();
    assert!(held.queries().message(&ANNA, &message_id(1)).unwrap().is_none());
    batch.commit().unwrap();
    assert!(held.queries().message(&ANNA, &message_id(1)).unwrap().is_none(), "one moment");
    drop(held);
    assert!(reader.queries().message(&ANNA, &message_id(1)).unwrap().is_some());
}
