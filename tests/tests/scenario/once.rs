//! Photos that may be looked at once, between real engines: opened once whatever ends in between, and gone from every disk.

use std::{fs, path::Path};

use sotto_engine::{
    api::new_message_id,
    error::Code,
    view::{FileState, MessageItem, MessageState, OnceState, SearchFilter, SendAs, SendFile},
};
use sotto_tests::people::{Person, Scene};
use sotto_wire::limits::DAY;

use super::groups::three;

/// A small PNG.
fn picture(shade: u8) -> Vec<u8> {
    use image::{ImageFormat, Rgb, RgbImage};

    let picture = RgbImage::from_fn(64, 48, |x, y| Rgb([x as u8 * 3, y as u8 * 4, shade]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// Sends so many photos to be looked at once.
async fn shows_once(person: &Person, photos: u8) -> String {
    let mut files = Vec::new();
    for shade in 0..photos {
        let id = person.chooses("Me at the sea.png", &picture(shade)).await;
        files.push(SendFile { id, send_as: SendAs::Usual });
    }
    let id = new_message_id();
    person.engine.once_send(person.chat(), &id, files, None).await.expect("it is on the disk");
    id
}

fn is(state: OnceState) -> impl Fn(&MessageItem) -> bool {
    move |item| item.once.as_ref().is_some_and(|once| once.state == state)
}

/// Waits until photos are there to be looked at once.
async fn is_shown(person: &mut Person) -> MessageItem {
    let here = |item: &MessageItem| item.once.as_ref().is_some_and(|once| once.file == Some(FileState::Here));
    let items = person.sees("photos to be opened", |items| items.iter().any(here)).await;
    items.into_iter().find(here).expect("just seen")
}

/// Waits until nothing of them is left.
async fn sees_end(person: &mut Person, state: OnceState) {
    let items = person.sees("their end", |items| items.iter().any(is(state))).await;
    let item = items.iter().find(|item| is(state)(item)).expect("just seen");
    assert_eq!(item.once.as_ref().map(|once| (once.photos, once.file)), Some((0, None)));
}

/// Files in a folder that are not still being written.
fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).map(|entries| entries.count()).unwrap_or_default()
}

#[tokio::test]
async fn photos_are_opened_once_and_gone_from_both_disks_and_the_relay() {
    let scene = Scene::new(211).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let id = shows_once(&alice, 2).await;
    let item = is_shown(&mut bob).await;
    assert_eq!(item.once.as_ref().map(|once| once.photos), Some(2));
    assert!(item.attachments.is_empty(), "nothing of them can be drawn");
    alice.reaches(&id, MessageState::Delivered).await;

    let (chat, order) = (bob.chat(), item.order);
    for (code, refused) in [
        (Code::NotPossible, bob.engine.attachment_load(order, 0).await.map(drop)),
        (Code::NotPossible, bob.engine.attachment_save(order, 0, &scene.profile_dir("saved")).await.map(drop)),
        (Code::NotPossible, bob.engine.message_forward(chat, &[order], &[chat]).await),
    ] {
        assert_eq!(refused.unwrap_err().code, code);
    }
    let (mine, his) = (alice.chat(), alice.conversation().await);
    let own = his.iter().find(|item| item.id == id).expect("her own").order;
    assert_eq!(alice.engine.once_open(mine, own).await.unwrap_err().code, Code::NotPossible, "not even before");

    let photos = bob.engine.once_open(chat, order).await.unwrap();
    assert_eq!(photos.len(), 2);
    assert!(photos.iter().all(|photo| photo.starts_with(b"\xff\xd8\xff")));
    assert_eq!(bob.engine.once_open(chat, order).await.unwrap_err().code, Code::NotPossible);
    sees_end(&mut bob, OnceState::Opened).await;
    sees_end(&mut alice, OnceState::Opened).await;

    let (alice, bob) = (alice.restart().await, bob.restart().await);
    assert_eq!(bob.engine.once_open(chat, order).await.unwrap_err().code, Code::NotPossible);
    for person in [&alice, &bob] {
        person.state("a start", |_| true).await;
    }
    for folder in [scene.profile_dir("Alice").join("files"), scene.profile_dir("Bob").join("files")] {
        assert_eq!(files_in(&folder), 0, "{}", folder.display());
    }
}

#[tokio::test]
async fn two_who_press_at_once_and_a_program_that_dies_show_them_once() {
    let scene = Scene::new(212).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    shows_once(&alice, 1).await;
    let item = is_shown(&mut bob).await;
    let (chat, order) = (bob.chat(), item.order);
    let (first, second) = tokio::join!(bob.engine.once_open(chat, order), bob.engine.once_open(chat, order));
    assert!(first.is_ok() != second.is_ok(), "once is once");
    // The program dies in the moment in which it has been given them.
    let mut bob = bob.die().await.wake().await;
    assert_eq!(bob.engine.once_open(chat, order).await.unwrap_err().code, Code::NotPossible);
    sees_end(&mut bob, OnceState::Opened).await;
}

#[tokio::test]
async fn a_quote_shows_nothing_of_them_and_search_finds_nothing() {
    let scene = Scene::new(213).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    shows_once(&alice, 1).await;
    let item = is_shown(&mut bob).await;
    bob.engine.message_reply(bob.chat(), &new_message_id(), "lovely", item.order).await.unwrap();
    let answer = alice.hears("lovely").await;
    assert_eq!(answer.quote.expect("a quote").text, "");
    let found = bob.engine.search("photo", SearchFilter::default(), None, 50).await.unwrap();
    assert!(found.hits.is_empty());
    let row = bob.row().await.last.expect("a newest message");
    assert_eq!((row.file, row.preview.as_str()), (None, "lovely"));
}

#[tokio::test]
async fn in_a_group_each_member_opens_them_and_they_go_with_the_last() {
    let scene = Scene::new(214).await;
    let (mut alice, mut bob, mut carol) = three(&scene).await;
    let id = shows_once(&alice, 1).await;
    let (his, hers) = (is_shown(&mut bob).await, is_shown(&mut carol).await);
    assert_eq!(bob.engine.once_open(bob.chat(), his.order).await.unwrap().len(), 1);
    sees_end(&mut bob, OnceState::Opened).await;
    // Carol may still look: what Bob has done counts for him alone.
    let opened = |receipt: &sotto_engine::view::GroupReceipt| receipt.played;
    let wait = async |alice: &mut Person, count: usize| loop {
        let receipts = alice.engine.group_receipts(&id).await.unwrap();
        if receipts.iter().filter(|receipt| opened(receipt)).count() == count {
            return;
        }
        tokio::task::yield_now().await;
    };
    sotto_tests::people::patient("one who has opened them", wait(&mut alice, 1)).await;
    let item = alice.conversation().await.into_iter().find(|item| item.id == id).expect("hers");
    assert!(is(OnceState::Waiting)(&item));
    assert_eq!(carol.engine.once_open(carol.chat(), hers.order).await.unwrap().len(), 1);
    sees_end(&mut alice, OnceState::Opened).await;
}

#[tokio::test]
async fn what_nobody_opens_in_fourteen_days_goes_away_on_both_sides() {
    let scene = Scene::new(215).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let id = shows_once(&alice, 1).await;
    let item = is_shown(&mut bob).await;
    alice.reaches(&id, MessageState::Delivered).await;
    let (alice, bob) = (alice.leave().await, bob.leave().await);
    for asleep in [&alice, &bob] {
        asleep.sleep_for(14 * DAY + 60_000);
    }
    let (mut alice, mut bob) = (alice.wake().await, bob.wake().await);
    sees_end(&mut bob, OnceState::Expired).await;
    sees_end(&mut alice, OnceState::Expired).await;
    assert_eq!(bob.engine.once_open(bob.chat(), item.order).await.unwrap_err().code, Code::NotPossible);
}
