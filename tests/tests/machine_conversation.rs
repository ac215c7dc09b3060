//! Two people talk, machine against machine: what arrives, what is ticked, what survives.

use sotto_machine::{
    post::Post,
    rows::{MessageState, Rows as _, Trust},
    step::{Event, Input},
};
use sotto_tests::town::Town;
use sotto_wire::RefuseReason;

#[test]
fn a_first_message_arrives_and_is_answered() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    assert_eq!(town.texts("bob", "alice"), ["hello"]);
    town.say("bob", "alice", "hello yourself");
    assert_eq!(town.texts("alice", "bob"), ["hello", "hello yourself"]);
}

#[test]
fn ticks_go_from_sent_to_delivered_to_read() {
    let mut town = Town::with_alice_and_bob();
    town.disconnect("bob");
    let id = town.say("alice", "bob", "hello");
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    town.connect("bob");
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Sent, "bob has not accepted alice yet");
    let chat = town.chat("bob", "alice");
    town.input("bob", Input::AcceptRequest { chat });
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Delivered);
    town.read("bob", "alice");
    assert_eq!(town.message("alice", &id).state, MessageState::Read);
}

#[test]
fn answering_a_stranger_accepts_them() {
    let mut town = Town::with_alice_and_bob();
    let id = town.say("alice", "bob", "hello");
    town.say("bob", "alice", "who is this?");
    assert_eq!(town.message("alice", &id).state, MessageState::Delivered);
}

#[test]
fn the_first_key_of_a_person_is_pinned() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    for (name, other) in [("alice", "bob"), ("bob", "alice")] {
        let contact = town.person(name).rows.contact_of(&town.account(other)).unwrap().unwrap();
        assert_eq!(contact.trust, Trust::FirstSeen, "{name}");
    }
    let bobs_alice = town.person("bob").rows.contact_of(&town.account("alice")).unwrap().unwrap();
    assert_eq!(bobs_alice.number, Some(town.person("alice").number()), "the number was confirmed");
}

#[test]
fn messages_that_cross_both_arrive() {
    let mut town = Town::with_alice_and_bob();
    town.write("alice", "bob", "from alice");
    town.write("bob", "alice", "from bob");
    town.settle();
    for n in 0..5 {
        town.write("alice", "bob", &format!("a{n}"));
        town.write("bob", "alice", &format!("b{n}"));
        town.settle();
    }
    let mut texts = town.texts("alice", "bob");
    texts.sort();
    assert_eq!(texts.len(), 12);
    let mut others = town.texts("bob", "alice");
    others.sort();
    assert_eq!(texts, others);
}

#[test]
fn an_answer_that_is_lost_doubles_nothing() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.post_office.mute = true;
    let id = town.say("alice", "bob", "again");
    assert_eq!(town.message("alice", &id).state, MessageState::Sending);
    town.post_office.mute = false;
    town.restart("alice");
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    assert_eq!(town.texts("bob", "alice"), ["hello", "again"]);
}

#[test]
fn what_is_written_offline_leaves_when_connected() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.disconnect("alice");
    let ids = [town.write("alice", "bob", "one"), town.write("alice", "bob", "two")];
    assert!(ids.iter().all(|id| town.message("alice", id).state == MessageState::Sending));
    town.connect("alice");
    town.settle();
    assert_eq!(town.texts("bob", "alice"), ["hello", "one", "two"]);
}

#[test]
fn a_message_lost_on_its_way_is_missed_asked_for_and_sent_again() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "yes?");
    town.disconnect("bob");
    town.write("alice", "bob", "two");
    town.post_office.steal(&town.person("bob").device());
    town.connect("bob");
    town.say("alice", "bob", "three");
    assert_eq!(town.texts("bob", "alice"), ["one", "yes?", "three", "two"]);
    let chat = town.chat("bob", "alice");
    assert!(town.person("bob").rows.gap_notice(chat).unwrap().is_none(), "the gap is closed");
}

#[test]
fn a_crash_between_decrypting_and_committing_loses_nothing() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "yes?");
    town.disconnect("bob");
    town.write("alice", "bob", "two");
    let device = town.person("bob").device();
    let mail = town.post_office.oldest(&device).expect("mail");
    let opened = town.person("bob").open(&mail.sealed);
    let (now, mut rng) = (town.now, rand::rng());
    let input = Input::Delivered { seq: mail.seq, at: mail.at, opened };
    town.person_mut("bob").step_and_crash(input, now, &mut rng);
    town.restart("bob");
    town.settle();
    assert_eq!(town.texts("bob", "alice"), ["one", "yes?", "two"]);
}

#[test]
fn a_broken_session_heals_and_what_was_lost_comes_again() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "yes?");
    town.say("alice", "bob", "two");
    let alices = town.person("alice").device();
    town.person_mut("bob").rows.break_sessions(&alices);
    town.say("alice", "bob", "three");
    town.say("alice", "bob", "four");
    let mut texts = town.texts("bob", "alice");
    texts.sort();
    assert_eq!(texts, ["four", "one", "three", "two", "yes?"]);
    town.say("bob", "alice", "I am back");
    assert_eq!(town.texts("alice", "bob").last().map(String::as_str), Some("I am back"));
}

#[test]
fn a_refusal_fails_the_message_and_trying_again_sends_it() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.post_office.refuse_next = Some(RefuseReason::MailboxFull);
    let id = town.say("alice", "bob", "two");
    assert!(matches!(town.message("alice", &id).state, MessageState::Failed(_)));
    town.input("alice", Input::Retry { id });
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    assert_eq!(town.texts("bob", "alice"), ["one", "two"]);
    let chat = town.chat("bob", "alice");
    assert!(town.person("bob").rows.gap_notice(chat).unwrap().is_none(), "bob has missed nothing");
}

