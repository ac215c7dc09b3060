//! A session breaks: nothing that is sent in it can be read. It heals, and what was lost comes again.

use sotto_engine::view::MessageState;
use sotto_tests::people::{Scene, texts};

#[tokio::test]
async fn a_broken_session_heals_and_what_was_sent_in_it_comes_again() {
    let scene = Scene::new(6).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    bob.break_sessions();
    let first = alice.say("lost at first").await;
    alice.reaches(&first, MessageState::Sent).await;
    let mut bob = bob.wake().await;
    bob.hears("lost at first").await;
    alice.say("and the next").await;
    bob.hears("and the next").await;
    alice.reaches(&first, MessageState::Delivered).await;
    bob.say("All there").await;
    alice.hears("All there").await;
    let heard = texts(&bob.conversation().await, false).len();
    assert_eq!(heard, 3, "nothing comes twice");
}

#[tokio::test]
async fn the_one_whose_sessions_broke_may_speak_first() {
    let scene = Scene::new(7).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    bob.break_sessions();
    let mut bob = bob.wake().await;
    let id = bob.say("in a new session").await;
    alice.hears("in a new session").await;
    bob.reaches(&id, MessageState::Delivered).await;
    alice.say("I hear you").await;
    bob.hears("I hear you").await;
}
