//! The malicious member, the stranger and the relay, against a group.

#[path = "attack_groups/fork.rs"]
mod fork;
#[path = "attack_groups/joining.rs"]
mod joining;
#[path = "attack_groups/mention.rs"]
mod mention;

use minicbor::Encode;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::{
    group::{GroupOp, Role, rows::GroupRows as _},
    step::{Event, Rejection},
};
use sotto_tests::{
    forger,
    group_forger::{self, ForgedKeys, ForgedPlace, ForgedSecret, ForgedSenderKey},
    town::Town,
};
use sotto_wire::{GroupId, MessageId};
use vodozemac::olm::SessionConfig;

/// Alice owns a group with Bob, who is malicious, and Carol. Dave knows Alice and is not in it. Everybody has spoken.
fn scene() -> (Town, GroupId) {
    let mut town = Town::new(9);
    for (n, name) in ["alice", "bob", "carol", "dave"].into_iter().enumerate() {
        town.sign_up(name, &format!("+35191234580{n}"));
    }
    let group = town.found_and_settle("alice", "Sea trip", &["bob", "carol"]);
    for name in ["alice", "bob", "carol"] {
        town.tell_group(name, &group, &format!("{name} is here"));
        town.settle();
    }
    (town, group)
}

const SAID: [&str; 3] = ["alice is here", "bob is here", "carol is here"];

#[track_caller]
fn assert_dropped(town: &Town, name: &str, why: Rejection) {
    assert!(town.events(name).contains(&Event::Dropped(why)), "{:?}", town.events(name));
}

/// Bob sends Carol keys that he has no right to.
fn forge_keys(town: &mut Town, from: &str, to: &str, counter: u64, keys: &ForgedKeys) {
    let (sender, receiver) = (town.person(from), town.person(to));
    let mut inner = forger::inner(sender, receiver, counter, "", town.now);
    inner.message_id = MessageId([counter as u8; 16]);
    inner.body.clear();
    keys.encode(&mut minicbor::Encoder::new(&mut inner.body), &mut ()).unwrap();
    let plaintext = forger::pack(&inner);
    let payload = forger::pre_key_message(sender, receiver, &town.post_office, SessionConfig::version_2(), &plaintext);
    let device = receiver.device();
    town.post_office.keys.get_mut(&device).expect("keys").one_time.remove(0);
    town.post_forged(from, to, payload, true);
}

#[test]
fn the_forged_group_messages_are_good_enough_honest_ones_pass() {
    let (mut town, group) = scene();
    let inner = group_forger::inner(town.person("bob"), &group, 50, "and again", town.now);
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let mut session = group_forger::session_of(town.person("bob"), &group);
    town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "and again");
}

#[test]
fn a_member_who_writes_in_anothers_name_is_not_heard() {
    let (mut town, group) = scene();
    let mut inner = group_forger::inner(town.person("bob"), &group, 50, "I owe Bob ten", town.now);
    inner.sender = group_forger::inner(town.person("alice"), &group, 50, "", town.now).sender;
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let mut session = group_forger::session_of(town.person("bob"), &group);
    town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    assert_eq!(town.group_texts("carol", &group), SAID);
    assert_dropped(&town, "carol", Rejection::Identity);
}

#[test]
fn a_member_who_passes_off_anothers_megolm_session_gets_none_of_its_words() {
    let (mut town, group) = scene();
    let epoch = town.person("bob").group(&group).unwrap().state.epoch;
    let key = group_forger::key_of_anothers_session(town.person("bob"), town.person("alice"), &group);
    forge_keys(&mut town, "bob", "carol", 100, &ForgedKeys::SenderKey(ForgedSenderKey { group, epoch, key }));
    town.tell_group("alice", &group, "this is mine");
    town.settle();
    let chat = town.group_chat("carol", &group);
    let said = town.person("carol").said(chat);
    let mine: Vec<_> = said.into_iter().filter(|(_, text)| text == "this is mine").collect();
    assert_eq!(mine, [(town.account("alice"), "this is mine".to_owned())], "once, and as hers");
}

#[test]
fn a_replayed_group_message_is_shown_once_also_after_a_restart_and_wrapped_anew() {
    let (mut town, group) = scene();
    let secret = group_forger::secret_of(town.person("bob"), &group);
    for payload in town.group_payloads("carol") {
        town.post_group_payload("carol", payload.clone());
        town.restart("carol");
        town.post_group_payload("carol", payload.clone());
        town.post_group_payload("carol", group_forger::wrap_again(&secret, &payload));
    }
    assert_eq!(town.group_texts("carol", &group), SAID);
    assert_dropped(&town, "carol", Rejection::Repeated);
}

