//! What is decided on one device holds on all: blocking, verifying, the profile's key, and one's own stories.

use sotto_machine::{
    post::Post,
    rows::{ContactRow, MessageState, Rows as _, Trust},
    step::{Effect, Event, Input, Rejection},
    story::{Audience, STORIES, STORY_LIFE, StoryInput, StoryRows as _},
};
use sotto_tests::{
    forger::{self, ForgedBlocked, ForgedBody},
    town::Town,
};
use sotto_wire::MessageId;
use vodozemac::olm::SessionConfig;

use super::{talked, town};

const LAPTOP: &str = "alice's laptop";
const STORY: MessageId = MessageId([4; 16]);

fn contact(town: &Town, name: &str, with: &str) -> ContactRow {
    town.person(name).rows.contact_of(&town.account(with)).unwrap().expect("a contact")
}

fn block(town: &mut Town, name: &str, with: &str, blocked: bool) {
    let chat = town.chat(name, with);
    town.input(name, Input::Block { chat, blocked });
    town.settle();
}

#[test]
fn who_is_blocked_on_one_device_is_blocked_on_all_until_they_are_not() {
    let mut town = talked();
    block(&mut town, LAPTOP, "bob", true);
    for name in ["alice", LAPTOP] {
        assert!(contact(&town, name, "bob").blocked, "{name}");
    }
    let heard = town.texts("alice", "bob");
    let id = town.say("bob", "alice", "do you hear me?");
    for name in ["alice", LAPTOP] {
        assert_eq!(town.texts(name, "bob"), heard, "{name}");
    }
    assert_eq!(town.message("bob", &id).state, MessageState::Sent, "no device of hers confirms it");
    block(&mut town, "alice", "bob", false);
    assert!(!contact(&town, LAPTOP, "bob").blocked);
    let id = town.say("bob", "alice", "and now?");
    assert_eq!(town.message("bob", &id).state, MessageState::Delivered);
    for name in ["alice", LAPTOP] {
        assert_eq!(town.texts(name, "bob").last().unwrap(), "and now?", "{name}");
    }
}

#[test]
fn the_profile_has_one_key_on_all_devices_whichever_has_drawn_it_and_when() {
    let mut town = talked();
    town.sign_up("carol", "+351912345603");
    town.say(LAPTOP, "carol", "hello");
    let key = |town: &Town, name: &str| town.person(name).own().profile_key.clone();
    let before = key(&town, "alice");
    block(&mut town, "alice", "bob", true);
    assert!(key(&town, "alice") != before && key(&town, "alice") == key(&town, LAPTOP));
    // Carol, to whom the laptop writes next, learns it from there.
    town.say(LAPTOP, "carol", "are you there?");
    assert_eq!(contact(&town, "carol", "alice").profile_key, Some(key(&town, LAPTOP)));
    // Both draw one before they have heard of each other.
    town.disconnect("alice");
    town.disconnect(LAPTOP);
    for (name, with) in [("alice", "carol"), (LAPTOP, "carol")] {
        let chat = town.chat(name, with);
        town.input(name, Input::Block { chat, blocked: true });
    }
    assert!(key(&town, "alice") != key(&town, LAPTOP));
    for name in ["alice", LAPTOP] {
        town.connect(name);
    }
    town.settle();
    assert!(key(&town, "alice") == key(&town, LAPTOP));
}

#[test]
fn a_safety_number_is_compared_once_for_all_devices() {
    let mut town = talked();
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::Verify { chat });
    town.settle();
    for name in ["alice", LAPTOP] {
        assert_eq!(contact(&town, name, "bob").trust, Trust::Verified, "{name}");
    }
    assert_eq!(contact(&town, "bob", "alice").trust, Trust::FirstSeen, "the other side decides for itself");
}

#[test]
fn a_device_that_comes_later_knows_whom_one_has_verified_and_blocked() {
    let mut town = talked();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "alice", "buy this");
    block(&mut town, "alice", "mallory", true);
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::Verify { chat });
    town.settle();
    town.link("alice", "alice's tablet");
    town.settle();
    assert!(contact(&town, "alice's tablet", "mallory").blocked);
    assert_eq!(contact(&town, "alice's tablet", "bob").trust, Trust::Verified);
    assert!(!contact(&town, "alice's tablet", "bob").listed, "no chat has appeared");
    town.say("mallory", "alice", "or that");
    assert!(town.texts("alice's tablet", "mallory").is_empty());
}

#[test]
fn a_decision_that_was_missed_and_does_not_hold_any_more_is_not_made_again() {
    let mut town = talked();
    town.disconnect(LAPTOP);
    block(&mut town, "alice", "bob", true);
    town.post_office.steal(&town.person(LAPTOP).device());
    block(&mut town, "alice", "bob", false);
    town.connect(LAPTOP);
    town.settle();
    assert!(!contact(&town, LAPTOP, "bob").blocked);
    let id = town.say("bob", "alice", "hello again");
    assert_eq!(town.message("bob", &id).state, MessageState::Delivered);
    assert_eq!(town.texts(LAPTOP, "bob").last().unwrap(), "hello again");
}

