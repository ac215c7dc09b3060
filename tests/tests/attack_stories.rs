//! Stories: who gets one, when it is gone, and those who would see, keep or delete what is not theirs.

use sotto_machine::{
    post::Post,
    rows::{ActionRows as _, ChatId, MessageRow},
    step::{Act, Event, Input, Rejection},
    story::{Audience, STORY_LIFE, StoryInput, StoryRows as _},
};
use sotto_tests::{
    forger::{self, Counters, ForgedBody},
    town::Town,
};
use sotto_wire::{AccountId, MessageId, limits};

const STORY: MessageId = MessageId([77; 16]);

fn words(text: &str) -> Post {
    Post { ground: Some(2), ..Post::text(text) }
}

struct Scene {
    town: Town,
    counters: Counters,
}

impl Scene {
    /// Alice, bob and mallory have all written to each other.
    fn new() -> Self {
        let mut town = Town::with_alice_and_bob();
        town.sign_up("mallory", "+351912345666");
        for (from, to) in [("alice", "bob"), ("mallory", "alice"), ("mallory", "bob")] {
            town.say(from, to, "hello");
            town.say(to, from, "hello to you");
        }
        Self { town, counters: Counters::default() }
    }

    fn post(&mut self, audience: Audience) {
        let post = Box::new(words("Row F"));
        self.town.input("alice", Input::Story(StoryInput::Post { id: STORY, post, audience }));
        self.town.settle();
    }

    fn post_to_bob(&mut self) {
        let bob = self.town.chat("alice", "bob");
        self.post(Audience::Only(vec![bob]));
    }

    fn stories(&self, name: &str) -> Vec<MessageRow> {
        self.town.person(name).rows.stories()
    }

    /// Mallory says something to somebody that her own program never would.
    fn forge(&mut self, to: &str, body: &ForgedBody, id: MessageId, sent_at: u64) {
        let (_, counter) = self.counters.take();
        forger::say(&mut self.town, ("mallory", to), body, (id, counter), sent_at);
    }

    fn forge_story(&mut self, text: &str, id: MessageId, posted: u64, sent_at: u64) {
        self.forge("bob", &ForgedBody::Story { post: words(text), posted }, id, sent_at);
    }

    #[track_caller]
    fn assert_dropped(&self, name: &str, why: Rejection) {
        let events = self.town.events(name);
        assert!(events.contains(&Event::Dropped(why)), "{events:?}");
    }

    fn viewers(&self) -> Vec<(AccountId, bool)> {
        let alice = self.town.account("alice");
        let rows = self.town.person("alice").rows.viewers(&alice, &STORY).unwrap();
        rows.into_iter().map(|row| (row.person, row.seen_at.is_some())).collect()
    }
}

#[test]
fn a_story_is_seen_answered_with_an_emoji_and_its_author_alone_is_told() {
    let mut scene = Scene::new();
    scene.post_to_bob();
    let (alice, bob) = (scene.town.account("alice"), scene.town.account("bob"));
    assert_eq!(scene.viewers(), [(bob, false)]);
    assert_eq!(scene.stories("bob").len(), 1);
    assert!(scene.stories("bob")[0].unread);
    scene.town.input("bob", Input::Story(StoryInput::Seen { author: alice, id: STORY, tell: true }));
    let emoji = Some("❤️".to_owned());
    scene.town.input("bob", Input::Story(StoryInput::React { author: alice, id: STORY, emoji: emoji.clone() }));
    scene.town.settle();
    assert_eq!(scene.viewers(), [(bob, true)]);
    let reaction = scene.town.person("alice").rows.reaction(&alice, &STORY, &bob).unwrap().unwrap();
    assert_eq!(reaction.emoji, emoji);
    // It is no message of the chat, nor of any.
    assert_eq!(scene.town.texts("bob", "alice").len(), 2);
}

#[test]
fn who_is_not_meant_gets_nothing_and_learns_nothing() {
    let mut scene = Scene::new();
    let mallory = scene.town.person("mallory").device();
    let before = scene.town.post_office.oldest(&mallory).is_some();
    scene.post_to_bob();
    assert_eq!(scene.town.post_office.oldest(&mallory).is_some(), before);
    assert!(scene.stories("mallory").is_empty());
    // She asks for everything that she might have missed.
    let everything = ForgedBody::Resend { counters: (0..100).collect(), from: Some(0) };
    scene.forge("alice", &everything, MessageId([5; 16]), scene.town.now);
    scene.town.settle();
    assert!(scene.stories("mallory").is_empty());
}

#[test]
fn all_but_some_are_meant_and_never_strangers_or_the_blocked() {
    let mut scene = Scene::new();
    scene.town.sign_up("carol", "+351912345699");
    scene.town.say("carol", "alice", "do you know me?");
    let mallory = scene.town.chat("alice", "mallory");
    scene.post(Audience::Except(vec![mallory]));
    assert_eq!(scene.viewers().len(), 1, "bob, and not carol, who was not accepted");
    assert!(scene.stories("mallory").is_empty() && scene.stories("carol").is_empty());
    let bob = scene.town.chat("alice", "bob");
    scene.town.input("alice", Input::Block { chat: bob, blocked: true });
    let nobody = Input::Story(StoryInput::Post {
        id: MessageId([78; 16]),
        post: Box::new(words("alone")),
        audience: Audience::Only(vec![bob]),
    });
    assert!(scene.town.refuses("alice", nobody));
}

