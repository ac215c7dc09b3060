//! Somebody who was away for long, or whose program ended at the wrong moment.

use sotto_machine::{
    rows::{Content, Notice, Rows as _},
    step::{Act, Effect, Input},
};
use sotto_tests::town::Town;
use sotto_wire::limits;

/// Bob has been away until what alice wrote to him ran out at the relay; then he comes back.
fn away(town: &mut Town, meanwhile: impl FnOnce(&mut Town)) {
    let bob = town.person("bob").device();
    town.disconnect("bob");
    for text in ["three", "four"] {
        town.say("alice", "bob", text);
    }
    town.now += 31 * limits::DAY;
    town.post_office.expire(&bob);
    meanwhile(town);
    town.connect("bob");
    town.settle();
}

fn talked() -> Town {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "two");
    town
}

fn notices(town: &Town, name: &str, with: &str) -> Vec<Notice> {
    let conversation = town.person(name).rows.conversation(town.chat(name, with));
    let notices = conversation.into_iter().filter_map(|entry| match entry.content {
        Content::Notice(notice) => Some(notice),
        _ => None,
    });
    notices.filter(|notice| *notice != Notice::Encrypted).collect()
}

#[test]
fn what_ran_out_at_the_relay_is_asked_for_before_anything_new_is_written() {
    let mut town = talked();
    away(&mut town, |_| {});
    assert_eq!(town.texts("bob", "alice"), ["one", "two", "three", "four"]);
    assert_eq!(notices(&town, "bob", "alice"), []);
    assert!(town.person("bob").rows.devices_with_gaps().unwrap().is_empty());
}

#[test]
fn what_its_author_has_not_kept_either_leaves_a_line_in_the_chat() {
    let mut town = talked();
    away(&mut town, |town| {
        let chat = town.chat("alice", "bob");
        let said: Vec<_> =
            town.person("alice").rows.conversation(chat).iter().map(|m| (m.id, m.content.clone())).collect();
        let (three, _) = said.into_iter().find(|(_, c)| matches!(c, Content::Post(p) if p.text == "three")).unwrap();
        town.act("alice", "alice", three, Act::DeleteHere);
    });
    assert_eq!(town.texts("bob", "alice"), ["one", "two", "four"]);
    assert_eq!(notices(&town, "bob", "alice"), [Notice::Lost { count: 1 }]);
}

#[test]
fn a_crash_before_everybody_was_asked_costs_nothing() {
    let mut town = talked();
    let (alice, bob) = (town.person("alice").device(), town.person("bob").device());
    town.disconnect("bob");
    town.say("alice", "bob", "three");
    town.now += 31 * limits::DAY;
    town.post_office.expire(&bob);
    // The relay says it, and the program ends before the mailbox is through.
    town.input("bob", Input::Connected { one_time_keys: 50 });
    town.input("bob", Input::Expired { count: 1 });
    let before = town.post_office.archive[&alice].len();
    town.restart("bob");
    town.settle();
    assert_eq!(town.texts("bob", "alice"), ["one", "two", "three"]);
    // And once is enough.
    let asked = town.post_office.archive[&alice].len();
    assert!(asked > before);
    town.restart("bob");
    town.settle();
    assert_eq!(town.post_office.archive[&alice].len(), asked);
}

fn publishes(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::PublishKeys(keys) if keys.seal_key.is_some()))
}

#[test]
fn a_turnover_of_keys_that_did_not_reach_the_relay_is_repeated_at_the_next_connection() {
    let mut town = talked();
    let device = town.person("alice").device();
    let shown = |town: &Town| town.post_office.keys[&device].seal_key.read_unverified().unwrap().key_id;
    let before = shown(&town);
    town.now += limits::KEY_TURNOVER;
    let now = town.now;
    // It is committed, and the program ends before the upload.
    let effects = town.person_mut("alice").step(Input::Drained, now, &mut rand::rng());
    assert!(publishes(&effects));
    let newest = town.person("alice").rows.own_seal_keys().unwrap().last().unwrap().key_id;
    assert_eq!(shown(&town), before);
    town.restart("alice");
    assert_eq!(shown(&town), newest, "the same keys");
    let effects = town.person_mut("alice").step(Input::Drained, now, &mut rand::rng());
    assert!(!publishes(&effects), "and then never again");
    town.say("bob", "alice", "still there?");
    assert_eq!(town.texts("alice", "bob").last().unwrap(), "still there?");
}

#[test]
fn traces_of_what_was_taken_back_go_after_seventy_days() {
    let mut town = talked();
    let id = town.say("alice", "bob", "not meant for you");
    town.act("alice", "alice", id, Act::DeleteForAll);
    town.settle();
    let traces = |town: &Town, name: &str, with: &str| {
        let conversation = town.person(name).rows.conversation(town.chat(name, with));
        conversation.iter().filter(|entry| entry.content == Content::Deleted).count()
    };
    for (days, left) in [(60, 1), (11, 0)] {
        town.now += days * limits::DAY;
        for (name, with) in [("alice", "bob"), ("bob", "alice")] {
            town.restart(name);
            assert_eq!(traces(&town, name, with), left, "{name}");
        }
    }
}
