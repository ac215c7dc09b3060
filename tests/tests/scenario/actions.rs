//! What people do to messages, between real engines that are there at different times and end in the middle.

use sotto_engine::{
    error::Code,
    view::{MessageBody, MessageItem, MessageState, NoticeKind},
};
use sotto_tests::people::{Person, Scene};

fn of<'a>(items: &'a [MessageItem], id: &str) -> &'a MessageItem {
    items.iter().find(|item| item.id == id).expect("the message")
}

async fn place(person: &mut Person, id: &str) -> i64 {
    of(&person.conversation().await, id).order
}

fn emoji(item: &MessageItem) -> Vec<&str> {
    item.reactions.iter().map(|reaction| reaction.emoji.as_str()).collect()
}

fn says(item: &MessageItem, words: &str) -> bool {
    matches!(&item.body, MessageBody::Text { text } if text == words)
}

#[tokio::test]
async fn an_answer_carries_its_quote_and_leads_to_it() {
    let scene = Scene::new(61).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let asked = alice.say("Row F or row G?").await;
    let heard = bob.hears("Row F or row G?").await;
    let id = sotto_engine::api::new_message_id();
    bob.engine.message_reply(bob.chat(), &id, "F, on the aisle", heard.order).await.unwrap();

    let answer = alice.hears("F, on the aisle").await;
    let quote = answer.quote.expect("a quote");
    assert!(quote.mine);
    assert_eq!(quote.text, "Row F or row G?");
    assert_eq!(quote.order, Some(place(&mut alice, &asked).await));
    let own = of(&bob.conversation().await, &id).quote.clone().expect("a quote");
    assert_eq!((own.mine, own.name.as_str(), own.order), (false, "Alice", Some(heard.order)));
}

#[tokio::test]
async fn what_was_done_while_the_other_was_away_is_there_when_they_come() {
    let scene = Scene::new(62).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.reads().await;
    let (first, second, third) = (alice.say("one").await, alice.say("two").await, alice.say("three").await);
    let (one, two) = (bob.hears("one").await, bob.hears("two").await);
    bob.hears("three").await;
    bob.reads().await;
    for id in [&first, &second, &third] {
        alice.reaches(id, MessageState::Read).await;
    }
    let orders = [place(&mut alice, &first).await, place(&mut alice, &second).await, place(&mut alice, &third).await];

    // He is away; she acts without a connection, and her program ends in the middle.
    let bob_away = bob.leave().await;
    alice.network.offline();
    alice.offline().await;
    let chat = alice.chat();
    alice.engine.message_edit(chat, orders[0], "one, rather").await.unwrap();
    alice.engine.message_react(chat, orders[1], Some("🙏")).await.unwrap();
    let mut alice = alice.die().await.wake().await;
    alice.engine.message_delete(chat, &[orders[2]], true).await.unwrap();
    alice.engine.message_pin(chat, orders[1], true).await.unwrap();
    alice.engine.timer_set(chat, 3_600).await.unwrap();
    alice.network.online();
    alice.online().await;
    let mut alice = alice.restart().await;
    alice.online().await;

    let mut bob = bob_away.wake().await;
    let told = MessageBody::Notice { notice: NoticeKind::Timer { seconds: 3_600, mine: false } };
    let items = bob.sees("the timer", |items| items.iter().any(|item| item.body == told)).await;
    let item = of(&items, &first);
    assert!(says(item, "one, rather") && item.edited, "{item:?}");
    let history = bob.engine.message_history(bob.chat(), one.order).await.unwrap();
    assert_eq!(history.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["one", "one, rather"]);
    assert_eq!(emoji(of(&items, &second)), ["🙏"]);
    assert!(of(&items, &second).pinned);
    assert_eq!(bob.engine.thread_pins(bob.chat()).await.unwrap()[0].order, two.order);
    assert_eq!(of(&items, &third).body, MessageBody::Deleted);
    let row = bob.row().await;
    assert_eq!((row.unread, row.timer), (0, 3_600), "nothing of it is unread");

    // And he answers to all that after a restart of his own.
    let bob = bob.restart().await;
    bob.engine.message_react(bob.chat(), one.order, Some("👍")).await.unwrap();
    let seen = alice.sees("his reaction", |items| emoji(of(items, &first)) == ["👍"]).await;
    assert_eq!(of(&seen, &first).reactions[0].names, ["Bob"]);
    let row = alice.row().await;
    let news = row.last.expect("a last entry");
    assert_eq!(row.unread, 0);
    assert_eq!(news.reaction.map(|reaction| (reaction.emoji, reaction.name)), Some(("👍".into(), "Bob".into())));
    assert_eq!(news.preview, "one, rather");
}

