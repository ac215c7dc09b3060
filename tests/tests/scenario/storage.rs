//! What files take on a computer, and deleting some of them there: messages stay and have them again.

use sotto_engine::view::{FileKind, FileState, SendAs, StorageItem, StorageView, StoredFile};
use sotto_tests::people::{Person, Scene};

use crate::files_fate::{at_home, is_here, until};

async fn storage(person: &Person) -> StorageView {
    person.engine.storage().await.expect("what is kept")
}

async fn largest(person: &Person, kind: Option<FileKind>) -> Vec<StorageItem> {
    person.engine.storage_items(None, kind, 50).await.expect("what is kept").items
}

fn bytes_of(view: &StorageView, kind: FileKind) -> u64 {
    view.kinds.iter().find(|one| one.kind == kind).map_or(0, |one| one.bytes)
}

fn named(item: &StorageItem) -> StoredFile {
    StoredFile { order: item.order, place: item.file.place }
}

#[tokio::test]
async fn what_is_deleted_here_can_be_had_again_and_the_other_side_keeps_it() {
    let scene = Scene::new(151).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let plan = vec![7; 90_000];
    alice.gives("plan.pdf", &plan, SendAs::File, "look").await;
    alice.gives("small.txt", b"small", SendAs::File, "").await;
    bob.is_given("the small one", |file| file.name == "small.txt" && file.state == FileState::Here).await;
    bob.sees("the plan", |items| {
        items.iter().flat_map(|item| &item.attachments).filter(|file| is_here(file)).count() == 2
    })
    .await;

    let view = storage(&bob).await;
    assert_eq!(bytes_of(&view, FileKind::File), 90_005);
    assert_eq!(view.chats.len(), 1);
    assert_eq!((view.chats[0].chat, view.chats[0].bytes), (bob.chat(), 90_005));
    assert!(view.database > 0);
    let items = largest(&bob, None).await;
    assert_eq!(items.iter().map(|item| item.file.name.as_str()).collect::<Vec<_>>(), ["plan.pdf", "small.txt"]);
    assert!(largest(&bob, Some(FileKind::Photo)).await.is_empty());

    bob.engine.storage_delete(vec![named(&items[0])]).await.unwrap();
    until("the bytes gone", || at_home(&scene, "Bob") == 1).await;
    let bob = bob.restart().await;
    assert_eq!(bytes_of(&storage(&bob).await, FileKind::File), 5);
    assert_eq!(at_home(&scene, "Alice"), 2, "hers stay");

    let mut bob = bob;
    bob.online().await;
    bob.engine.attachment_fetch(items[0].order, 0).await.unwrap();
    bob.is_given("the plan again", |file| file.name == "plan.pdf" && is_here(file)).await;
    assert_eq!(bob.engine.attachment_load(items[0].order, 0).await.unwrap(), plan);
}

#[tokio::test]
async fn a_whole_chat_is_cleared_of_files_and_ones_own_come_back_too() {
    let scene = Scene::new(152).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let sent = alice.gives("one.bin", &[1; 70_000], SendAs::File, "one").await;
    bob.is_given("it", is_here).await;
    alice.reaches(&sent, sotto_engine::view::MessageState::Delivered).await;
    alice.engine.storage_clear(alice.chat(), None).await.unwrap();
    until("none with Alice", || at_home(&scene, "Alice") == 0).await;
    assert!(storage(&alice).await.chats.is_empty());
    let item = alice.hears("one").await;
    assert_eq!(item.attachments[0].state, FileState::Absent, "the message stays");

    alice.engine.attachment_fetch(item.order, 0).await.unwrap();
    alice.sees("it again", |items| items.iter().flat_map(|item| &item.attachments).any(is_here)).await;
    assert_eq!(alice.engine.attachment_load(item.order, 0).await.unwrap(), [1; 70_000]);
}

#[tokio::test]
async fn what_has_not_left_yet_is_never_deleted() {
    let scene = Scene::new(153).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.network.offline();
    alice.offline().await;
    alice.gives("waits.bin", &[3; 70_000], SendAs::File, "later").await;
    let order = alice.hears("later").await.order;
    assert!(largest(&alice, None).await.is_empty());
    alice.engine.storage_clear(alice.chat(), None).await.unwrap();
    alice.engine.storage_delete(vec![StoredFile { order, place: 0 }]).await.unwrap();
    assert_eq!(bytes_of(&storage(&alice).await, FileKind::File), 70_000);
    alice.network.online();
    bob.is_given("it after all", is_here).await;
}

#[tokio::test]
async fn what_is_shared_by_two_chats_stays_for_the_other() {
    let scene = Scene::new(154).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    alice.gives("both.bin", &[5; 70_000], SendAs::File, "").await;
    let given = bob.is_given("it", is_here).await;
    let notes = bob.engine.notes_open().await.unwrap();
    bob.engine.message_forward(bob.chat(), &[given.order], &[notes, bob.chat()]).await.unwrap();
    bob.sees("what he passed on", |items| items.iter().any(|item| item.mine && item.attachments.iter().any(is_here)))
        .await;
    let mine = bob.conversation().await.into_iter().find(|item| item.mine && !item.attachments.is_empty()).unwrap();
    bob.engine.storage_delete(vec![StoredFile { order: mine.order, place: 0 }]).await.unwrap();
    let page = bob.engine.thread_page(notes, None, None, 10).await.unwrap();
    let kept = page.items.iter().find(|item| !item.attachments.is_empty()).expect("it is there");
    assert_eq!(bob.engine.attachment_load(kept.order, 0).await.unwrap(), [5; 70_000]);
    assert_eq!(bytes_of(&storage(&bob).await, FileKind::File), 140_000, "his own and Alice's");
}
