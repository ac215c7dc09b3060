//! The malicious contact, who passes one page off as another.

use sotto_machine::{
    post::{LinkPreview, Post},
    rows::{Content, Rows as _},
};
use sotto_tests::{
    forger::{self, Counters, ForgedBody},
    town::Town,
};
use sotto_wire::MessageId;

const BANK: &str = "https://bank.example/login";

fn page(url: &str) -> LinkPreview {
    LinkPreview { url: url.to_owned(), title: "Your bank".to_owned(), description: String::new(), picture: None }
}

struct Scene {
    town: Town,
    counters: Counters,
}

impl Scene {
    fn new() -> Self {
        let mut town = Town::with_alice_and_bob();
        town.sign_up("mallory", "+351912345666");
        town.say("mallory", "bob", "hello");
        town.say("bob", "mallory", "hello");
        Self { town, counters: Counters::default() }
    }

    fn forge(&mut self, body: &ForgedBody) -> MessageId {
        let (under, now) = (self.counters.take(), self.town.now);
        forger::say(&mut self.town, ("mallory", "bob"), body, under, now);
        under.0
    }

    /// Whether Bob is shown a page with a text of mallory's.
    fn shows(&mut self, text: &str, preview: LinkPreview) -> bool {
        let id = self.forge(&ForgedBody::Post(Post { preview: Some(preview), ..Post::text(text) }));
        self.post(id).preview.is_some()
    }

    fn post(&self, id: MessageId) -> Post {
        let mallory = self.town.account("mallory");
        let message = self.town.person("bob").rows.message(&mallory, &id).expect("rows").expect("the message");
        match message.content {
            Content::Post(post) => post,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_page_is_shown_only_with_its_own_address_in_the_text() {
    let mut scene = Scene::new();
    assert!(scene.shows(&format!("here: {BANK}."), page(BANK)));
    for text in [
        "here: https://evil.example".to_owned(),
        format!("https://evil.example/?{BANK}"),
        format!("{BANK}.evil.example"),
        format!("x{BANK}"),
        String::from("https://bank.example@evil.example/login"),
        String::from("bank.example/login"),
    ] {
        assert!(!scene.shows(&text, page(BANK)), "{text}");
    }
    assert!(!scene.shows("javascript:alert(1)", page("javascript:alert(1)")));
}

#[test]
fn a_page_that_is_absurd_is_left_out_and_the_words_stay() {
    let mut scene = Scene::new();
    let odd = [
        LinkPreview { title: "a".repeat(201), ..page(BANK) },
        LinkPreview { title: "\n".to_owned(), ..page(BANK) },
        LinkPreview { description: "a".repeat(301), ..page(BANK) },
        LinkPreview { picture: Some(b"<svg onload=alert(1)>".to_vec()), ..page(BANK) },
        LinkPreview { picture: Some([b"\xff\xd8\xff".as_slice(), &[0; 30_000]].concat()), ..page(BANK) },
    ];
    for preview in odd {
        let id = scene.forge(&ForgedBody::Post(Post { preview: Some(preview), ..Post::text(BANK) }));
        let post = scene.post(id);
        assert_eq!((post.text.as_str(), post.preview), (BANK, None));
    }
}

#[test]
fn an_edit_gives_a_page_no_other_address() {
    let mut scene = Scene::new();
    let message = scene.forge(&ForgedBody::Post(Post { preview: Some(page(BANK)), ..Post::text(BANK) }));
    assert!(scene.post(message).preview.is_some());
    let post = Post { preview: Some(page(BANK)), ..Post::text("https://evil.example") };
    scene.forge(&ForgedBody::Edit { message, count: 1, post });
    assert_eq!((scene.post(message).text.as_str(), scene.post(message).preview), ("https://evil.example", None));
}