fn post_story(town: &mut Town, name: &str) {
    let post = Box::new(Post { ground: Some(1), ..Post::text("the sea") });
    town.input(name, Input::Story(StoryInput::Post { id: STORY, post, audience: Audience::Everybody }));
    town.settle();
}

#[test]
fn ones_own_story_is_on_every_device_with_those_who_have_seen_it() {
    let mut town = talked();
    post_story(&mut town, LAPTOP);
    let alice = town.account("alice");
    for name in ["alice", LAPTOP] {
        let stories = town.person(name).rows.stories();
        assert_eq!(stories.len(), 1, "{name}");
        assert_eq!((stories[0].chat, stories[0].state), (STORIES, MessageState::Sent), "{name}");
    }
    town.input("bob", Input::Story(StoryInput::Seen { author: alice, id: STORY, tell: true }));
    town.settle();
    for name in ["alice", LAPTOP] {
        let viewers = town.person(name).rows.viewers(&alice, &STORY).unwrap();
        assert_eq!(viewers.len(), 1, "{name}");
        assert!(viewers[0].seen_at.is_some(), "{name}");
    }
    town.pass(STORY_LIFE);
    for name in ["alice", LAPTOP, "bob"] {
        assert!(town.person(name).rows.stories().is_empty(), "{name}");
    }
}

#[test]
fn a_story_is_taken_back_from_any_device_and_for_everybody() {
    let mut town = talked();
    post_story(&mut town, LAPTOP);
    town.input("alice", Input::Story(StoryInput::Delete { id: STORY }));
    town.settle();
    for name in ["alice", LAPTOP, "bob"] {
        assert!(town.person(name).rows.stories().is_empty(), "{name}");
    }
}

#[test]
fn what_one_device_has_seen_of_stories_the_others_have() {
    let mut town = talked();
    post_story(&mut town, "bob");
    let bob = town.account("bob");
    town.input(LAPTOP, Input::Story(StoryInput::Seen { author: bob, id: STORY, tell: false }));
    town.settle();
    for name in ["alice", LAPTOP] {
        assert!(!town.person(name).rows.stories()[0].unread, "{name}");
    }
}

#[test]
fn another_account_decides_nothing_in_ones_name() {
    let blocked = |town: &Town| ForgedBody::BlockedHere(ForgedBlocked { account: town.account("bob"), blocked: true });
    let verified = |town: &Town| ForgedBody::VerifiedHere(town.account("bob"));
    let words: [&dyn Fn(&Town) -> ForgedBody; 2] = [&blocked, &verified];
    for word in words {
        let mut town = talked();
        town.sign_up("mallory", "+351912345666");
        town.say("mallory", "alice", "hello");
        town.say("alice", "mallory", "hello");
        let mut inner = forger::inner(town.person("mallory"), town.person("alice"), 100, "", town.now);
        inner.body = minicbor::to_vec(word(&town)).unwrap();
        let (from, to) = (town.person("mallory"), town.person("alice"));
        let bytes = forger::pack(&inner);
        let payload = forger::pre_key_message(from, to, &town.post_office, SessionConfig::version_2(), &bytes);
        town.post_forged("mallory", "alice", payload, true);
        assert!(town.events("alice").contains(&Event::Dropped(Rejection::Authority)));
        let bob = contact(&town, "alice", "bob");
        assert!(!bob.blocked && bob.trust == Trust::FirstSeen);
    }
}

/// The relay may have the key that does not stand: whose stands publishes it once more.
#[test]
fn of_two_keys_drawn_at_once_the_one_that_stands_is_published_last() {
    let mut town = town();
    for with in ["alice", LAPTOP] {
        town.say(with, "bob", "hello");
    }
    town.disconnect(LAPTOP);
    block(&mut town, "alice", "bob", true);
    town.now += 1;
    let chat = town.chat(LAPTOP, "bob");
    town.input(LAPTOP, Input::Block { chat, blocked: true });
    let now = town.now;
    let device = town.person(LAPTOP).device();
    town.person_mut(LAPTOP).connected = true;
    let mut published = false;
    for mail in town.post_office.steal(&device) {
        let opened = town.person(LAPTOP).open(&mail.sealed);
        let delivered = Input::Delivered { seq: mail.seq, at: mail.at, opened };
        let effects = town.person_mut(LAPTOP).step(delivered, now, &mut rand::rng());
        published |= effects.contains(&Effect::PublishProfile);
    }
    assert!(published);
}
