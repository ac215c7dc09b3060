//! The gallery: what two people and a group have collected, over a restart, and without what goes away or was taken back.

use sotto_engine::view::{FileState, GalleryDrawer, GalleryPage, NoticeKind, SendAs};
use sotto_tests::people::{Person, Scene};

use crate::groups::three;

async fn drawer(person: &Person, drawer: GalleryDrawer) -> GalleryPage {
    person.engine.gallery(person.chat(), drawer, None, 50).await.expect("the gallery")
}

fn picture() -> Vec<u8> {
    use image::{ImageFormat, Rgb, RgbImage};

    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(64, 48, Rgb([40, 90, 140])).write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

#[tokio::test]
async fn both_sides_find_what_was_sent_and_not_what_was_taken_back() {
    let scene = Scene::new(141).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    alice.gives("sea.png", &picture(), SendAs::Usual, "").await;
    alice.gives("plan.pdf", b"%PDF-1.7 the plan", SendAs::File, "").await;
    alice.say("More at https://sotto.example/sea.").await;
    bob.is_given("the plan", |file| file.name == "plan.pdf" && file.state == FileState::Here).await;
    bob.hears("More at https://sotto.example/sea.").await;

    let bob = bob.restart().await;
    for person in [&alice, &bob] {
        let media = drawer(person, GalleryDrawer::Media).await;
        assert_eq!(media.items.len(), 1);
        assert_eq!((media.counts.media, media.counts.files, media.counts.links), (1, 1, 1));
        assert_eq!(media.items[0].message.attachments[0].name, "sea.jpg");
        let files = drawer(person, GalleryDrawer::Files).await;
        assert_eq!(files.items[0].message.attachments[0].name, "plan.pdf");
        let links = drawer(person, GalleryDrawer::Links).await;
        assert_eq!(links.items[0].links, ["https://sotto.example/sea"]);
        assert!(!links.more);
    }

    let photo = drawer(&alice, GalleryDrawer::Media).await.items[0].message.order;
    alice.engine.message_delete(alice.chat(), &[photo], true).await.unwrap();
    alice.say("Gone again").await;
    let mut bob = bob;
    bob.hears("Gone again").await;
    for person in [&alice, &bob] {
        assert!(drawer(person, GalleryDrawer::Media).await.items.is_empty());
    }
}

#[tokio::test]
async fn what_goes_away_by_itself_is_never_collected() {
    let scene = Scene::new(142).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    alice.engine.timer_set(alice.chat(), 3_600).await.unwrap();
    bob.notices(NoticeKind::Timer { seconds: 3_600, mine: false }).await;
    alice.gives("sea.png", &picture(), SendAs::Usual, "https://sotto.example/sea").await;
    bob.is_given("the photo", |file| file.state == FileState::Here).await;
    for person in [&alice, &bob] {
        let GalleryPage { items, counts, .. } = drawer(person, GalleryDrawer::Media).await;
        assert!(items.is_empty());
        assert_eq!((counts.media, counts.links), (0, 0));
    }
}

#[tokio::test]
async fn a_group_collects_from_all_and_says_from_whom() {
    let scene = Scene::new(143).await;
    let (alice, mut bob, mut carol) = three(&scene).await;
    alice.gives("sea.png", &picture(), SendAs::Usual, "").await;
    for person in [&mut bob, &mut carol] {
        person.is_given("the photo", |file| file.state == FileState::Here).await;
        let media = drawer(person, GalleryDrawer::Media).await;
        assert_eq!(media.items[0].message.author.as_ref().expect("an author").name, "Alice");
    }
}
