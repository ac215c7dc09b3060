//! Programs end, orderly or not, at each step on a message's way; nothing is lost and nothing comes twice.

use std::process::Command;

use sotto_engine::view::{MessageState, Stage};
use sotto_tests::{
    people::{ALICE, BOB, Person, Scene, texts},
    program::path_of,
};

/// How a program ends.
#[derive(Clone, Copy)]
enum End {
    Orderly,
    Sudden,
}

async fn restart(person: Person, end: End) -> Person {
    match end {
        End::Orderly => person.restart().await,
        End::Sudden => person.die().await.wake().await,
    }
}

#[tokio::test]
async fn a_conversation_goes_on_over_restarts_at_each_step() {
    a_conversation_with_restarts(End::Orderly).await;
}

#[tokio::test]
async fn a_conversation_goes_on_over_deaths_at_each_step() {
    a_conversation_with_restarts(End::Sudden).await;
}

async fn a_conversation_with_restarts(end: End) {
    let scene = Scene::new(3).await;
    let (mut alice, bob) = (scene.sign_up("Alice", ALICE).await, scene.sign_up("Bob", BOB).await);

    // Before the first word.
    alice.meet(BOB).await;
    let alice = restart(alice, end).await;

    // Written, on her disk, never sent.
    alice.network.offline();
    let first = alice.say("one").await;
    let mut alice = restart(alice, end).await;
    alice.sees("her message", |items| items.iter().any(|item| item.id == first)).await;
    alice.network.online();

    // With the relay, and he was not there: her program ends before he fetches it.
    let bob = bob.leave().await;
    let second = alice.say("two").await;
    alice.reaches(&second, MessageState::Sent).await;
    let alice = alice.leave().await;
    let mut bob = bob.wake().await;
    bob.is_met().await;
    bob.hears("two").await;

    // On his disk; his program ends before it has answered that it is.
    let mut bob = restart(bob, end).await;
    bob.say("three").await;
    let mut alice = alice.wake().await;
    alice.hears("three").await;
    alice.reaches(&second, MessageState::Delivered).await;

    // Read, and his program ends at once.
    bob.reads().await;
    let mut bob = restart(bob, end).await;
    alice.reaches(&second, MessageState::Read).await;

    // Read by her, who is gone when the news would leave; he is gone when they come.
    alice.reads().await;
    let alice = restart(alice, end).await.leave().await;
    let bob_asleep = restart(bob, end).await.leave().await;
    let mut alice = alice.wake().await;
    alice.online().await;
    bob = bob_asleep.wake().await;
    bob.sees("that she has read it", |items| items.iter().any(|item| item.mine && item.state == MessageState::Read))
        .await;

    // Both write, and both programs end right after.
    let (fourth, fifth) = (alice.say("four").await, bob.say("five").await);
    let (mut alice, mut bob) = (restart(alice, end).await, restart(bob, end).await);
    alice.hears("five").await;
    bob.hears("four").await;
    alice.reaches(&fourth, MessageState::Delivered).await;
    bob.reaches(&fifth, MessageState::Delivered).await;

    assert_eq!(texts(&bob.conversation().await, false), ["one", "two", "four"]);
    assert_eq!(texts(&alice.conversation().await, false), ["three", "five"]);
}

#[tokio::test]
async fn a_second_program_is_refused_and_disturbs_nothing() {
    let scene = Scene::new(4).await;
    let (alice, mut bob) = scene.alice_and_bob().await;

    let mut command = Command::new(path_of("sotto-cli").unwrap());
    command.arg("--profile").arg(scene.profile_dir("Alice"));
    command.arg("--key-file").arg(scene.key_file("Alice")).args(["--json", "contacts"]);
    let second = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8([second.stdout, second.stderr].concat()).unwrap();
    assert!(said.contains("profile_in_use"), "{said}");

    assert_eq!(alice.engine.app_state().stage, Stage::Ready);
    alice.say("Still here").await;
    bob.hears("Still here").await;
}
