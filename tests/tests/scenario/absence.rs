//! Somebody cannot be reached, and writes or is written to all the same.

use sotto_engine::view::MessageState;
use sotto_tests::people::{ALICE, BOB, Scene, texts};

#[tokio::test]
async fn both_write_without_a_connection_and_both_are_heard() {
    let scene = Scene::new(1).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;

    alice.network.offline();
    bob.network.offline();
    alice.offline().await;
    bob.offline().await;
    let (hers, his) = (alice.say("Are you there?").await, bob.say("Anybody?").await);
    for (person, id) in [(&mut alice, &hers), (&mut bob, &his)] {
        let clock = |item: &sotto_engine::view::MessageItem| item.id == *id && item.state == MessageState::Sending;
        person.sees("a clock", |items| items.iter().any(clock)).await;
    }

    // One after the other: what she said waits at the relay, what he said still on his disk.
    alice.network.online();
    alice.reaches(&hers, MessageState::Sent).await;
    assert!(!texts(&bob.conversation().await, false).contains(&"Are you there?"));
    bob.network.online();
    bob.hears("Are you there?").await;
    alice.hears("Anybody?").await;
    alice.reaches(&hers, MessageState::Delivered).await;
    bob.reaches(&his, MessageState::Delivered).await;
}

#[tokio::test]
async fn two_first_messages_that_cross_make_one_conversation() {
    let scene = Scene::new(2).await;
    let (mut alice, mut bob) = (scene.sign_up("Alice", ALICE).await, scene.sign_up("Bob", BOB).await);
    alice.meet(BOB).await;
    bob.meet(ALICE).await;

    // Neither has seen a key of the other when both write: two sessions are begun at once.
    alice.network.offline();
    bob.network.offline();
    alice.offline().await;
    bob.offline().await;
    let (hers, his) = (alice.say("Shall we?").await, bob.say("Let us!").await);
    alice.network.online();
    bob.network.online();
    alice.hears("Let us!").await;
    bob.hears("Shall we?").await;
    alice.reaches(&hers, MessageState::Delivered).await;
    bob.reaches(&his, MessageState::Delivered).await;

    for round in 0..5 {
        let (to_bob, to_alice) = (format!("her {round}"), format!("his {round}"));
        tokio::join!(alice.say(&to_bob), bob.say(&to_alice));
        tokio::join!(alice.hears(&to_alice), bob.hears(&to_bob));
    }
    assert_eq!(texts(&bob.conversation().await, false), ["Shall we?", "her 0", "her 1", "her 2", "her 3", "her 4"]);
    assert_eq!(texts(&alice.conversation().await, false), ["Let us!", "his 0", "his 1", "his 2", "his 3", "his 4"]);
    for person in [&alice, &bob] {
        assert_eq!(person.engine.chats().await.unwrap().len(), 1);
        assert!(person.engine.diagnostics().dropped.is_empty(), "{:?}", person.engine.diagnostics());
    }
}
