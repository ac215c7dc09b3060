//! People who are named in a group: told of it, heard though the chat is muted, and drawn by the name they have now.

use sotto_engine::{
    Handle,
    api::new_message_id,
    view::{MentionRange, MessageItem, MuteFor, SendAs, SendFile},
};
use sotto_tests::people::{BOB, Person, Scene, texts};

/// Alice and Bob in a group of their own, to which both have turned.
async fn pair(scene: &Scene) -> (Person, Person) {
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    bob.reads().await;
    let chat = alice.engine.group_create("Sea trip", &[alice.chat()]).await.unwrap();
    alice.turn_to(chat);
    let row = bob.lists("the group", |row| row.group.is_some_and(|group| group.members == 2)).await;
    bob.turn_to(row.id);
    (alice, bob)
}

/// The account of whoever is not oneself.
async fn other(engine: &Handle, chat: i64) -> String {
    let members = engine.group_view(chat).await.unwrap().members;
    members.into_iter().find(|member| !member.person.me).expect("the other").person.account
}

/// Alice writes "@Bob" and more.
async fn names(alice: &Person, rest: &str) -> String {
    let account = other(&alice.engine, alice.chat()).await;
    let id = new_message_id();
    let mentions = [MentionRange { start: 0, length: 4, account }];
    alice.engine.message_write(alice.chat(), &id, &format!("@Bob{rest}"), &mentions, None).await.unwrap();
    id
}

fn named(item: &MessageItem) -> Vec<&str> {
    item.mentions.iter().map(|mention| mention.person.name.as_str()).collect()
}

#[tokio::test]
async fn who_is_mentioned_sees_it_waiting_and_is_told_though_the_chat_is_muted() {
    let scene = Scene::new(81).await;
    let (alice, bob) = pair(&scene).await;
    bob.engine.chat_mute(bob.chat(), Some(MuteFor::ButMentions)).await.unwrap();
    let mut bob = bob.restart().await;
    bob.online().await;
    let row = bob.row().await;
    assert!(row.but_mentions && row.muted_until.is_some());
    alice.say("nothing for Bob").await;
    bob.hears("nothing for Bob").await;
    assert_eq!(bob.row().await.mention, None);
    names(&alice, ", do you sail?").await;
    let heard = bob.hears("@Bob, do you sail?").await;
    assert!(heard.mentions[0].person.me);
    alice.say("nor this").await;
    bob.hears("nor this").await;
    assert_eq!(bob.row().await.mention, Some(heard.order));
    // Notifications come in order: none was shown for what came before.
    assert_eq!(bob.notified().await.as_deref(), Some("Alice: @Bob, do you sail?"));
    bob.reads().await;
    assert_eq!(bob.row().await.mention, None);
    bob.engine.chat_mute(bob.chat(), None).await.unwrap();
    assert!(!bob.row().await.but_mentions);
}

#[tokio::test]
async fn a_mention_outlives_edits_and_restarts_and_is_drawn_by_the_present_name() {
    let scene = Scene::new(82).await;
    let (mut alice, mut bob) = pair(&scene).await;
    let id = names(&alice, " steers").await;
    bob.hears("@Bob steers").await;
    let own = alice.hears("@Bob steers").await;
    assert_eq!(named(&own), ["Bob"]);

    // Other words, the mention elsewhere; then what becomes of it when Bob's program starts anew.
    let account = other(&alice.engine, alice.chat()).await;
    let mentions = [MentionRange { start: 8, length: 4, account }];
    alice.engine.message_reword(alice.chat(), own.order, "Perhaps @Bob steers", &mentions).await.unwrap();
    bob.hears("Perhaps @Bob steers").await;
    let mut bob = bob.restart().await;
    let heard = bob.hears("Perhaps @Bob steers").await;
    assert_eq!((heard.mentions[0].start, heard.mentions[0].length), (8, 4));
    assert!(heard.id == id && heard.edited && bob.row().await.mention == Some(heard.order));

    let with_bob = alice.engine.chat_start(BOB).await.unwrap();
    alice.engine.contact_rename(with_bob, Some("Captain")).await.unwrap();
    assert_eq!(named(&alice.hears("Perhaps @Bob steers").await), ["Captain"]);
    assert_eq!(alice.row().await.last.unwrap().preview, "Perhaps @Captain steers");

    // Elsewhere it is words.
    alice.engine.message_forward(alice.chat(), &[own.order], &[with_bob]).await.unwrap();
    alice.turn_to(with_bob);
    assert!(named(&alice.hears("Perhaps @Bob steers").await).is_empty());
    let mentions = [MentionRange { start: 0, length: 4, account: other(&bob.engine, bob.chat()).await }];
    bob.turn_to(bob.lists("Alice", |row| row.group.is_none()).await.id);
    bob.engine.message_write(bob.chat(), &new_message_id(), "@You there", &mentions, None).await.unwrap();
    assert!(named(&bob.hears("@You there").await).is_empty());
    alice.hears("@You there").await;
    assert!(texts(&alice.conversation().await, false).contains(&"@You there"));
}

#[tokio::test]
async fn a_caption_names_people_as_a_text_does() {
    let scene = Scene::new(85).await;
    let (alice, mut bob) = pair(&scene).await;
    let account = other(&alice.engine, alice.chat()).await;
    let file = SendFile { id: alice.chooses("map.txt", b"north").await, send_as: SendAs::File };
    let mentions = [MentionRange { start: 0, length: 4, account }];
    let id = new_message_id();
    let text = "@Bob, the map";
    alice.engine.attachments_write(alice.chat(), &id, text, &mentions, vec![file], None).await.unwrap();
    let heard = bob.is_given("the map", |_| true).await;
    assert_eq!(named(&heard), ["Bob"]);
    assert_eq!(bob.row().await.mention, Some(heard.order));
}
