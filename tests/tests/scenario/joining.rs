//! A group with a picture and words, links into it, and word of who is writing: real engines, away and back.

use sotto_engine::view::{AppEvent, ChatRow, GroupNotice, GroupView, NoticeKind};
use sotto_tests::people::{Person, Scene};

const CAROL: &str = "+351912345603";
const DORA: &str = "+351912345604";
const NAME: &str = "Sea trip";

/// Alice's group with Bob, which Bob has turned to.
async fn pair(scene: &Scene) -> (Person, Person) {
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let chat = alice.engine.group_create(NAME, &[alice.chat()]).await.unwrap();
    alice.turn_to(chat);
    let row = bob.lists("the group", |row| row.group.is_some_and(|group| group.members == 2)).await;
    bob.turn_to(row.id);
    alice.lists("the founding", |row| row.id == chat && row.group.is_some_and(|group| group.members == 2)).await;
    (alice, bob)
}

/// Waits until the group looks so to somebody.
async fn group(person: &Person, what: &str, looks: impl Fn(&GroupView) -> bool) -> GroupView {
    let (id, mut changes) = person.engine.chats_subscribe().await.unwrap();
    let wait = async {
        loop {
            let view = person.engine.group_view(person.chat()).await.unwrap();
            if looks(&view) && !view.changing {
                return view;
            }
            changes.recv().await.expect("the engine runs");
        }
    };
    let view = sotto_tests::people::patient(what, wait).await;
    person.engine.unsubscribe(id).unwrap();
    view
}

fn is_in(members: u32) -> impl Fn(&ChatRow) -> bool {
    move |row| row.title == NAME && row.group.is_some_and(|group| group.member && group.members == members)
}

#[tokio::test]
async fn who_opens_a_link_asks_and_comes_in_when_an_admin_has_come_back() {
    let scene = Scene::new(91).await;
    let (alice, mut bob) = pair(&scene).await;
    alice.engine.group_link_set(alice.chat(), true, true).await.unwrap();
    let first = group(&alice, "the link", |view| view.link.is_some()).await.link.unwrap().url;
    let away = alice.leave().await;
    let mut carol = scene.sign_up("Carol", CAROL).await;
    assert_eq!(carol.engine.group_join(&first).await.unwrap(), None);
    let alice = away.wake().await;
    let asks = group(&alice, "a request", |view| !view.requests.is_empty()).await.requests;
    let carol_away = carol.leave().await;
    let row = alice.lists("a request", |row| row.group.is_some_and(|group| group.requests == 1)).await;
    assert_eq!(row.id, alice.chat());
    // A member is shown neither the link nor who asks.
    let seen = bob.engine.group_view(bob.chat()).await.unwrap();
    assert!(seen.link.is_none() && seen.requests.is_empty());
    alice.engine.group_admit(alice.chat(), &asks[0].account).await.unwrap();
    carol = carol_away.wake().await;
    let row = carol.lists("the group", is_in(3)).await;
    assert!(!row.request, "she has asked for it herself");
    carol.turn_to(row.id);
    assert_eq!(carol.engine.group_join(&first).await.unwrap(), Some(row.id), "she is in it already");
    carol.say("Thank you").await;
    bob.hears("Thank you").await;

    // A new link, open to everybody; the old one opens nothing any more.
    alice.engine.group_link_set(alice.chat(), false, true).await.unwrap();
    let second = group(&alice, "another link", |view| view.link.as_ref().is_some_and(|link| link.url != first)).await;
    let dora = scene.sign_up("Dora", DORA).await;
    dora.engine.group_join(&first).await.unwrap();
    dora.engine.group_join(&second.link.unwrap().url).await.unwrap();
    dora.lists("the group", is_in(4)).await;
    bob.lists("a fourth", is_in(4)).await;
    assert!(alice.engine.group_view(alice.chat()).await.unwrap().requests.is_empty());
    assert!(dora.engine.group_join("sotto://join/nothing").await.is_err());
}

#[tokio::test]
async fn a_group_shows_its_picture_and_words_and_who_is_writing() {
    let scene = Scene::new(92).await;
    let (alice, bob) = pair(&scene).await;
    alice.engine.group_describe(alice.chat(), "Ten days in August").await.unwrap();
    group(&bob, "the words", |view| view.about == "Ten days in August").await;
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(40, 30, image::Rgb([90, 20, 40])).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let png = png.into_inner();
    group(&alice, "the words", |view| view.about == "Ten days in August").await;
    let file = alice.engine.attachment_begin("boat.png", png.len() as u64).await.unwrap();
    alice.engine.attachment_push(file, png).await.unwrap();
    let file = alice.engine.attachment_finish(file).await.unwrap().id;
    alice.engine.group_picture(alice.chat(), Some(file)).await.unwrap();
    group(&bob, "the picture", |view| view.picture_rev != 0).await;
    let mut bob = bob.restart().await;
    let seen = bob.engine.picture_load(Some(bob.chat()), false).await.unwrap();
    assert_eq!(seen, alice.engine.picture_load(Some(alice.chat()), false).await.unwrap());
    assert_eq!(bob.row().await.picture_rev, alice.row().await.picture_rev);
    let pictured = |item: &sotto_engine::view::MessageItem| {
        matches!(
            &item.body,
            sotto_engine::view::MessageBody::Notice {
                notice: NoticeKind::Group { what: GroupNotice::Pictured { there: true }, .. }
            }
        )
    };
    bob.sees("a line about it", |items| items.iter().any(pictured)).await;

    bob.online().await;
    bob.say("A fine boat").await;
    let mut window = bob.window();
    let mut alice = alice;
    alice.hears("A fine boat").await;
    alice.engine.typing_set(alice.chat()).await.unwrap();
    let chat = bob.chat();
    let writing = |event: &AppEvent| matches!(event, AppEvent::Typing { chat: at, writing: true, names } if *at == chat && *names == ["Alice"]);
    window.event("that Alice is writing", writing).await;
}