#[test]
fn after_a_day_it_is_gone_on_both_sides_and_a_copy_does_not_bring_it_back() {
    let mut scene = Scene::new();
    let bob = scene.town.person("bob").device();
    let alice_chat = scene.town.chat("alice", "bob");
    let post = Box::new(words("Row F"));
    let audience = Audience::Only(vec![alice_chat]);
    scene.town.disconnect("bob");
    scene.town.input("alice", Input::Story(StoryInput::Post { id: STORY, post, audience }));
    let mail = scene.town.post_office.oldest(&bob).expect("the story waits");
    scene.town.connect("bob");
    scene.town.settle();
    assert_eq!(scene.stories("bob").len(), 1);
    scene.town.pass(STORY_LIFE - limits::HOUR);
    assert_eq!((scene.stories("alice").len(), scene.stories("bob").len()), (1, 1));
    scene.town.pass(limits::HOUR);
    assert_eq!((scene.stories("alice").len(), scene.stories("bob").len()), (0, 0));
    assert!(scene.viewers().is_empty());
    scene.town.hand_over("bob", &mail);
    scene.town.settle();
    assert!(scene.stories("bob").is_empty());
}

#[test]
fn one_that_was_on_its_way_for_a_day_is_never_shown_and_nothing_is_missed() {
    let mut scene = Scene::new();
    scene.town.disconnect("bob");
    scene.post_to_bob();
    scene.town.pass(STORY_LIFE + limits::SECOND);
    scene.town.connect("bob");
    scene.town.settle();
    assert!(scene.stories("bob").is_empty());
    scene.assert_dropped("bob", Rejection::Late);
    assert_eq!(scene.town.texts("bob", "alice"), ["hello", "hello to you"]);
}

#[test]
fn no_clock_makes_it_last_longer() {
    let mut scene = Scene::new();
    let now = scene.town.now;
    scene.forge_story("from tomorrow", MessageId([1; 16]), now + limits::DAY, now + limits::DAY);
    let [story] = &scene.stories("bob")[..] else { panic!("it is shown") };
    assert!(story.at <= scene.town.now && story.marks.expires_at.unwrap() <= scene.town.now + STORY_LIFE);
    // An old one under a fresh envelope, and a fresh one in an old envelope.
    scene.forge_story("old", MessageId([2; 16]), now - STORY_LIFE, now);
    scene.forge_story("old too", MessageId([3; 16]), now, now - STORY_LIFE);
    assert_eq!(scene.stories("bob").len(), 1);
    scene.assert_dropped("bob", Rejection::Late);
}

#[test]
fn somebody_elses_story_is_deleted_seen_and_reacted_to_by_nobody_outside() {
    let mut scene = Scene::new();
    scene.post_to_bob();
    let (author, now) = (scene.town.account("alice"), scene.town.now);
    for (to, id) in [("alice", 11), ("bob", 12)] {
        scene.forge(to, &ForgedBody::Delete { author, message: STORY }, MessageId([id; 16]), now);
        scene.assert_dropped(to, Rejection::Authority);
        assert_eq!(scene.stories(to).len(), 1, "{to} still has it");
    }
    let react = ForgedBody::React { author, message: STORY, emoji: Some("👎".into()), count: 1 };
    scene.forge("alice", &react, MessageId([13; 16]), now);
    scene.forge("alice", &ForgedBody::Receipt { read: true, messages: vec![STORY] }, MessageId([14; 16]), now);
    let mallory = scene.town.account("mallory");
    assert!(scene.town.person("alice").rows.reaction(&author, &STORY, &mallory).unwrap().is_none());
    assert!(scene.viewers().iter().all(|(person, seen)| *person != mallory && !seen));
    assert!(scene.town.refuses("bob", Input::Act { author, id: STORY, act: Act::Star(true) }));
    assert!(scene.town.refuses("alice", Input::Act { author, id: STORY, act: Act::DeleteForAll }));
}

#[test]
fn its_author_takes_it_back_for_all_also_before_it_came() {
    let mut scene = Scene::new();
    scene.post_to_bob();
    scene.town.input("alice", Input::Story(StoryInput::Delete { id: STORY }));
    scene.town.settle();
    assert_eq!((scene.stories("alice").len(), scene.stories("bob").len()), (0, 0));

    let (mallory, now) = (scene.town.account("mallory"), scene.town.now);
    let id = MessageId([21; 16]);
    scene.forge("bob", &ForgedBody::Delete { author: mallory, message: id }, MessageId([22; 16]), now);
    scene.forge_story("too late", id, now, now);
    assert!(scene.stories("bob").is_empty());
    assert!(scene.town.person("bob").rows.is_gone(&mallory, &id).unwrap());
}

#[test]
fn what_is_no_story_is_not_shown_as_one() {
    let mut scene = Scene::new();
    let now = scene.town.now;
    let bodies = [
        Post::text("no colour"),
        Post { ground: Some(200), ..Post::text("no such colour") },
        Post { forwarded: true, ..words("passed on") },
        words(&"long ".repeat(100)),
        words("  "),
    ];
    for (at, post) in (1_u8..).zip(bodies) {
        scene.forge("bob", &ForgedBody::Story { post, posted: now }, MessageId([at; 16]), now);
    }
    assert!(scene.stories("bob").is_empty());
    scene.assert_dropped("bob", Rejection::Malformed);
    let mine = scene.town.chat("bob", "alice");
    assert!(scene.town.refuses(
        "bob",
        Input::SendPost { chat: ChatId(0), id: MessageId([9; 16]), post: Box::new(Post::text("into the stories")) }
    ));
    assert!(!scene.town.person("bob").texts(mine).is_empty());
}
