//! The malicious contact, who votes as nobody may, closes polls that are not theirs, and sends parts that are not sound.

use sotto_machine::{
    poll::Poll,
    post::{Card, Place, Post},
    rows::{Content, Rows as _},
    step::{Act, Event, Input, Rejection},
};
use sotto_tests::{
    forger::{self, Counters, ForgedBody},
    town::Town,
};
use sotto_wire::{AccountId, MessageId};

const POLL: MessageId = MessageId([7; 16]);

struct Scene {
    town: Town,
    counters: Counters,
}

impl Scene {
    /// Bob has asked mallory something, with one answer to choose.
    fn new() -> Self {
        let mut town = Town::with_alice_and_bob();
        town.sign_up("mallory", "+351912345666");
        town.say("mallory", "bob", "hello");
        town.say("bob", "mallory", "hello");
        let chat = town.chat("bob", "mallory");
        let poll = Some(Poll::new(&["yes".to_owned(), "no".to_owned()], false));
        let post = Box::new(Post { poll, ..Post::text("Shall we?") });
        town.input("bob", Input::SendPost { chat, id: POLL, post });
        town.settle();
        Self { town, counters: Counters::default() }
    }

    fn forge(&mut self, body: &ForgedBody) -> MessageId {
        let (under, now) = (self.counters.take(), self.town.now);
        forger::say(&mut self.town, ("mallory", "bob"), body, under, now);
        under.0
    }

    fn vote(&mut self, choice: &[u8], count: u32) {
        let author = self.town.account("bob");
        self.forge(&ForgedBody::Vote { author, message: POLL, choice: choice.to_vec(), count });
    }

    fn refused(&self, why: Rejection) -> bool {
        self.town.events("bob").iter().any(|event| matches!(event, Event::Dropped(said) if *said == why))
    }

    fn counted(&self) -> usize {
        self.town.person("bob").rows.votes(&self.town.account("bob"), &POLL).len()
    }
}

#[test]
fn a_vote_is_an_answer_that_there_is_each_once_and_one_where_one_may_be_chosen() {
    for choice in [&[2][..], &[0, 1], &[1, 1], &[255]] {
        let mut scene = Scene::new();
        scene.vote(choice, 1);
        assert_eq!(scene.counted(), 0, "{choice:?}");
        assert!(scene.refused(Rejection::Malformed), "{choice:?}");
    }
}

#[test]
fn nobody_votes_twice_nor_counts_so_far_ahead_that_their_vote_stands_for_ever() {
    let mut scene = Scene::new();
    scene.vote(&[0], 1);
    scene.vote(&[1], 2);
    assert_eq!(scene.counted(), 1);
    for count in [u32::MAX, 1_002, 0] {
        scene.vote(&[0], count);
    }
    let (bob, mallory) = (scene.town.account("bob"), scene.town.account("mallory"));
    assert_eq!(scene.town.person("bob").rows.votes(&bob, &POLL)[&mallory], [1]);
}

#[test]
fn nobody_closes_a_poll_of_somebody_else() {
    let mut scene = Scene::new();
    // It names a poll of the sender's own, which this is not.
    scene.forge(&ForgedBody::ClosePoll { message: POLL });
    assert!(!scene.town.person("bob").rows.poll_ended(&scene.town.account("bob"), &POLL));
    let (author, act) = (scene.town.account("bob"), Act::Vote(vec![0]));
    scene.town.input("bob", Input::Act { author, id: POLL, act });
    assert_eq!(scene.counted(), 1);
}

#[test]
fn what_is_no_poll_takes_no_vote() {
    let mut scene = Scene::new();
    let said = scene.town.say("bob", "mallory", "just words");
    let author = scene.town.account("bob");
    scene.forge(&ForgedBody::Vote { author, message: said, choice: vec![0], count: 1 });
    assert!(scene.town.person("bob").rows.votes(&author, &said).is_empty());
    assert!(scene.refused(Rejection::Malformed));
}

#[test]
fn parts_that_are_not_sound_are_left_out_and_the_words_stay() {
    let poll =
        |answers: &[&str]| Some(Poll { answers: answers.iter().map(|a| (*a).to_owned()).collect(), several: false });
    let account = AccountId([9; 32]);
    let card = |name: &str, number: &str| Some(Card { name: name.into(), number: number.into(), account });
    let long = "a".repeat(200);
    let unsound = [
        Post { poll: poll(&["only"]), ..Post::text("words") },
        Post { poll: poll(&["same", "same"]), ..Post::text("words") },
        Post { poll: poll(&["fine", &long]), ..Post::text("words") },
        Post { poll: poll(&["x"; 13]), ..Post::text("words") },
        Post { card: card("", "+351912345601"), ..Post::text("words") },
        Post { card: card("Anna", "not a number"), ..Post::text("words") },
        Post { card: card(&long, "+351912345601"), ..Post::text("words") },
        Post { place: Some(Place { latitude: 90_000_001, longitude: 0 }), ..Post::text("words") },
        Post { place: Some(Place { latitude: 0, longitude: i32::MIN }), ..Post::text("words") },
        Post { poll: poll(&["a", "b"]), card: card("Anna", "+351912345601"), ..Post::text("words") },
    ];
    for post in unsound {
        let mut scene = Scene::new();
        let id = scene.forge(&ForgedBody::Post(post.clone()));
        let mallory = scene.town.account("mallory");
        let row = scene.town.person("bob").rows.message(&mallory, &id).unwrap().expect("the message");
        assert_eq!(row.content, Content::Post(Post::text("words")), "{post:?}");
    }
}
