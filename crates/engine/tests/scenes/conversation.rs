//! Two people talk.

use sotto_engine::view::{AppEvent, MessageState, PresenceView, TrustView};

use crate::{
    mirror::texts,
    people::{ALICE, BOB, Town},
};

#[tokio::test]
async fn a_first_message_a_reply_and_all_ticks() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let mut bob = town.person("Bob", BOB).await;

    let to_bob = alice.engine.chat_start(BOB).await.unwrap();
    let mut hers = alice.thread(to_bob).await;
    let first = alice.say(to_bob, "Hello Bob").await;
    hers.until("two ticks or one", |items| {
        items.iter().any(|item| item.id == first && item.state >= MessageState::Sent)
    })
    .await;

    assert_eq!(bob.notified().await.as_deref(), Some("Hello Bob"));
    let mut list = bob.list().await;
    let row = list.row("her name", |row| row.title == "Alice").await;
    assert!(row.request && row.unread == 1 && row.trust == TrustView::FirstSeen);
    let mut his = bob.thread(row.id).await;
    let received = his.text("Hello Bob").await;
    assert!(!received.mine && received.state == MessageState::Received);

    // The answer accepts her; from then on receipts travel.
    bob.say(row.id, "Hello Alice").await;
    hers.text("Hello Alice").await;
    bob.engine.chat_read(row.id, received.order).await.unwrap();
    hers.until("read", |items| items.iter().any(|item| item.id == first && item.state == MessageState::Read)).await;
    list.row("nothing unread", |row| row.unread == 0 && !row.request).await;

    assert_eq!(texts(&hers.items), ["Hello Bob", "Hello Alice"]);
    assert_eq!(texts(&his.items)[0], "Hello Bob");
    let numbers = (alice.engine.safety_number(to_bob).await.unwrap(), bob.engine.safety_number(row.id).await.unwrap());
    assert_eq!(numbers.0, numbers.1);
}

#[tokio::test]
async fn typing_and_presence_are_seen_by_those_who_may() {
    let town = Town::new().await;
    let mut alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;

    bob.engine.window_focus(true);
    alice
        .window
        .event("Bob is there", |event| match event {
            AppEvent::Presence { chat, presence: PresenceView::Online } if *chat == to_bob => Some(()),
            _ => None,
        })
        .await;
    assert_eq!(alice.engine.contact_view(to_bob).await.unwrap().presence, PresenceView::Online);

    bob.engine.typing_set(to_alice).await.unwrap();
    let typing = |wanted: bool| {
        move |event: &AppEvent| match event {
            AppEvent::Typing { chat, writing, .. } if *chat == to_bob && *writing == wanted => Some(()),
            _ => None,
        }
    };
    alice.window.event("Bob writes", typing(true)).await;
    bob.say(to_alice, "here it is").await;
    alice.window.event("Bob has written", typing(false)).await;

    bob.engine.window_focus(false);
    alice
        .window
        .event("Bob is away", |event| match event {
            AppEvent::Presence { chat, presence: PresenceView::LastSeen { .. } } if *chat == to_bob => Some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn no_read_receipts_for_those_who_give_none() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;
    let mut hers = alice.thread(to_bob).await;
    let mut his = bob.thread(to_alice).await;

    let settings = bob.engine.app_state().settings.unwrap();
    let silent = sotto_engine::view::Settings { read_receipts: false, ..settings };
    bob.engine.settings_set(silent).await.unwrap();

    let id = alice.say(to_bob, "Seen?").await;
    let seen = his.text("Seen?").await;
    bob.engine.chat_read(to_alice, seen.order).await.unwrap();
    // His own message comes after everything his reading would have said.
    bob.say(to_alice, "No comment").await;
    hers.text("No comment").await;
    hers.until("two ticks", |items| items.iter().any(|item| item.id == id && item.state == MessageState::Delivered))
        .await;
    let answer = his.text("No comment").await;
    let theirs = hers.text("No comment").await;
    alice.engine.chat_read(to_bob, theirs.order).await.unwrap();
    his.until("two ticks, and no more", |items| {
        items.iter().any(|item| item.id == answer.id && item.state == MessageState::Delivered)
    })
    .await;
}

/// Both know each other: a message each way. Returns her chat and his.
pub(crate) async fn befriend(alice: &crate::people::Person, bob: &crate::people::Person) -> (i64, i64) {
    let to_bob = alice.engine.chat_start(BOB).await.unwrap();
    alice.say(to_bob, "It is me").await;
    let to_alice = bob.list().await.row("Alice", |row| row.title == "Alice").await.id;
    let mut hers = alice.thread(to_bob).await;
    bob.say(to_alice, "I see").await;
    hers.text("I see").await;
    (to_bob, to_alice)
}
