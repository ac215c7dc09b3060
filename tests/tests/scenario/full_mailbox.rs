//! A mailbox is bounded: what does not fit is refused to the sender, who is told and can try again.

use sotto_engine::{
    error::Code,
    view::{MessageItem, MessageState},
};
use sotto_relay::config::LimitsConfig;
use sotto_tests::people::{Scene, texts};

const SAID: usize = 12;

#[tokio::test]
async fn what_a_full_mailbox_refuses_can_be_sent_again() {
    let limits = LimitsConfig { mailbox_messages: 5, ..LimitsConfig::default() };
    let scene = Scene::with_limits(10, limits).await;
    let (mut alice, bob) = scene.alice_and_bob().await;

    let bob = bob.leave().await;
    let mut ids = Vec::new();
    for n in 0..SAID {
        ids.push(alice.say(&format!("number {n}")).await);
    }
    let settled = |item: &MessageItem| !item.mine || item.state != MessageState::Sending;
    let items = alice.sees("an answer to each", |items| items.iter().all(settled)).await;
    let failed: Vec<_> = items.iter().filter(|item| item.state == MessageState::Failed).collect();
    assert!(failed.iter().all(|item| item.failure == Some(Code::MailboxFull)), "{failed:#?}");
    assert!(failed.len() >= SAID - 5 && failed.len() < SAID, "{} failed", failed.len());

    let mut bob = bob.wake().await;
    bob.online().await;
    for item in &failed {
        // One after the other: all at once they would fill the small mailbox again.
        alice.engine.message_retry(alice.chat(), &item.id).await.unwrap();
        alice.reaches(&item.id, MessageState::Sent).await;
    }
    for id in &ids {
        alice.reaches(id, MessageState::Delivered).await;
    }
    let mut heard: Vec<_> = texts(&bob.conversation().await, false).into_iter().map(str::to_owned).collect();
    heard.sort_unstable();
    let mut said: Vec<_> = (0..SAID).map(|n| format!("number {n}")).chain(["It is me".to_owned()]).collect();
    said.sort_unstable();
    assert_eq!(heard, said);
}