#[test]
fn everything_under_way_with_a_token_that_is_refused_leaves_again_without_it_once() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.say("bob", "alice", "hello yourself");
    town.disconnect("alice");
    let ids = ["one", "two"].map(|text| town.write("alice", "bob", text));
    let refuse = |town: &mut Town| {
        for row in town.person("alice").rows.outbox_all().unwrap() {
            let reason = RefuseReason::TokenRefused;
            town.input("alice", Input::Refused { id: row.id, reason, retry_after: None });
        }
    };
    refuse(&mut town);
    for id in &ids {
        assert_eq!(town.message("alice", id).state, MessageState::Sending, "it may leave once more");
    }
    refuse(&mut town);
    for id in &ids {
        assert!(matches!(town.message("alice", id).state, MessageState::Failed(_)), "and not for ever");
    }
}

#[test]
fn the_same_message_sent_twice_by_a_double_click_is_one() {
    let mut town = Town::with_alice_and_bob();
    let chat = town.start_chat("alice", "bob");
    let id = sotto_wire::MessageId([7; 16]);
    for _ in 0..2 {
        town.input("alice", Input::SendPost { chat, id, post: Box::new(Post::text("hello")) });
    }
    town.settle();
    assert_eq!(town.texts("bob", "alice"), ["hello"]);
}

#[test]
fn typing_shows_on_the_other_side_and_only_to_people_who_know_each_other() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::Typing { chat });
    town.settle();
    assert!(!town.events("bob").iter().any(|e| matches!(e, Event::Writing { .. })), "bob has not greeted alice");
    town.say("bob", "alice", "hello yourself");
    town.input("alice", Input::Typing { chat });
    town.settle();
    assert!(town.events("bob").iter().any(|e| matches!(e, Event::Writing { .. })));
}

#[test]
fn keys_turn_over_weekly_and_people_still_reach_each_other() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "yes?");
    for week in 0..8 {
        town.pass(7 * sotto_wire::limits::DAY);
        for name in ["alice", "bob"] {
            town.disconnect(name);
            town.connect(name);
        }
        town.say("alice", "bob", &format!("week {week}"));
        town.say("bob", "alice", &format!("yes, week {week}"));
    }
    assert_eq!(town.texts("bob", "alice").len(), 18);
    assert_eq!(town.texts("alice", "bob").len(), 18);
}

#[test]
fn a_blocked_person_is_not_heard_and_hears_nothing() {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.say("bob", "alice", "hello yourself");
    let chat = town.chat("bob", "alice");
    let key = town.person("bob").own().profile_key.clone();
    town.input("bob", Input::Block { chat, blocked: true });
    assert_ne!(town.person("bob").own().profile_key, key, "his presence and profile are closed to her");
    town.settle();

    let unheard = town.say("alice", "bob", "can you hear me?");
    assert_eq!(town.texts("bob", "alice"), ["hello", "hello yourself"]);
    assert_eq!(town.message("alice", &unheard).state, MessageState::Sent, "no receipt ever leaves");
    let dropped = |event: &Event| matches!(event, Event::Dropped(sotto_machine::step::Rejection::Blocked));
    assert!(town.person("bob").events.iter().any(dropped));
    town.read("bob", "alice");
    assert_eq!(town.message("alice", &unheard).state, MessageState::Sent);
    let writing = town.person("bob").events.len();
    town.input("alice", Input::Typing { chat: town.chat("alice", "bob") });
    town.settle();
    assert!(!town.person("bob").events[writing..].iter().any(|event| matches!(event, Event::Writing { .. })));

    town.restart("bob");
    town.input("bob", Input::Block { chat, blocked: false });
    town.settle();
    let heard = town.say("alice", "bob", "and now?");
    assert_eq!(town.texts("bob", "alice"), ["hello", "hello yourself", "and now?"], "nothing is missed");
    assert_eq!(town.message("alice", &heard).state, MessageState::Delivered);
    let known = town.person("alice").rows.contact_of(&town.account("bob")).unwrap().unwrap().profile_key;
    assert_eq!(known.as_ref(), Some(&town.person("bob").own().profile_key), "she learns the new key");
}

#[test]
fn everybody_but_the_blocked_learns_the_new_profile_key() {
    let mut town = Town::with_alice_and_bob();
    town.sign_up("carol", "+351912345603");
    for other in ["alice", "carol"] {
        town.say(other, "bob", "hello");
        town.say("bob", other, "hello yourself");
    }
    let chat = town.chat("bob", "alice");
    town.input("bob", Input::Block { chat, blocked: true });
    town.input("bob", Input::ProfilePublished);
    town.settle();
    let knows = |town: &Town, who: &str| {
        let contact = town.person(who).rows.contact_of(&town.account("bob")).unwrap().unwrap();
        contact.profile_key.as_ref() == Some(&town.person("bob").own().profile_key)
    };
    assert!(knows(&town, "carol") && !knows(&town, "alice"));
}

#[test]
fn a_note_to_oneself_leaves_the_device_for_nowhere() {
    let mut town = Town::with_alice_and_bob();
    town.input("alice", Input::StartNotes);
    town.input("alice", Input::StartNotes);
    let own = town.account("alice");
    let chat = town.person("alice").chat_with(&own).unwrap();
    assert_eq!(town.person("alice").rows.people().len(), 1, "there is one such chat");
    let id = town.write_in("alice", chat, "buy strings");
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    assert_eq!(town.person("alice").rows.outbox_all().unwrap(), []);
    town.restart("alice");
    town.settle();
    assert_eq!(town.person("alice").texts(chat), ["buy strings"]);
}
