//! A relay that lies about files: whatever it serves in place of what was uploaded is never shown.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sotto_engine::view::{FileState, MessageState, SendAs};
use sotto_tests::people::Scene;

/// More than one part.
const SIZE: usize = 1_500_000;

/// What lies at the relay of each file: its parts, in order.
fn uploaded(folder: &Path) -> Vec<Vec<PathBuf>> {
    let sorted = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut paths: Vec<PathBuf> = entries.collect();
        paths.sort();
        paths
    };
    sorted(folder).iter().map(|file| sorted(file)).collect()
}

/// Something to be done to the parts of two files of one size.
type Lie = fn(first: &[PathBuf], second: &[PathBuf]);

/// Alice gives Bob two files while he is away; the relay lies about the first; what Bob sees of both.
async fn with(seed: u64, lie: Lie) -> [FileState; 2] {
    let scene = Scene::new(seed).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    let folder = scene.relay.data_dir().join("files");
    let first = alice.gives("first", &vec![1; SIZE], SendAs::File, "").await;
    alice.reaches(&first, MessageState::Sent).await;
    let of_first = uploaded(&folder).pop().expect("one file");
    let second = alice.gives("second", &vec![2; SIZE], SendAs::File, "").await;
    alice.reaches(&second, MessageState::Sent).await;
    let of_second = uploaded(&folder).into_iter().find(|parts| *parts != of_first).expect("another");
    lie(&of_first, &of_second);
    let mut bob = bob.wake().await;
    let settled = |state| matches!(state, FileState::Here | FileState::Damaged | FileState::Gone);
    let items = bob
        .sees("both decided", |items| {
            let files: Vec<_> = items.iter().flat_map(|item| &item.attachments).collect();
            files.len() == 2 && files.iter().all(|file| settled(file.state))
        })
        .await;
    let states: Vec<FileState> = items.iter().flat_map(|item| &item.attachments).map(|file| file.state).collect();
    // What is not as it was sent can be neither read nor saved.
    for item in items.iter().filter(|item| !item.attachments.is_empty()) {
        let read = bob.engine.attachment_load(item.order, 0).await;
        assert_eq!(read.is_ok(), item.attachments[0].state == FileState::Here);
    }
    states.try_into().expect("two files")
}

fn swap(one: &Path, other: &Path) {
    let (a, b) = (fs::read(one).expect("a part"), fs::read(other).expect("a part"));
    fs::write(one, b).expect("written");
    fs::write(other, a).expect("written");
}

fn change(part: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(part).expect("a part");
    change(&mut bytes);
    fs::write(part, bytes).expect("written");
}

#[tokio::test]
async fn a_relay_that_serves_another_file_is_found_out() {
    let states = with(41, |first, second| first.iter().zip(second).for_each(|(one, other)| swap(one, other))).await;
    assert_eq!(states, [FileState::Damaged, FileState::Damaged]);
}

#[tokio::test]
async fn a_relay_that_changes_one_byte_is_found_out() {
    let states = with(42, |first, _| change(&first[1], |bytes| bytes[70_000] ^= 1)).await;
    assert_eq!(states, [FileState::Damaged, FileState::Here]);
}

#[tokio::test]
async fn a_relay_that_swaps_chunks_is_found_out() {
    let swapped = with(43, |first, _| {
        change(&first[0], |bytes| {
            const CHUNK: usize = 64 * 1024 + 16;
            let (head, tail) = bytes.split_at_mut(CHUNK);
            head.swap_with_slice(&mut tail[..CHUNK]);
        });
    });
    assert_eq!(swapped.await, [FileState::Damaged, FileState::Here]);
}
