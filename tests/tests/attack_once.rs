//! The malicious contact and photos that may be looked at once: whoever sends them, gets them, or stands beside.

use sotto_machine::{
    attachment::{Attachment, Kind},
    post::{Once, Post},
    rows::{Content, Rows as _},
    step::{Act, Input},
};
use sotto_tests::{
    forger::{self, Counters, ForgedBody},
    town::Town,
};
use sotto_wire::{AccountId, FileId, Hash, MessageId};

const PHOTO: MessageId = MessageId([7; 16]);

fn photo() -> Attachment {
    Attachment {
        file: FileId([1; 32]),
        key: [2; 32],
        nonce: [3; 19],
        size: 4,
        hash: Hash([5; 32]),
        kind: Kind::Photo,
        media_type: "image/jpeg".to_owned(),
        name: "photo.jpg".to_owned(),
        pixels: None,
        duration: None,
        preview: None,
    }
}

struct Scene {
    town: Town,
    counters: Counters,
}

impl Scene {
    /// Everybody has spoken, and alice has sent bob a photo to be looked at once.
    fn new() -> Self {
        let mut town = Town::with_alice_and_bob();
        town.sign_up("mallory", "+351912345666");
        for (one, other) in [("alice", "bob"), ("mallory", "bob"), ("mallory", "alice")] {
            town.say(one, other, "hello");
            town.say(other, one, "hello");
        }
        let chat = town.chat("alice", "bob");
        town.input("alice", Input::SendPost { chat, id: PHOTO, post: Box::new(Post::once(vec![photo()])) });
        town.input("alice", Input::Uploaded { id: PHOTO });
        town.settle();
        Self { town, counters: Counters::default() }
    }

    fn forge(&mut self, from: &str, to: &str, body: &ForgedBody) -> MessageId {
        let (under, now) = (self.counters.take(), self.town.now);
        forger::say(&mut self.town, (from, to), body, under, now);
        under.0
    }

    /// What somebody has of a message.
    fn post(&self, name: &str, author: AccountId, id: MessageId) -> Post {
        let message = self.town.person(name).rows.message(&author, &id).expect("rows").expect("the message");
        match message.content {
            Content::Post(post) => post,
            other => panic!("{other:?}"),
        }
    }

    fn ends(&self) -> (Option<Once>, Option<Once>) {
        let alice = self.town.account("alice");
        (self.post("alice", alice, PHOTO).once, self.post("bob", alice, PHOTO).once)
    }

    fn opens(&mut self, name: &str, author: &str, id: MessageId) -> bool {
        let author = self.town.account(author);
        let opened = self.town.try_input(name, Input::Act { author, id, act: Act::OpenOnce });
        self.town.settle();
        opened
    }
}

#[test]
fn what_was_opened_opens_no_second_time_not_after_a_restart_and_not_by_a_copy() {
    let mut scene = Scene::new();
    assert!(scene.opens("bob", "alice", PHOTO));
    assert_eq!(scene.ends(), (Some(Once::Opened), Some(Once::Opened)));
    assert!(!scene.opens("bob", "alice", PHOTO));
    // The same message again, as its sender never would send it.
    scene.forge("alice", "bob", &ForgedBody::Post(Post::once(vec![photo()])));
    let alice = scene.town.account("alice");
    let now = scene.town.now;
    let again = ForgedBody::Post(Post::once(vec![photo()]));
    forger::say(&mut scene.town, ("alice", "bob"), &again, (PHOTO, 500), now);
    scene.town.restart("bob");
    scene.town.settle();
    assert!(!scene.opens("bob", "alice", PHOTO));
    assert!(scene.post("bob", alice, PHOTO).attachments.is_empty(), "no key is left");
    assert!(scene.post("alice", alice, PHOTO).attachments.is_empty(), "nor with its sender");
}

#[test]
fn a_crash_while_it_is_opened_leaves_it_closed_or_unopened_and_never_half() {
    let mut scene = Scene::new();
    let (author, now) = (scene.town.account("alice"), scene.town.now);
    let mut rng = <rand_chacha::ChaCha12Rng as rand_chacha::rand_core::SeedableRng>::seed_from_u64(1);
    let input = Input::Act { author, id: PHOTO, act: Act::OpenOnce };
    // The commit never comes, and so nothing was shown.
    scene.town.person_mut("bob").step_and_crash(input, now, &mut rng);
    scene.town.connect("bob");
    assert_eq!(scene.ends(), (Some(Once::Waiting), Some(Once::Waiting)));
    assert!(scene.opens("bob", "alice", PHOTO));
    scene.town.restart("bob");
    assert!(!scene.opens("bob", "alice", PHOTO));
}

