//! A group with a picture and words, and word of who is writing in it.

use sotto_engine::view::{AppEvent, GroupNotice, GroupView, NoticeKind};
use sotto_tests::people::{Person, Scene};

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
    let seen = bob.engine.picture_load(Some(bob.chat())).await.unwrap();
    assert_eq!(seen, alice.engine.picture_load(Some(alice.chat())).await.unwrap());
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
