//! A device whose disk was replaced by an older copy of itself, and a contact who only says so.

use sotto_machine::{
    rows::{MessageState, Rows as _},
    step::{Event, Rejection},
};
use sotto_tests::{
    forger::{self, ForgedBody},
    memory_rows::MemoryRows,
    town::Town,
};
use sotto_wire::MessageId;
use vodozemac::olm::SessionConfig;

fn talked() -> Town {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "two");
    town.say("alice", "bob", "three");
    town
}

/// Bob's program ends, and comes back with an older disk.
fn set_back(town: &mut Town, copy: MemoryRows) {
    town.disconnect("bob");
    town.person_mut("bob").rows = copy;
    town.restart("bob");
    town.settle();
}

#[track_caller]
fn assert_delivered(town: &Town, name: &str, id: &MessageId) {
    assert_eq!(town.message(name, id).state, MessageState::Delivered);
}

#[test]
fn who_is_set_back_and_writes_first_is_heard_again() {
    let mut town = talked();
    let copy = town.person("bob").rows.clone();
    for n in 0..5 {
        town.say("bob", "alice", &format!("forgotten {n}"));
    }
    set_back(&mut town, copy);
    let first = town.say("bob", "alice", "after the copy");
    let second = town.say("bob", "alice", "and on");
    for id in [&first, &second] {
        assert_delivered(&town, "bob", id);
    }
    let heard = town.texts("alice", "bob");
    for text in ["after the copy", "and on"] {
        assert_eq!(heard.iter().filter(|t| *t == text).count(), 1, "{heard:?}");
    }
    let answer = town.say("alice", "bob", "I hear you");
    assert_delivered(&town, "alice", &answer);
}

#[test]
fn who_is_set_back_and_written_to_first_hears_and_is_heard() {
    let mut town = talked();
    let copy = town.person("bob").rows.clone();
    for n in 0..3 {
        town.say("alice", "bob", &format!("question {n}"));
        town.say("bob", "alice", &format!("answer {n}"));
    }
    set_back(&mut town, copy);
    let first = town.say("alice", "bob", "are you there?");
    let answer = town.say("bob", "alice", "yes");
    assert_delivered(&town, "alice", &first);
    assert_delivered(&town, "bob", &answer);
    assert_eq!(town.texts("bob", "alice").iter().filter(|t| *t == "are you there?").count(), 1);
    assert_eq!(town.texts("alice", "bob").iter().filter(|t| *t == "yes").count(), 1);
}

#[test]
fn a_tick_that_the_old_copy_does_not_know_comes_again() {
    let mut town = talked();
    town.disconnect("alice");
    let waiting = town.say("bob", "alice", "on its way");
    let copy = town.person("bob").rows.clone();
    town.connect("alice");
    town.settle();
    assert_delivered(&town, "bob", &waiting);
    town.say("bob", "alice", "forgotten");
    set_back(&mut town, copy);
    assert_eq!(town.message("bob", &waiting).state, MessageState::Sent);
    town.say("bob", "alice", "after the copy");
    assert_delivered(&town, "bob", &waiting);
    assert_eq!(town.texts("alice", "bob").iter().filter(|t| *t == "on its way").count(), 1);
}

#[test]
fn what_the_peer_has_not_seen_confirmed_is_confirmed_after_all() {
    let mut town = talked();
    let copy = town.person("bob").rows.clone();
    for n in 0..4 {
        town.say("bob", "alice", &format!("forgotten {n}"));
    }
    set_back(&mut town, copy);
    // His first receipts go out under counters that alice has had before.
    let question = town.say("alice", "bob", "did this arrive?");
    town.say("bob", "alice", "it did");
    assert_delivered(&town, "alice", &question);
}

/// Bob's contact says that she listens from a later counter on than he has come to.
fn claims(from: u64) -> Town {
    let mut town = talked();
    let mut inner = forger::inner(town.person("alice"), town.person("bob"), 100, "", town.now);
    inner.body = minicbor::to_vec(ForgedBody::Resend { counters: Vec::new(), from: Some(from) }).expect("memory");
    let (alice, bob) = (town.person("alice"), town.person("bob"));
    let payload =
        forger::pre_key_message(alice, bob, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    town.post_forged("alice", "bob", payload, true);
    town
}

fn next_send(town: &Town) -> u64 {
    let alice = town.person("alice").device();
    town.person("bob").rows.device(&alice).expect("rows").expect("her device").next_send
}

#[test]
fn a_contact_who_claims_a_later_counter_gets_it_within_bounds() {
    let honest = next_send(&talked());
    assert!((5_000..5_100).contains(&next_send(&claims(5_000))));
    for absurd in [20_000, u64::MAX] {
        assert!(next_send(&claims(absurd)) < honest + 600, "{absurd}");
    }
}

#[test]
fn a_contact_who_claims_a_later_counter_disturbs_no_other_conversation() {
    let mut town = claims(5_000);
    town.sign_up("carol", "+351912345603");
    town.say("carol", "bob", "hello");
    let id = town.say("bob", "carol", "hello yourself");
    assert_delivered(&town, "bob", &id);
    assert_eq!(town.texts("carol", "bob"), ["hello", "hello yourself"]);
}

#[test]
fn who_repeats_counters_is_answered_once_per_connection() {
    let mut town = talked();
    town.disconnect("alice");
    let device = town.person("alice").device();
    let before = town.post_office.archive[&device].len();
    for _ in 0..5 {
        let inner = forger::inner(town.person("alice"), town.person("bob"), 1, "again", town.now);
        let (alice, bob) = (town.person("alice"), town.person("bob"));
        let payload =
            forger::pre_key_message(alice, bob, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
        town.post_forged("alice", "bob", payload, true);
        // Each time with another of his keys: this one is used up.
        let device = town.person("bob").device();
        town.post_office.keys.get_mut(&device).expect("his keys").one_time.remove(0);
    }
    assert!(town.events("bob").contains(&Event::Dropped(Rejection::Repeated)));
    assert!(!town.texts("bob", "alice").contains(&"again".to_owned()));
    assert_eq!(town.post_office.archive[&device].len(), before + 1);
    assert!(town.person("bob").rows.most_sessions_alive() <= 4);
}
