//! Stories between real engines: shown, seen, answered, restarted over, and gone from every disk after a day.

use std::{fs, path::Path};

use sotto_engine::{
    api::new_message_id,
    error::Code,
    view::{AppEvent, FileState, MessageItem, StoryAudience, StoryPerson, StoryView},
};
use sotto_tests::people::{Person, Scene};

const DAY: u64 = 24 * 3_600_000;

async fn shows(person: &Person, text: &str, audience: StoryAudience) {
    person.engine.story_post(&new_message_id(), text, Some(0), None, audience).await.expect("it is on the disk");
}

/// Waits until what is shown to somebody looks so.
async fn sees(person: &Person, what: &str, looks: impl Fn(&[StoryPerson]) -> bool) -> Vec<StoryPerson> {
    let mut window = person.window();
    loop {
        let stories = person.engine.stories().await.expect("the stories");
        if looks(&stories) {
            return stories;
        }
        window.event(what, |event| matches!(event, AppEvent::Stories)).await;
    }
}

fn first(people: &[StoryPerson]) -> &StoryView {
    &people[0].stories[0]
}

/// How many encrypted files lie in a folder.
fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

fn photo() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(900, 1_600, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

async fn chosen(person: &Person, bytes: &[u8]) -> u64 {
    let file = person.engine.attachment_begin("sea.png", bytes.len() as u64).await.expect("room for it");
    person.engine.attachment_push(file, bytes.to_vec()).await.expect("it is kept");
    person.engine.attachment_finish(file).await.expect("all of it").id
}

#[tokio::test]
async fn a_story_is_seen_reacted_to_and_answered_in_the_chat() {
    let scene = Scene::new(91).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    shows(&alice, "Row F", StoryAudience::Everybody).await;
    let stories = sees(&bob, "the story", |people| !people.is_empty()).await;
    let story = first(&stories);
    assert_eq!((story.text.as_str(), story.seen, story.viewers.len()), ("Row F", false, 0));

    bob.engine.story_seen(story.order).await.unwrap();
    bob.engine.story_react(story.order, Some("❤️")).await.unwrap();
    let told = |people: &[StoryPerson]| {
        let viewers = &first(people).viewers;
        viewers.len() == 1 && viewers[0].seen_at.is_some() && viewers[0].reaction.as_deref() == Some("❤️")
    };
    sees(&alice, "that bob has seen it", told).await;

    let chat = bob.engine.story_reply(story.order, &new_message_id(), "Keep me a seat").await.unwrap();
    assert_eq!(chat, bob.chat());
    let quoted = |item: &MessageItem| item.quote.as_ref().is_some_and(|quote| quote.story && quote.text == "Row F");
    assert!(quoted(&alice.hears("Keep me a seat").await), "she sees which story it answers");
    assert!(quoted(&bob.hears("Keep me a seat").await));

    // Over a restart, and until she takes it back.
    let bob = bob.restart().await;
    let stories = sees(&bob, "the story", |people| !people.is_empty()).await;
    assert!(first(&stories).seen);
    let own = alice.engine.stories().await.unwrap();
    alice.engine.story_delete(first(&own).order).await.unwrap();
    sees(&bob, "nothing", <[StoryPerson]>::is_empty).await;
    assert!(alice.engine.stories().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_photo_is_gone_from_both_disks_and_the_relay_after_a_day() {
    let scene = Scene::new(92).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let file = chosen(&alice, &photo()).await;
    let id = new_message_id();
    alice.engine.story_post(&id, "the sea", None, Some(file), StoryAudience::Everybody).await.unwrap();
    let here = |people: &[StoryPerson]| {
        people.iter().any(|one| one.stories[0].file.as_ref().is_some_and(|file| file.state == FileState::Here))
    };
    let stories = sees(&bob, "the photo", here).await;
    let picture = bob.engine.attachment_load(first(&stories).order, 0).await.unwrap();
    assert!(picture.starts_with(b"\xff\xd8\xff"));

    let (alice, bob) = (alice.leave().await, bob.leave().await);
    alice.sleep_for(DAY);
    bob.sleep_for(DAY);
    let (alice, bob) = (alice.wake().await, bob.wake().await);
    for (person, name) in [(&alice, "Alice"), (&bob, "Bob")] {
        sees(person, "nothing", <[StoryPerson]>::is_empty).await;
        let folder = scene.profile_dir(name).join("files");
        while files_in(&folder) > 0 {
            tokio::task::yield_now().await;
        }
    }
    let relay = scene.relay.data_dir().join("files");
    while files_in(&relay) > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_is_left_out_or_muted_sees_nothing_of_it_and_nobody_is_told() {
    let scene = Scene::new(93).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let without_bob = StoryAudience::Except { chats: vec![alice.chat()] };
    let refused = alice.engine.story_post(&new_message_id(), "alone", Some(1), None, without_bob).await;
    assert_eq!(refused.unwrap_err().code, Code::NotPossible);
    let only_bob = StoryAudience::Only { chats: vec![alice.chat()] };
    shows(&alice, "for you", only_bob.clone()).await;
    assert_eq!(alice.engine.story_audience().await.unwrap(), only_bob);
    sees(&bob, "the story", |people| !people.is_empty()).await;
    bob.engine.story_mute(bob.chat(), true).await.unwrap();
    assert!(bob.engine.stories().await.unwrap()[0].muted);
    bob.engine.chat_block(bob.chat(), true).await.unwrap();
    assert!(bob.engine.stories().await.unwrap().is_empty(), "nothing is shown of who is blocked");
}