#[tokio::test]
async fn taking_back_what_was_not_read_lowers_the_count_and_leaves_a_trace() {
    let scene = Scene::new(63).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    bob.reads().await;
    let id = alice.say("I did not mean to say that").await;
    bob.hears("I did not mean to say that").await;
    assert_eq!(bob.row().await.unread, 1);
    let order = place(&mut alice, &id).await;
    alice.engine.message_delete(alice.chat(), &[order], true).await.unwrap();
    bob.sees("a trace", |items| of(items, &id).body == MessageBody::Deleted).await;
    let row = bob.row().await;
    assert_eq!((row.unread, row.last.map(|last| last.deleted)), (0, Some(true)));
}

#[tokio::test]
async fn messages_disappear_on_both_sides_also_when_nobody_is_connected() {
    let scene = Scene::new(64).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.engine.timer_set(alice.chat(), 60).await.unwrap();
    bob.notices(NoticeKind::Timer { seconds: 60, mine: false }).await;
    let id = alice.say("burn this").await;
    let heard = bob.hears("burn this").await;
    assert_eq!((heard.expires_after, heard.expires_at), (Some(60), None), "his time begins when he reads it");
    bob.reads().await;
    bob.sees("its time runs", |items| of(items, &id).expires_at.is_some()).await;
    alice.reaches(&id, MessageState::Read).await;

    alice.network.offline();
    bob.network.offline();
    alice.offline().await;
    bob.offline().await;
    let (alice, bob) = (alice.leave().await, bob.leave().await);
    for asleep in [&alice, &bob] {
        asleep.sleep_for(61_000);
    }
    let (mut alice, mut bob) = (alice.wake().await, bob.wake().await);
    for person in [&mut alice, &mut bob] {
        person.sees("nothing of it", |items| !items.iter().any(|item| item.id == id)).await;
    }
}

#[tokio::test]
async fn messages_are_passed_on_marked_and_kept_ones_are_listed() {
    let scene = Scene::new(65).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let first = alice.say("the key is under the pot").await;
    let second = alice.say("the blue one").await;
    bob.hears("the blue one").await;
    let orders = [place(&mut bob, &second).await, place(&mut bob, &first).await];
    bob.engine.message_forward(bob.chat(), &orders, &[bob.chat()]).await.unwrap();
    let items = alice.sees("both", |items| items.iter().filter(|item| item.forwarded && !item.mine).count() == 2).await;
    let passed: Vec<&MessageItem> = items.iter().filter(|item| item.forwarded).collect();
    assert!(says(passed[0], "the key is under the pot") && says(passed[1], "the blue one"), "in their order");

    bob.engine.message_star(bob.chat(), &orders, true).await.unwrap();
    let bob = bob.restart().await;
    let kept = bob.engine.starred(None).await.unwrap();
    assert_eq!(kept.iter().map(|view| view.item.order).collect::<Vec<_>>(), orders, "newest first");
    assert!(alice.engine.starred(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_not_ones_own_cannot_be_edited_or_taken_back() {
    let scene = Scene::new(66).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    alice.say("mine").await;
    let heard = bob.hears("mine").await;
    let refused = bob.engine.message_edit(bob.chat(), heard.order, "his").await.unwrap_err();
    assert_eq!(refused.code, Code::NotPossible);
    let refused = bob.engine.message_delete(bob.chat(), &[heard.order], true).await.unwrap_err();
    assert_eq!(refused.code, Code::NotPossible);
    let refused = bob.engine.message_react(bob.chat(), heard.order, Some("pay me")).await.unwrap_err();
    assert_eq!(refused.code, Code::NotPossible);
    assert!(!bob.conversation().await.iter().any(|item| item.edited));
}
