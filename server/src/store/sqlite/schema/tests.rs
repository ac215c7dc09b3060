//! A relay that is replaced by a newer one keeps what waits.

use rusqlite::Connection;
use sotto_wire::DeviceId;

use super::STEPS;
use crate::{
    relay::{ConnectionId, Load, Loaded, RowsWanted},
    store::{Store as _, sqlite::SqliteStore},
};

const ANN: DeviceId = DeviceId([1; 16]);
const BOB: DeviceId = DeviceId([2; 16]);

/// A database as the relay made it whose schema had this many steps.
fn old_database(path: &std::path::Path, steps: usize) -> Connection {
    let connection = Connection::open(path).expect("a new database");
    for table in STEPS.iter().take(steps).flat_map(|step| *step) {
        connection.execute_batch(table).expect("a step that was released");
    }
    connection.pragma_update(None, "user_version", steps).expect("its version");
    connection
}

async fn waiting(store: &SqliteStore, device: DeviceId) -> Vec<(u64, Vec<u8>)> {
    let wanted = RowsWanted { device, connection: ConnectionId(1), after: 0, up_to: u64::MAX, limit: 10 };
    match store.load(Load::Rows(wanted)).await {
        Ok(Loaded::Rows { rows, .. }) => rows.into_iter().map(|row| (row.seq, row.sealed)).collect(),
        other => panic!("rows, not {other:?}"),
    }
}

#[tokio::test]
async fn messages_that_waited_under_their_devices_wait_under_their_numbers() {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("relay.sqlite");
    let old = old_database(&path, 4);
    old.execute("INSERT INTO payloads (hash, sealed, refs) VALUES (x'07', x'AABB', 2)", []).expect("a payload");
    old.execute("INSERT INTO mailbox_heads (device, reserved) VALUES (?1, 1024)", [ANN.0]).expect("a head");
    for (device, seq, sealed, payload) in
        [(ANN, 7, &b"first"[..], None), (ANN, 9, &b""[..], Some(&b"\x07"[..])), (BOB, 1, &b""[..], Some(&b"\x07"[..]))]
    {
        old.execute(
            "INSERT INTO mailbox (device, seq, at, sealed, payload) VALUES (?1, ?2, 5, ?3, ?4)",
            (device.0, seq, sealed, payload),
        )
        .expect("a message");
    }
    drop(old);

    let store = SqliteStore::open(&path, 0).expect("the newer relay opens it");

    assert_eq!(waiting(&store, ANN).await, [(7, b"first".to_vec()), (9, vec![0xAA, 0xBB])]);
    assert_eq!(waiting(&store, BOB).await, [(1, vec![0xAA, 0xBB])]);
}

#[tokio::test]
async fn a_payload_that_waited_goes_with_the_last_mailbox_that_holds_it() {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("relay.sqlite");
    let old = old_database(&path, 4);
    old.execute("INSERT INTO payloads (hash, sealed, refs) VALUES (x'07', x'AABB', 1)", []).expect("a payload");
    old.execute("INSERT INTO mailbox (device, seq, at, sealed, payload) VALUES (?1, 1, 5, x'', x'07')", [ANN.0])
        .expect("a message");
    drop(old);

    // Ann's device is not one of the relay's: what waits for it is swept away.
    let store = SqliteStore::open(&path, 0).expect("the newer relay opens it");
    store.sweep(sotto_wire::limits::MAILBOX_LIFE).await.expect("a sweep");

    assert_eq!(waiting(&store, ANN).await, []);
    drop(store);
    let left: u64 = Connection::open(&path)
        .and_then(|c| c.query_row("SELECT count(*) FROM payloads", [], |row| row.get(0)))
        .expect("a count");
    assert_eq!(left, 0);
}