#[test]
fn a_megolm_message_of_the_first_version_is_refused_and_costs_nothing() {
    let (mut town, group) = scene();
    let epoch = town.person("bob").group(&group).unwrap().state.epoch;
    let mut session = group_forger::session_of_version_1();
    let key = session.session_key().to_bytes();
    forge_keys(&mut town, "bob", "carol", 100, &ForgedKeys::SenderKey(ForgedSenderKey { group, epoch, key }));
    let inner = group_forger::inner(town.person("bob"), &group, 50, "an old way", town.now);
    let secret = group_forger::secret_of(town.person("bob"), &group);
    town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    assert_eq!(town.group_texts("carol", &group), SAID);
    town.tell_group("alice", &group, "the new way");
    town.settle();
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "the new way");
}

#[test]
fn what_was_said_to_one_group_or_person_is_not_heard_in_another() {
    let (mut town, group) = scene();
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let mut session = group_forger::session_of(town.person("bob"), &group);
    let elsewhere = [ForgedPlace::Group(GroupId([7; 16])), ForgedPlace::Direct(town.account("bob"))];
    for (id, conversation) in (50..).zip(elsewhere) {
        let mut inner = group_forger::inner(town.person("bob"), &group, id, "out of place", town.now);
        inner.conversation = conversation;
        town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    }
    let mut inner = group_forger::inner(town.person("bob"), &group, 60, "before the founding", town.now);
    inner.epoch = 0;
    town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    assert_eq!(town.group_texts("carol", &group), SAID);
    assert_dropped(&town, "carol", Rejection::Conversation);
}

#[test]
fn bytes_that_are_no_group_message_change_nothing() {
    let (mut town, group) = scene();
    let before = town.person("carol").group(&group);
    let payload = town.group_payloads("carol").pop().unwrap();
    for length in (8..payload.len()).step_by(7) {
        town.post_group_payload("carol", payload[..length].to_vec());
    }
    for at in (8..payload.len()).step_by(5) {
        let mut bent = payload.clone();
        bent[at] ^= 1;
        town.post_group_payload("carol", bent);
    }
    assert_eq!(town.group_texts("carol", &group), SAID);
    assert_eq!(town.person("carol").group(&group), before);
    town.tell_group("alice", &group, "still here");
    town.settle();
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "still here");
}

#[test]
fn events_that_are_forged_reordered_skipped_or_not_allowed_are_skipped_by_all() {
    let (mut town, group) = scene();
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let now = town.now;
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let op = GroupOp::Role { account: town.account("bob"), role: Role::Admin };
    let bob = town.person("bob");
    let honest = group_forger::event(bob, &group, op.clone(), now);
    let mut as_alice = honest.clone();
    as_alice.actor = group_forger::event(town.person("alice"), &group, op, now).actor;
    let rename = |name: &str| GroupOp::rename(name);
    let mut skipping = group_forger::event(bob, &group, rename("skipped one"), now);
    skipping.epoch += 1;
    let mut unchained = group_forger::event(bob, &group, rename("another past"), now);
    unchained.prev_hash.0[0] ^= 1;
    let mut elsewhere = group_forger::event(bob, &group, rename("another group"), now);
    elsewhere.group = GroupId([7; 16]);
    // Dave has been given the secret, and is no member for it.
    let mut stranger = group_forger::event(bob, &group, rename("dave's"), now);
    stranger.actor.account = town.account("dave");
    stranger.actor.device = town.person("dave").device();
    stranger.actor.list_hash = town.person("dave").own().list.hash();
    let mut slipped = vec![
        vec![0; 200],
        Vec::new(),
        // What was valid once, again.
        town.post_office.logs[&group].entries[0].event.clone(),
    ];
    for event in [&honest, &as_alice, &skipping, &unchained, &elsewhere] {
        slipped.push(group_forger::entry(bob, event, &secret, &mut rng));
    }
    slipped.push(group_forger::entry(town.person("dave"), &stranger, &secret, &mut rng));
    // One bit of a valid one.
    let mut bent = group_forger::entry(bob, &group_forger::event(bob, &group, rename("bent"), now), &secret, &mut rng);
    bent[60] ^= 1;
    slipped.push(bent);
    for event in slipped {
        town.slip_into_log(&group, event);
    }
    town.change("alice", &group, rename("Summer"));
    town.settle();
    let states = ["alice", "bob", "carol"].map(|name| town.person(name).group(&group).unwrap().state);
    assert_eq!(states[0].name, "Summer");
    assert_eq!(states[0].epoch, 2, "the founding and one rename");
    assert_eq!(states[0].role(&town.account("bob")), Some(Role::Member));
    assert_eq!(states[0], states[1]);
    assert_eq!(states[0], states[2]);
}

