//! What becomes of files: passed on, taken back, cleared away, given to a group.

use std::{fs, path::Path};

use sotto_engine::{
    error::Code,
    view::{FileState, MessageBody, MessageItem, MessageState, SendAs},
};
use sotto_tests::people::{ALICE, BOB, Person, Scene, befriend};

const CAROL: &str = "+351912345603";

/// Encrypted files in somebody's profile, or at the relay.
fn files_in(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.filter_map(Result::ok).filter(|entry| !entry.file_name().to_string_lossy().ends_with(".part")).count()
}

pub(crate) fn at_home(scene: &Scene, name: &str) -> usize {
    files_in(&scene.profile_dir(name).join("files"))
}

fn at_the_relay(scene: &Scene) -> usize {
    files_in(&scene.relay.data_dir().join("files"))
}

async fn order_of(person: &mut Person, id: &str) -> i64 {
    let items = person.conversation().await;
    items.into_iter().find(|item| item.id == id).expect("it is there").order
}

/// Waits until a folder holds so many files: they go after the commit, which is what can be seen from outside.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(20));
        while !holds() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(sotto_tests::people::PATIENCE, wait).await.unwrap_or_else(|_| panic!("in vain: {what}"));
}

pub(crate) fn is_here(file: &sotto_engine::view::AttachmentView) -> bool {
    file.state == FileState::Here
}

#[tokio::test]
async fn what_is_taken_back_or_cleared_away_leaves_every_disk() {
    let scene = Scene::new(31).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let sent = alice.gives("plan.pdf", &[7; 90_000], SendAs::File, "look").await;
    bob.is_given("the file", is_here).await;
    alice.reaches(&sent, MessageState::Delivered).await;
    assert_eq!((at_home(&scene, "Alice"), at_home(&scene, "Bob"), at_the_relay(&scene)), (1, 1, 1));

    let order = order_of(&mut alice, &sent).await;
    alice.engine.message_delete(alice.chat(), &[order], true).await.unwrap();
    bob.sees("a trace", |items| items.iter().any(|item| item.body == MessageBody::Deleted)).await;
    until("no file anywhere", || (at_home(&scene, "Alice"), at_home(&scene, "Bob"), at_the_relay(&scene)) == (0, 0, 0))
        .await;

    alice.gives("again.pdf", &[8; 90_000], SendAs::File, "").await;
    bob.is_given("the file", is_here).await;
    bob.engine.chat_clear(bob.chat()).await.unwrap();
    until("none with Bob", || at_home(&scene, "Bob") == 0).await;
    assert_eq!(at_home(&scene, "Alice"), 1, "she keeps hers");
}

#[tokio::test]
async fn what_disappears_takes_its_files_along() {
    let scene = Scene::new(32).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.engine.timer_set(alice.chat(), 60).await.unwrap();
    let sent = alice.gives("for a minute", &[7; 90_000], SendAs::File, "").await;
    bob.is_given("the file", is_here).await;
    bob.reads().await;
    alice.reaches(&sent, MessageState::Delivered).await;
    for person in [&alice, &bob] {
        person.clock.advance(61_000);
    }
    // A restart looks at the clock at once.
    let (mut alice, mut bob) = (alice.restart().await, bob.restart().await);
    for person in [&mut alice, &mut bob] {
        person.sees("it gone", |items| items.iter().all(|item| item.attachments.is_empty())).await;
    }
    until("no file with either", || (at_home(&scene, "Alice"), at_home(&scene, "Bob")) == (0, 0)).await;
}