#[test]
fn nobody_but_who_got_it_says_that_it_was_opened() {
    let mut scene = Scene::new();
    // A third person to its sender, and its sender to who got it.
    scene.forge("mallory", "alice", &ForgedBody::Played(vec![PHOTO]));
    scene.forge("mallory", "bob", &ForgedBody::Played(vec![PHOTO]));
    scene.forge("alice", "bob", &ForgedBody::Played(vec![PHOTO]));
    assert_eq!(scene.ends(), (Some(Once::Waiting), Some(Once::Waiting)));
    assert!(scene.opens("bob", "alice", PHOTO));
}

#[test]
fn its_sender_opens_it_neither_before_nor_after() {
    let mut scene = Scene::new();
    assert!(!scene.opens("alice", "alice", PHOTO));
    assert!(scene.opens("bob", "alice", PHOTO));
    assert!(!scene.opens("alice", "alice", PHOTO));
}

#[test]
fn what_claims_to_have_been_opened_or_brings_words_and_previews_along_is_set_right() {
    let mut scene = Scene::new();
    let preview = Attachment { preview: Some(vec![1]), name: "Bob in bed.jpg".to_owned(), ..photo() };
    let odd = Post { text: "read this".to_owned(), forwarded: true, ..Post::once(vec![]) };
    let odd = Post { attachments: vec![preview], once: Some(Once::Opened), ..odd };
    let id = scene.forge("mallory", "bob", &ForgedBody::Post(odd));
    let mallory = scene.town.account("mallory");
    let post = scene.post("bob", mallory, id);
    assert_eq!((post.once, post.text.as_str(), post.forwarded), (Some(Once::Waiting), "", false));
    assert!(post.attachments.iter().all(|photo| photo.preview.is_none() && photo.name == "photo.jpg"));
    assert!(scene.opens("bob", "mallory", id));
}

#[test]
fn an_edit_gives_it_no_words_and_a_stranger_s_is_not_opened() {
    let mut scene = Scene::new();
    let post = Post::text("words");
    scene.forge("alice", "bob", &ForgedBody::Edit { message: PHOTO, count: 1, post });
    let alice = scene.town.account("alice");
    assert_eq!(scene.post("bob", alice, PHOTO).text, "");
    scene.town.sign_up("eve", "+351912345667");
    let chat = scene.town.start_chat("eve", "bob");
    let id = MessageId([9; 16]);
    scene.town.input("eve", Input::SendPost { chat, id, post: Box::new(Post::once(vec![photo()])) });
    scene.town.input("eve", Input::Uploaded { id });
    scene.town.settle();
    assert!(!scene.opens("bob", "eve", id));
    let request = scene.town.chat("bob", "eve");
    scene.town.input("bob", Input::AcceptRequest { chat: request });
    assert!(scene.opens("bob", "eve", id));
}

/// A further device of bob's that forgets having got them, after bob has looked at them.
#[test]
fn photos_that_were_opened_do_not_come_back_to_a_disk_that_was_set_back() {
    let mut scene = Scene::new();
    let town = &mut scene.town;
    town.link("bob", "bob's phone");
    town.settle();
    town.say("bob's phone", "alice", "and from the phone");
    let copy = town.person("bob's phone").rows.clone();
    let chat = town.chat("alice", "bob");
    let id = MessageId([8; 16]);
    // The phone has them, and its word about it is lost.
    town.input("alice", Input::SendPost { chat, id, post: Box::new(Post::once(vec![photo()])) });
    town.input("alice", Input::Uploaded { id });
    town.deliver_to("bob's phone");
    town.disconnect("bob's phone");
    town.settle();
    town.act("bob", "alice", id, Act::OpenOnce);
    town.settle();
    town.person_mut("bob's phone").rows = copy;
    town.restart("bob's phone");
    town.settle();
    town.say("bob's phone", "alice", "what did I miss?");
    town.say("alice", "bob", "a photo");
    assert_eq!(town.texts("bob's phone", "alice").last().unwrap(), "a photo");
    let alice = town.account("alice");
    assert_eq!(town.person("bob's phone").rows.message(&alice, &id).unwrap(), None);
}