#[test]
fn of_two_events_for_one_epoch_the_log_counts_the_first() {
    let (mut town, group) = scene();
    let mut rng = ChaCha12Rng::seed_from_u64(2);
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let bob = town.person("bob");
    let both = ["the first", "the second"].map(|name| {
        let event = group_forger::event(bob, &group, GroupOp::rename(name), town.now);
        group_forger::entry(bob, &event, &secret, &mut rng)
    });
    for entry in both {
        town.slip_into_log(&group, entry);
    }
    for name in ["alice", "bob", "carol"] {
        town.restart(name);
    }
    town.tell_group("alice", &group, "what are we called?");
    town.change("alice", &group, GroupOp::Policy { policy: Default::default() });
    town.settle();
    for name in ["alice", "bob", "carol"] {
        let state = town.person(name).group(&group).unwrap().state;
        assert_eq!((state.name.as_str(), state.epoch), ("the first", 3), "{name}");
    }
}

#[test]
fn after_a_removal_the_next_message_comes_in_a_new_session_and_the_removed_is_not_heard() {
    let (mut town, group) = scene();
    let session = |town: &Town| town.person("alice").rows.group_session_out(&group).unwrap().unwrap().session_id;
    let first = session(&town);
    let old_secret = group_forger::secret_of(town.person("bob"), &group);
    let said_before = group_forger::inner(town.person("bob"), &group, 70, "I am still here", town.now);
    let mut bobs = group_forger::session_of(town.person("bob"), &group);
    town.remove("alice", &group, "bob");
    town.settle();
    town.now += 60_000;
    town.tell_group("alice", &group, "without bob");
    town.settle();
    assert_ne!(session(&town), first);
    assert_ne!(group_forger::secret_of(town.person("alice"), &group), old_secret);
    // He goes on under what he knows, as of before his removal.
    town.post_group_payload("carol", group_forger::payload(&old_secret, &mut bobs, &said_before));
    assert!(!town.group_texts("carol", &group).contains(&"I am still here".to_owned()));
    assert_dropped(&town, "carol", Rejection::NotAllowed);
    // Nothing that was said afterwards opens with anything that he has.
    for payload in town.group_payloads("carol") {
        town.post_group_payload("bob", payload);
    }
    assert_eq!(town.group_texts("bob", &group), SAID);
}

#[test]
fn a_secret_from_somebody_who_is_no_member_counts_for_nothing() {
    let (mut town, group) = scene();
    town.start_chat("dave", "carol");
    let before = town.person("carol").group(&group);
    let secret = ForgedKeys::GroupSecret(ForgedSecret { group, secret: [6; 32] });
    forge_keys(&mut town, "dave", "carol", 100, &secret);
    assert_eq!(town.person("carol").group(&group), before);
    assert_dropped(&town, "carol", Rejection::NotAllowed);
    town.tell_group("alice", &group, "still here");
    town.settle();
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "still here");
}

#[test]
fn a_member_cannot_take_back_what_another_has_written() {
    /// Written a second time on purpose, as in `forger`.
    #[derive(Encode)]
    enum Forged {
        #[n(7)]
        Delete {
            #[n(0)]
            author: sotto_wire::AccountId,
            #[n(1)]
            message: MessageId,
        },
    }
    let (mut town, group) = scene();
    let message = town.tell_group("alice", &group, "it was Bob");
    town.settle();
    let author = town.account("alice");
    let mut inner = group_forger::inner(town.person("bob"), &group, 50, "", town.now);
    inner.body.clear();
    minicbor::encode(Forged::Delete { author, message }, &mut inner.body).unwrap();
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let mut session = group_forger::session_of(town.person("bob"), &group);
    town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "it was Bob");
    assert_dropped(&town, "carol", Rejection::Authority);
}

#[test]
fn a_member_who_claims_an_epoch_that_never_comes_has_the_log_read_once() {
    let (mut town, group) = scene();
    let mut inner = group_forger::inner(town.person("bob"), &group, 50, "from the future", town.now);
    inner.epoch += 1_000;
    let secret = group_forger::secret_of(town.person("bob"), &group);
    let mut session = group_forger::session_of(town.person("bob"), &group);
    town.post_group_payload("carol", group_forger::payload(&secret, &mut session, &inner));
    assert_eq!(town.group_texts("carol", &group), SAID);
    assert_eq!(town.person("carol").rows.parked(), 1, "it waits");
    town.tell_group("alice", &group, "still here");
    town.settle();
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "still here");
}
