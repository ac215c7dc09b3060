//! Telling the relay's operator about somebody: what was chosen arrives, and nothing else is said to anybody.

use sotto_engine::{error::Code, view::ReportReasonView};
use sotto_tests::people::{ALICE, BOB, Scene};

use super::groups::three;

#[tokio::test]
async fn a_stranger_is_reported_with_the_messages_that_were_chosen_and_learns_nothing() {
    let scene = Scene::new(231).await;
    let (mut alice, mut bob) = (scene.sign_up("Alice", ALICE).await, scene.sign_up("Bob", BOB).await);
    alice.meet(BOB).await;
    alice.say("Hello, this is your bank").await;
    alice.say("Send me your code").await;
    bob.is_met().await;
    bob.hears("Hello, this is your bank").await;
    let chosen = bob.hears("Send me your code").await.order;
    let (engine, chat) = (bob.engine.clone(), bob.chat());
    engine.person_report(chat, ReportReasonView::Fraud, " no bank of mine ", &[chosen]).await.unwrap();

    let [stored] = scene.relay.reports().await.try_into().expect("one report");
    let said = serde_json::to_value(&stored.report).unwrap();
    assert_eq!((said["reason"].as_str(), said["words"].as_str()), (Some("fraud"), Some("no bank of mine")));
    assert_eq!(said["excerpts"].as_array().map(Vec::len), Some(1));
    assert_eq!(said["excerpts"][0]["text"], "Send me your code");
    assert_eq!((stored.number.as_deref(), stored.reporter_number.as_deref()), (Some(ALICE), Some(BOB)));

    // Reported or not, she has one tick and nothing more.
    bob.engine.chat_block(chat, true).await.unwrap();
    let states: Vec<_> =
        alice.conversation().await.into_iter().filter(|item| item.mine).map(|item| item.state).collect();
    assert!(states.iter().all(|state| *state <= sotto_engine::view::MessageState::Sent), "{states:?}");
}

#[tokio::test]
async fn only_what_somebody_has_written_goes_with_a_report_of_them() {
    let scene = Scene::new(232).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.say("mine").await;
    bob.hears("mine").await;
    let own = alice.hears("mine").await.order;
    let refused = alice.engine.person_report(alice.chat(), ReportReasonView::Other, "", &[own]).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    assert!(scene.relay.reports().await.is_empty());
}

#[tokio::test]
async fn somebody_met_in_a_group_is_reported_and_the_group_is_not() {
    let scene = Scene::new(233).await;
    let (alice, _bob, carol) = three(&scene).await;
    let refused = carol.engine.person_report(carol.chat(), ReportReasonView::Abuse, "", &[]).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    let chat = carol.engine.chat_start(ALICE).await.unwrap();
    carol.engine.person_report(chat, ReportReasonView::Abuse, "", &[]).await.unwrap();
    let [stored] = scene.relay.reports().await.try_into().expect("one report");
    assert!(stored.report.excerpts.is_empty() && stored.report.words.is_empty());
    drop(alice);
}
