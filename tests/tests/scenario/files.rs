//! Files on their way: both programs and the relay end in the middle, disks are full, people change their minds.

use std::{fs, path::Path};

use sotto_engine::{
    error::Code,
    view::{AppEvent, FileKind, FileState, MessageItem, MessageState, SendAs},
};
use sotto_relay::config::FilesConfig;
use sotto_tests::people::{Person, Scene};

/// Longer than three parts, so that there is a middle to die in.
const LONG: usize = 3_500_000;

/// Bytes that do not compress and in which no place looks like another.
fn bytes(size: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..size).map(|_| next()).collect()
}

async fn content(person: &Person, message: &MessageItem) -> Vec<u8> {
    person.engine.attachment_load(message.order, 0).await.expect("it is here")
}

/// Every file below a folder.
fn below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let inside = |path: std::path::PathBuf| {
        if path.is_dir() {
            return below(&path);
        }
        vec![(path.display().to_string(), fs::read(&path).unwrap_or_default())]
    };
    paths.flat_map(inside).collect()
}

fn has(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Waits until files have come so far on their way from or to somebody.
async fn under_way(window: &mut sotto_tests::people::Window) {
    let wanted =
        |event: &AppEvent| matches!(event, AppEvent::Transfer { done, total, .. } if *done > 0 && done < total);
    window.event("a transfer that has begun", wanted).await;
}

#[tokio::test]
async fn a_file_and_a_photo_arrive_and_nobody_else_can_read_them() {
    let scene = Scene::new(21).await;
    let (alice, mut bob) = scene.alice_and_bob().await;

    let secret = [b"the safe is behind the painting ".as_slice(), &bytes(200_000)].concat();
    alice.gives("../../plan\u{202e}fdp.exe", &secret, SendAs::File, "as agreed").await;
    let message = bob.is_given("the file", |file| file.state == FileState::Here).await;
    let file = &message.attachments[0];
    assert_eq!((file.kind, file.name.as_str(), file.size), (FileKind::File, "planfdp.exe", secret.len() as u64));
    assert_eq!(content(&bob, &message).await, secret);

    let photo = image(3_000, 1_500);
    alice.gives("sea.png", &photo, SendAs::Usual, "").await;
    let message = bob.is_given("the photo", |file| file.kind == FileKind::Photo && file.state == FileState::Here).await;
    let file = &message.attachments[0];
    assert_eq!((file.width, file.height, file.name.as_str()), (Some(2_048), Some(1_024), "sea.jpg"));
    assert!(file.preview.is_some());
    assert!(content(&bob, &message).await.starts_with(b"\xff\xd8\xff"));

    let saved = scene.profile_dir("saved");
    fs::create_dir_all(&saved).unwrap();
    let message = bob.is_given("the file", |file| file.kind == FileKind::File).await;
    let path = bob.engine.attachment_save(message.order, 0, &saved).await.unwrap();
    assert_eq!(path, saved.join("planfdp.exe"));
    assert!(fs::read(&path).unwrap() == secret);

    let lies = [scene.relay.data_dir(), &scene.profile_dir("Alice"), &scene.profile_dir("Bob")].map(below).concat();
    assert!(lies.iter().filter(|(path, _)| path.contains("files")).count() >= 6, "there is something to be searched");
    for (path, lies) in lies {
        for needle in [b"behind the painting".as_slice(), b"planfdp", b"sea.jpg", b"JFIF"] {
            assert!(!has(&lies, needle), "{path} holds {}", String::from_utf8_lossy(needle));
        }
    }
}

/// A PNG of noise with some shape in it.
fn image(width: u32, height: u32) -> Vec<u8> {
    use image::{ImageFormat, Rgb, RgbImage};

    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x / 9 % 256) as u8, (y / 7 % 256) as u8, 120]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

#[tokio::test]
async fn somebody_who_was_away_gets_the_file_later_and_texts_overtake_it() {
    let scene = Scene::new(22).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    let sent = alice.gives("film.mkv", &bytes(LONG), SendAs::Usual, "long").await;
    alice.say("short").await;
    alice.reaches(&sent, MessageState::Sent).await;
    let mut bob = bob.wake().await;
    bob.hears("short").await;
    let message = bob.is_given("the film", |file| file.state == FileState::Here).await;
    assert_eq!(content(&bob, &message).await, bytes(LONG));
    alice.reaches(&sent, MessageState::Delivered).await;
}