#[tokio::test]
async fn files_are_passed_on_once_for_all_and_under_other_keys() {
    let scene = Scene::new(33).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let mut carol = scene.sign_up("Carol", CAROL).await;
    carol.meet(BOB).await;
    carol.say("It is Carol").await;
    let carols = bob.lists("Carol", |row| row.id != bob.chat()).await.id;
    bob.engine.request_accept(carols).await.unwrap();

    let content = [b"pass it on ".as_slice(), &[7; 90_000]].concat();
    alice.gives("news.txt", &content, SendAs::File, "read this").await;
    let given = bob.is_given("the file", is_here).await;
    let notes = bob.engine.notes_open().await.unwrap();
    bob.engine.message_forward(bob.chat(), &[given.order], &[carols, notes, bob.chat()]).await.unwrap();

    let passed = carol.is_given("the file", is_here).await;
    assert!(passed.forwarded && passed.body == MessageBody::Text { text: "read this".into() });
    assert_eq!(carol.engine.attachment_load(passed.order, 0).await.unwrap(), content);
    alice.is_given("it back", is_here).await;
    assert_eq!(at_the_relay(&scene), 2, "Alice's, and Bob's once for everybody");
    assert_eq!(at_home(&scene, "Bob"), 2);

    // What Carol is sent no more is still there for Alice.
    let mine = |item: &&MessageItem| item.mine && !item.attachments.is_empty();
    let page = bob.engine.thread_page(carols, None, None, 50).await.unwrap();
    let order = page.items.iter().find(mine).expect("what was passed on").order;
    bob.engine.message_delete(carols, &[order], true).await.unwrap();
    carol.sees("a trace", |items| items.iter().any(|item| item.body == MessageBody::Deleted)).await;
    assert_eq!((at_home(&scene, "Bob"), at_the_relay(&scene)), (2, 2));
}

#[tokio::test]
async fn what_is_not_here_is_not_passed_on() {
    let scene = Scene::new(34).await;
    let (mut alice, mut bob) = (scene.sign_up("Alice", ALICE).await, scene.sign_up("Bob", BOB).await);
    alice.meet(BOB).await;
    alice.gives("hello.txt", b"hello", SendAs::File, "").await;
    bob.is_met().await;
    let message = bob.is_given("word of it", |file| file.state == FileState::Absent).await;
    let notes = bob.engine.notes_open().await.unwrap();
    let refused = bob.engine.message_forward(bob.chat(), &[message.order], &[notes]).await.unwrap_err();
    assert_eq!(refused.code, Code::FileNotHere);
}

#[tokio::test]
async fn a_group_is_given_a_file_with_one_upload() {
    let scene = Scene::new(35).await;
    let mut alice = scene.sign_up("Alice", ALICE).await;
    let mut bob = scene.sign_up("Bob", BOB).await;
    let mut carol = scene.sign_up("Carol", CAROL).await;
    befriend(&mut alice, &mut bob).await;
    let bobs = alice.chat();
    alice.meet(CAROL).await;
    alice.say("It is Alice").await;
    carol.is_met().await;
    carol.say("I see").await;
    alice.hears("I see").await;
    let group = alice.engine.group_create("Sea trip", &[bobs, alice.chat()]).await.unwrap();
    alice.turn_to(group);
    let bob_knew = bob.chat();
    let carol_knew = carol.chat();
    bob.turn_to(bob.lists("the group", |row| row.id != bob_knew).await.id);
    carol.turn_to(carol.lists("the group", |row| row.id != carol_knew).await.id);

    // While she is away from the relay, what she says later does not wait for the file, and the file is not lost.
    alice.network.offline();
    alice.offline().await;
    let content = vec![9; 700_000];
    let sent = alice.gives("map.pdf", &content, SendAs::File, "where we go").await;
    let mut alice = alice.restart().await;
    alice.network.online();
    for person in [&mut bob, &mut carol] {
        let message = person.is_given("word of the file", |_| true).await;
        if message.attachments[0].state == FileState::Absent {
            person.engine.attachment_fetch(message.order, 0).await.unwrap();
        }
        let message = person.is_given("the file", is_here).await;
        assert_eq!(person.engine.attachment_load(message.order, 0).await.unwrap(), content);
    }
    alice.reaches(&sent, MessageState::Delivered).await;
    assert_eq!(at_the_relay(&scene), 1);

    alice.network.offline();
    alice.offline().await;
    let second = alice.gives("never mind", &[3; 90_000], SendAs::File, "").await;
    let order = order_of(&mut alice, &second).await;
    alice.engine.message_delete(alice.chat(), &[order], true).await.unwrap();
    alice.network.online();
    alice.online().await;
    alice.say("after it").await;
    bob.hears("after it").await;
    assert_eq!(bob.conversation().await.iter().filter(|item| !item.attachments.is_empty()).count(), 1);
}
