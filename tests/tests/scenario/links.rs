//! Pages behind links: looked at by whoever sends them, while they write, and by nobody else.

use std::{
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use image::{ImageFormat, Rgb, RgbImage};
use sotto_engine::{
    error::Code,
    view::{MessageItem, Settings},
};
use sotto_tests::people::{Person, Scene};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::groups::three;

/// A site of this computer with one page and its picture.
struct Site {
    page: String,
    visits: Arc<AtomicUsize>,
}

impl Site {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let page = format!("http://{}/weather", listener.local_addr().expect("an address"));
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { break };
                    request.push(byte);
                }
                let (kind, body) = match request.starts_with(b"GET /sea.png") {
                    true => ("image/png", picture()),
                    false => ("text/html", PAGE.as_bytes().to_vec()),
                };
                let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
            }
        });
        Self { page, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

const PAGE: &str = "<title>The sea at six</title><meta name=description content='Seven knots'>\
                    <meta property=og:image content='/sea.png'>";

fn picture() -> Vec<u8> {
    let picture = RgbImage::from_fn(800, 600, |x, y| Rgb([(x / 4) as u8, (y / 3) as u8, 120]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

fn is_shown(item: &MessageItem) {
    let link = item.link.as_ref().expect("the page");
    assert_eq!((link.title.as_str(), link.description.as_str()), ("The sea at six", "Seven knots"));
    assert_eq!(link.host, "127.0.0.1");
    assert!(link.picture.as_ref().is_some_and(|picture| picture.starts_with("data:image/jpeg;base64,")));
}

/// Writes a text, sees its page and sends it.
async fn sends(person: &Person, text: &str) {
    let seen = person.engine.link_preview(person.chat(), text).await.expect("a page");
    assert_eq!(seen.expect("a page").title, "The sea at six");
    person.say(text).await;
}

#[tokio::test]
async fn a_page_is_looked_at_by_its_sender_alone_and_stays_over_restarts_edits_and_forwarding() {
    let scene = Scene::new(221).await;
    let site = Site::open().await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    let text = format!("Look: {}", site.page);
    sends(&alice, &text).await;
    assert_eq!(site.visits(), 2, "the page and its picture");
    is_shown(&bob.hears(&text).await);
    let mut bob = bob.restart().await;
    let heard = bob.hears(&text).await;
    is_shown(&heard);
    // Passed on as it is, without being looked at again.
    bob.engine.message_forward(bob.chat(), &[heard.order], &[bob.chat()]).await.unwrap();
    let back = alice.sees("it back", |items| items.iter().any(|item| !item.mine && item.link.is_some())).await;
    is_shown(back.iter().find(|item| !item.mine && item.link.is_some()).expect("just seen"));

    // Other words with the address keep it; without the address it goes.
    let own = alice.conversation().await.into_iter().find(|item| item.mine && item.link.is_some()).expect("hers").order;
    let with = format!("Look again: {}", site.page);
    alice.engine.message_edit(alice.chat(), own, &with).await.unwrap();
    is_shown(&bob.hears(&with).await);
    alice.engine.message_edit(alice.chat(), own, "Never mind").await.unwrap();
    assert_eq!(bob.hears("Never mind").await.link, None);
    assert_eq!(site.visits(), 2);
}

#[tokio::test]
async fn a_page_goes_to_a_group_and_is_looked_at_once() {
    let scene = Scene::new(222).await;
    let site = Site::open().await;
    let (alice, mut bob, mut carol) = three(&scene).await;
    let text = format!("{} tomorrow?", site.page);
    sends(&alice, &text).await;
    for person in [&mut bob, &mut carol] {
        is_shown(&person.hears(&text).await);
    }
    assert_eq!(site.visits(), 2);
}

#[tokio::test]
async fn switched_off_closed_or_unasked_nothing_goes_along() {
    let scene = Scene::new(223).await;
    let site = Site::open().await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let text = |words: &str| format!("{words} {}", site.page);

    // Nobody has asked for it.
    alice.say(&text("unasked")).await;
    assert_eq!(bob.hears(&text("unasked")).await.link, None);
    assert_eq!(site.visits(), 0);

    // Closed above the composer.
    alice.engine.link_preview(alice.chat(), &text("closed")).await.unwrap().expect("a page");
    alice.engine.link_preview_close(alice.chat());
    alice.say(&text("closed")).await;
    assert_eq!(bob.hears(&text("closed")).await.link, None);

    // Looked at for another text.
    alice.engine.link_preview(alice.chat(), &text("looked at")).await.unwrap().expect("a page");
    alice.say("something else").await;
    alice.say(&text("later")).await;
    assert_eq!(bob.hears(&text("later")).await.link, None);

    let visits = site.visits();
    let settings = Settings { link_previews: false, ..alice.engine.app_state().settings.expect("settings") };
    alice.engine.settings_set(settings).await.unwrap();
    assert_eq!(alice.engine.link_preview(alice.chat(), &text("off")).await.unwrap(), None);
    alice.say(&text("off")).await;
    assert_eq!(bob.hears(&text("off")).await.link, None);
    assert_eq!(site.visits(), visits);
}

#[tokio::test]
async fn a_page_that_cannot_be_looked_at_is_told_and_the_text_leaves() {
    let scene = Scene::new(224).await;
    let (alice, mut bob) = scene.alice_and_bob().await;
    let text = "see http://10.0.0.1/admin";
    let refused = alice.engine.link_preview(alice.chat(), text).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    alice.say(text).await;
    assert_eq!(bob.hears(text).await.link, None);
    assert_eq!(alice.engine.link_preview(alice.chat(), "no address here").await.unwrap(), None);
}
