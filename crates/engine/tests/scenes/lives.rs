//! Programs end and begin again; nothing is lost.

use sotto_engine::{
    Engine,
    view::{MessageState, Stage},
};

use crate::{
    conversation::befriend,
    mirror::texts,
    people::{ALICE, BOB, Town},
};

#[tokio::test]
async fn what_was_said_is_there_after_a_restart() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;

    let mut alice = alice.restart().await;
    alice.online().await;
    let mut hers = alice.thread(to_bob).await;
    hers.until("both messages", |items| texts(items) == ["It is me", "I see"]).await;
    alice.say(to_bob, "Back again").await;
    bob.thread(to_alice).await.text("Back again").await;
}

#[tokio::test]
async fn messages_wait_for_those_who_are_away_and_come_in_order() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;

    let asleep = bob.leave().await;
    let mut hers = alice.thread(to_bob).await;
    for n in 0..100 {
        alice.say(to_bob, &format!("number {n}")).await;
    }
    hers.until("one tick each", |items| items.iter().all(|item| !item.mine || item.state >= MessageState::Sent)).await;

    let bob = asleep.wake().await;
    let mut his = bob.thread(to_alice).await;
    his.text("number 99").await;
    let page = bob.engine.thread_page(to_alice, None, None, 100).await.unwrap();
    assert_eq!(texts(&page.items), (0..100).map(|n| format!("number {n}")).collect::<Vec<_>>());
    hers.until("two ticks each", |items| items.iter().all(|item| !item.mine || item.state >= MessageState::Delivered))
        .await;
}

#[tokio::test]
async fn what_is_written_without_a_connection_leaves_when_there_is_one() {
    let mut town = Town::new().await;
    let mut alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;

    town.stop_relay().await;
    alice.offline().await;
    let mut hers = alice.thread(to_bob).await;
    let id = alice.say(to_bob, "Into the dark").await;
    hers.until("a clock", |items| items.iter().any(|item| item.id == id && item.state == MessageState::Sending)).await;

    // The clock is on the disk: it survives the program.
    let mut alice = alice.restart().await;
    let mut hers = alice.thread(to_bob).await;
    hers.until("a clock still", |items| items.iter().any(|item| item.id == id && item.state == MessageState::Sending))
        .await;

    town.start_relay().await;
    alice.engine.reconnect().await.unwrap();
    bob.engine.reconnect().await.unwrap();
    alice.online().await;
    bob.thread(to_alice).await.text("Into the dark").await;
    hers.until("two ticks", |items| items.iter().any(|item| item.id == id && item.state == MessageState::Delivered))
        .await;
}

#[tokio::test]
async fn a_profile_belongs_to_one_program_at_a_time() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let (second, _events) = Engine::start(town.config("Alice")).await.unwrap();
    assert_eq!(second.app_state().stage, Stage::ProfileInUse);
    assert!(second.chats().await.is_err());
    drop(alice.leave().await);
    let (third, _events) = Engine::start(town.config("Alice")).await.unwrap();
    assert_eq!(third.app_state().stage, Stage::Ready);
}

#[tokio::test]
async fn the_last_handle_lets_go_of_the_profile() {
    let town = Town::new().await;
    let (engine, mut events) = Engine::start(town.config("Alice")).await.unwrap();
    drop(engine);
    while events.next().await.is_some() {}
    let (again, _events) = Engine::start(town.config("Alice")).await.unwrap();
    assert_ne!(again.app_state().stage, Stage::ProfileInUse);
}

#[tokio::test]
async fn a_relay_that_restarts_in_the_middle_loses_and_doubles_nothing() {
    let mut town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;
    let mut his = bob.thread(to_alice).await;

    for n in 0..60 {
        alice.say(to_bob, &format!("number {n}")).await;
        if n == 20 {
            town.stop_relay().await;
        }
        if n == 40 {
            town.start_relay().await;
        }
    }
    alice.engine.reconnect().await.unwrap();
    bob.engine.reconnect().await.unwrap();
    his.text("number 59").await;
    let page = bob.engine.thread_page(to_alice, None, None, 60).await.unwrap();
    assert_eq!(texts(&page.items), (0..60).map(|n| format!("number {n}")).collect::<Vec<_>>());
    assert!(bob.engine.diagnostics().dropped.is_empty());
}

#[tokio::test]
async fn a_number_registered_elsewhere_signs_the_old_device_out() {
    let town = Town::new().await;
    let mut old = town.person("Alice", ALICE).await;
    let _new = town.person("Alice again", ALICE).await;
    old.window.state("signed out", |state| state.stage == Stage::SignedOut).await;

    let old = old.restart().await;
    assert_eq!(old.engine.app_state().stage, Stage::SignedOut);
}
