//! The benchmark of files, small: that it measures something, not how much.
#![cfg(target_os = "linux")]

use sotto_tests::{
    client_bench::{Village, media},
    load::{ANY_PORT, without_limits},
    program::RelayProgram,
};

#[tokio::test]
async fn files_are_measured_beside_a_plain_copy() {
    let dir = tempfile::tempdir().unwrap();
    let relay = RelayProgram::start(&dir.path().join("relay"), ANY_PORT, without_limits()).await.unwrap();
    let village = Village::found(&relay, dir.path(), 1).await.unwrap();
    let costs = media(&village, dir.path(), (600, 400), 2).await.unwrap();
    assert!(costs.thumbnail_ms > 0.0 && costs.encrypt_upload_mib_s > 0.0 && costs.plain_copy_mib_s > 0.0);
}
