//! A profile is replaced by an older copy of itself: what is said from then on is heard, and confirmed.

use sotto_engine::view::MessageState;
use sotto_tests::people::{Scene, texts};

#[tokio::test]
async fn a_profile_that_was_set_back_speaks_and_is_spoken_to_again() {
    let scene = Scene::new(31).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    let copy = bob.copy_of_disk();
    let mut bob = bob.wake().await;
    for text in ["forgotten one", "forgotten two", "forgotten three"] {
        let id = bob.say(text).await;
        alice.hears(text).await;
        bob.reaches(&id, MessageState::Delivered).await;
    }
    let mut bob = bob.leave().await;
    bob.set_back(&copy);

    let mut bob = bob.wake().await;
    let first = bob.say("after the copy").await;
    alice.hears("after the copy").await;
    bob.reaches(&first, MessageState::Delivered).await;
    let answer = alice.say("still here").await;
    bob.hears("still here").await;
    alice.reaches(&answer, MessageState::Delivered).await;
    let heard = alice.conversation().await;
    assert_eq!(texts(&heard, false).iter().filter(|text| **text == "after the copy").count(), 1);
}
