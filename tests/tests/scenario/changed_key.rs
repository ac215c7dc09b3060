//! Bob loses everything and signs up anew with his number: another account key, and no continuity to believe in.

use sotto_engine::{
    error::Code,
    view::{MessageItem, MessageState, NoticeKind, Stage, TrustView},
};
use sotto_tests::people::{BOB, Person, Scene, texts};

fn stands(id: &str, state: MessageState) -> impl Fn(&[MessageItem]) -> bool {
    move |items| items.iter().any(|item| item.id == id && item.state == state)
}

async fn bob_begins_again(scene: &Scene, alice: &mut Person, bob: Person) -> (Person, String) {
    let new_bob = scene.sign_up("New Bob", BOB).await;
    bob.state("his old program to be signed out", |state| state.stage == Stage::SignedOut).await;
    let queued = alice.say("for the old account").await;
    alice.sees("that his account is gone", stands(&queued, MessageState::Failed)).await;
    (new_bob, queued)
}

#[tokio::test]
async fn a_changed_key_is_noticed_and_nothing_moves_to_it_by_itself() {
    let scene = Scene::new(8).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let (mut bob, queued) = bob_begins_again(&scene, &mut alice, bob).await;

    alice.notices(NoticeKind::KeyChanged).await;
    assert_eq!(alice.row().await.trust, TrustView::FirstSeen);
    let failed = alice.conversation().await.into_iter().find(|item| item.id == queued).unwrap();
    assert_eq!(failed.failure, Some(Code::AccountGone));

    let id = alice.say("Is it you?").await;
    bob.is_met().await;
    bob.hears("Is it you?").await;
    assert_eq!(texts(&bob.conversation().await, false), ["Is it you?"]);
    bob.say("It is").await;
    alice.hears("It is").await;
    alice.reaches(&id, MessageState::Delivered).await;

    // "Try again" is her decision, and goes to the new account.
    alice.engine.message_retry(alice.chat(), &queued).await.unwrap();
    bob.hears("for the old account").await;
    alice.reaches(&queued, MessageState::Delivered).await;
}

#[tokio::test]
async fn to_somebody_verified_nothing_is_sent_until_the_new_key_is_accepted() {
    let scene = Scene::new(9).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let hers = alice.engine.safety_number(alice.chat()).await.unwrap();
    assert_eq!(hers, bob.engine.safety_number(bob.chat()).await.unwrap());
    alice.engine.trust_verify(alice.chat()).await.unwrap();
    alice.notices(NoticeKind::Verified).await;

    let (mut bob, _) = bob_begins_again(&scene, &mut alice, bob).await;
    alice.notices(NoticeKind::KeyViolated).await;
    assert_eq!(alice.row().await.trust, TrustView::Violated);
    let id = alice.say("Only for you").await;
    alice.sees("it held", stands(&id, MessageState::Held)).await;

    // A new start neither forgets nor sends it.
    let mut alice = alice.restart().await;
    alice.online().await;
    alice.sees("it still held", stands(&id, MessageState::Held)).await;
    assert!(bob.engine.chats().await.unwrap().is_empty());

    alice.engine.trust_accept(alice.chat()).await.unwrap();
    bob.is_met().await;
    bob.hears("Only for you").await;
    bob.say("Thank you").await;
    alice.hears("Thank you").await;
    alice.reaches(&id, MessageState::Delivered).await;
    assert_ne!(alice.engine.safety_number(alice.chat()).await.unwrap(), hers);
}