#[tokio::test]
async fn an_upload_goes_on_after_the_deaths_of_program_and_relay() {
    let mut scene = Scene::with_relay_program(23).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let mut window = alice.window();
    // Long enough that its way takes longer than the pause between two words about it.
    let content_sent = bytes(8 * LONG);
    let sent = alice.gives("long", &content_sent, SendAs::File, "").await;
    under_way(&mut window).await;
    let alice = alice.die().await;
    scene.relay.kill();
    scene.relay.start().await;
    let mut alice = alice.wake().await;
    alice.online().await;
    scene.relay.kill();
    scene.relay.start().await;
    alice.reaches(&sent, MessageState::Sent).await;
    // More than is fetched without being asked.
    let message = bob.is_given("word of the file", |_| true).await;
    bob.engine.attachment_fetch(message.order, 0).await.unwrap();
    let message = bob.is_given("the file", |file| file.state == FileState::Here).await;
    assert!(content(&bob, &message).await == content_sent);
}

#[tokio::test]
async fn a_fetch_goes_on_after_the_death_of_the_program() {
    let scene = Scene::new(24).await;
    let (mut alice, bob) = scene.alice_and_bob().await;
    let bob = bob.leave().await;
    let content_sent = bytes(3 * LONG);
    let sent = alice.gives("long", &content_sent, SendAs::File, "").await;
    alice.reaches(&sent, MessageState::Sent).await;
    let mut bob = bob.wake().await;
    let message = bob.is_given("word of the file", |_| true).await;
    if message.attachments[0].state == FileState::Absent {
        // More than is fetched without being asked.
        bob.engine.attachment_fetch(message.order, 0).await.unwrap();
    }
    let mut window = bob.window();
    under_way(&mut window).await;
    let mut bob = bob.die().await.wake().await;
    let message = bob.is_given("the file", |file| file.state == FileState::Here).await;
    assert_eq!(content(&bob, &message).await, content_sent);
}

#[tokio::test]
async fn a_message_whose_files_are_not_up_yet_can_be_given_up() {
    let scene = Scene::new(25).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.network.offline();
    alice.offline().await;
    let sent = alice.gives("long", &bytes(LONG), SendAs::File, "never mind").await;
    alice.engine.message_discard(alice.chat(), &sent).await.unwrap();
    alice.sees("no message", |items| items.iter().all(|item| item.id != sent)).await;
    alice.network.online();
    alice.online().await;
    alice.say("after it").await;
    bob.hears("after it").await;
    assert!(bob.conversation().await.iter().all(|item| item.attachments.is_empty()));
    // Nothing of it is left on her disk once the program has looked, at the latest at its next start.
    let alice = alice.restart().await;
    alice.state("a start", |_| true).await;
    assert!(below(&scene.profile_dir("Alice").join("files")).is_empty());
}

#[tokio::test]
async fn a_relay_without_room_says_so_and_the_message_can_be_sent_later() {
    let files = FilesConfig { total_bytes: 1_100_000, account_bytes: 800_000, ..FilesConfig::default() };
    let scene = Scene::with_files(26, files).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let failed = async |person: &mut Person, id: &str, code: Code| {
        let is_failed = |item: &MessageItem| item.id == id && item.failure == Some(code);
        person.sees("a failure", |items| items.iter().any(is_failed)).await;
    };
    let small = alice.gives("small", &bytes(500_000), SendAs::File, "").await;
    alice.reaches(&small, MessageState::Sent).await;
    let second = alice.gives("second", &bytes(500_000), SendAs::File, "").await;
    failed(&mut alice, &second, Code::QuotaFull).await;
    let his = bob.gives("his", &bytes(600_000), SendAs::File, "").await;
    failed(&mut bob, &his, Code::RelayFull).await;
    bob.engine.message_retry(bob.chat(), &his).await.unwrap();
    failed(&mut bob, &his, Code::RelayFull).await;
    let less = bob.gives("less", &bytes(100_000), SendAs::File, "").await;
    bob.reaches(&less, MessageState::Sent).await;
}

#[tokio::test]
async fn nothing_of_a_stranger_is_fetched_unasked() {
    use sotto_tests::people::{ALICE, BOB};

    let scene = Scene::new(27).await;
    let (mut alice, mut bob) = (scene.sign_up("Alice", ALICE).await, scene.sign_up("Bob", BOB).await);
    alice.meet(BOB).await;
    alice.gives("hello.txt", b"hello", SendAs::File, "").await;
    bob.is_met().await;
    let message = bob.is_given("word of it", |file| file.state == FileState::Absent).await;
    bob.engine.attachment_fetch(message.order, 0).await.unwrap();
    let message = bob.is_given("the file", |file| file.state == FileState::Here).await;
    assert_eq!(content(&bob, &message).await, b"hello");
}
