//! Calls between two people, machine against machine: who rings, who talks, and what line is left.

use sotto_machine::{
    call::{CallEvent, CallId, CallInput, CallLine, Description, EndReason, Outcome, RINGING},
    rows::{Content, Rows as _},
    step::{Event, Input, Rejection},
};
use sotto_tests::town::Town;
use sotto_wire::{MessageId, limits};

fn acquainted() -> Town {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.say("bob", "alice", "hello yourself");
    town
}

fn id(n: u8) -> CallId {
    MessageId([n; 16])
}

fn sdp(text: &str) -> Description {
    Description(text.to_owned())
}

fn dial(town: &mut Town, name: &str, with: &str, call: CallId) {
    let chat = town.chat(name, with);
    let description = sdp(&format!("offer of {name}"));
    town.input(name, Input::Call(CallInput::Start { chat, call, video: true, description }));
}

/// Alice calls bob, and it rings.
fn ringing() -> Town {
    let mut town = acquainted();
    dial(&mut town, "alice", "bob", id(7));
    town.settle_now();
    town
}

fn answer(town: &mut Town, name: &str, call: CallId) {
    let description = sdp(&format!("answer of {name}"));
    town.input(name, Input::Call(CallInput::Answer { call, video: false, description }));
    town.settle_now();
}

fn end(town: &mut Town, name: &str, call: CallId, why: EndReason) {
    town.input(name, Input::Call(CallInput::End { call, why }));
    town.settle_now();
}

fn heard(town: &Town, name: &str) -> Vec<CallEvent> {
    let events = town.events(name).iter();
    events.filter_map(|event| if let Event::Call(call) = event { Some(call.clone()) } else { None }).collect()
}

fn rings(town: &Town, name: &str) -> usize {
    heard(town, name).iter().filter(|event| matches!(event, CallEvent::Rings { .. })).count()
}

fn dropped(town: &Town, name: &str, why: Rejection) -> usize {
    town.events(name).iter().filter(|event| **event == Event::Dropped(why)).count()
}

/// How a call stands in somebody's conversation, and whether it waits to be seen.
fn line(town: &Town, name: &str, caller: &str, call: CallId) -> Option<(Outcome, bool)> {
    let row = town.person(name).rows.message(&town.account(caller), &call).unwrap()?;
    match row.content {
        Content::Call(CallLine { outcome, .. }) => Some((outcome, row.unread)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_rings_is_answered_and_hung_up_and_leaves_its_length() {
    let mut town = ringing();
    let chat = town.chat("bob", "alice");
    let call = id(7);
    let rung = CallEvent::Rings { chat, call, video: true, description: sdp("offer of alice"), answer_now: false };
    assert_eq!(heard(&town, "bob"), [rung]);
    assert_eq!(heard(&town, "alice"), [CallEvent::RingsThere { call }]);
    answer(&mut town, "bob", call);
    let answered = CallEvent::Answered { call, video: false, description: sdp("answer of bob") };
    assert_eq!(heard(&town, "alice").last(), Some(&answered));
    town.pass(61 * limits::SECOND);
    end(&mut town, "bob", call, EndReason::HangUp);
    for name in ["alice", "bob"] {
        let outcome = Outcome::Answered { seconds: 61 };
        assert_eq!(heard(&town, name).last(), Some(&CallEvent::Ended { call, outcome }), "{name}");
        assert_eq!(line(&town, name, "alice", call), Some((outcome, false)), "{name}");
    }
}

#[test]
fn a_call_that_is_declined_ends_on_both_sides() {
    let mut town = ringing();
    end(&mut town, "bob", id(7), EndReason::Declined);
    for name in ["alice", "bob"] {
        assert_eq!(line(&town, name, "alice", id(7)), Some((Outcome::Declined, false)), "{name}");
    }
}

#[test]
fn a_call_that_nobody_answers_stops_ringing_and_is_missed() {
    let mut town = ringing();
    town.pass(RINGING);
    assert_eq!(line(&town, "alice", "alice", id(7)), Some((Outcome::Missed, false)));
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Missed, true)));
    let ended = CallEvent::Ended { call: id(7), outcome: Outcome::Missed };
    assert_eq!(heard(&town, "bob").last(), Some(&ended));
    town.read("bob", "alice");
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Missed, false)), "it was seen");
}

#[test]
fn a_caller_who_gives_up_leaves_a_missed_call() {
    let mut town = ringing();
    end(&mut town, "alice", id(7), EndReason::HangUp);
    assert_eq!(line(&town, "alice", "alice", id(7)), Some((Outcome::Cancelled, false)));
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Missed, true)));
}

#[test]
fn who_talks_already_is_busy_and_sees_who_has_called() {
    let mut town = ringing();
    answer(&mut town, "bob", id(7));
    town.sign_up("carol", "+351912345603");
    town.say("carol", "bob", "hello");
    town.say("bob", "carol", "hello");
    dial(&mut town, "carol", "bob", id(9));
    town.settle_now();
    assert_eq!(line(&town, "carol", "carol", id(9)), Some((Outcome::Busy, false)));
    assert_eq!(line(&town, "bob", "carol", id(9)), Some((Outcome::Missed, true)));
    assert_eq!(rings(&town, "bob"), 1, "only alice was heard");
    end(&mut town, "alice", id(7), EndReason::HangUp);
    assert!(matches!(line(&town, "bob", "alice", id(7)), Some((Outcome::Answered { .. }, false))));
}

#[test]
fn two_who_call_each_other_at_once_have_one_call() {
    let mut town = acquainted();
    dial(&mut town, "alice", "bob", id(2));
    dial(&mut town, "bob", "alice", id(1));
    town.settle_now();
    let stands = heard(&town, "alice").into_iter().find_map(|event| match event {
        CallEvent::Rings { call, answer_now, .. } => Some((call, answer_now)),
        _ => None,
    });
    assert_eq!(stands, Some((id(1), true)), "the lower one stands, and is answered without asking");
    assert_eq!(rings(&town, "bob"), 0);
    answer(&mut town, "alice", id(1));
    assert!(matches!(heard(&town, "bob").last(), Some(CallEvent::Answered { call, .. }) if *call == id(1)));
    for name in ["alice", "bob"] {
        assert_eq!(line(&town, name, "alice", id(2)), None, "{name}");
        assert_eq!(line(&town, name, "bob", id(1)), Some((Outcome::Answered { seconds: 0 }, false)), "{name}");
    }
}

#[test]
fn an_answer_that_comes_too_late_is_told() {
    let mut town = ringing();
    town.disconnect("alice");
    answer(&mut town, "bob", id(7));
    town.now += RINGING;
    town.input("alice", Input::Tick);
    town.connect("alice");
    town.settle_now();
    assert_eq!(line(&town, "bob", "alice", id(7)).map(|(outcome, _)| outcome), Some(Outcome::Missed));
    assert!(matches!(heard(&town, "bob").last(), Some(CallEvent::Ended { .. })));
}

#[test]
fn candidates_and_a_new_way_reach_the_other_end() {
    let mut town = ringing();
    answer(&mut town, "bob", id(7));
    let candidates = vec![sdp("candidate:1")];
    town.input("bob", Input::Call(CallInput::Candidates { call: id(7), candidates: candidates.clone() }));
    let description = sdp("offer again");
    town.input("alice", Input::Call(CallInput::Renew { call: id(7), description: description.clone(), answer: false }));
    town.settle_now();
    assert_eq!(heard(&town, "alice").last(), Some(&CallEvent::Candidates { call: id(7), candidates }));
    assert_eq!(heard(&town, "bob").last(), Some(&CallEvent::Renewed { call: id(7), description, answer: false }));
}

#[test]
fn a_stranger_does_not_ring_and_learns_nothing() {
    let mut town = Town::with_alice_and_bob();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "bob", "call me");
    dial(&mut town, "mallory", "bob", id(7));
    town.settle_now();
    assert_eq!((rings(&town, "bob"), dropped(&town, "bob", Rejection::Uninvited)), (0, 1));
    assert_eq!(line(&town, "bob", "mallory", id(7)), None);
    assert_eq!(heard(&town, "mallory"), [], "neither that it rings nor that nobody is there");
}

#[test]
fn an_offer_that_comes_late_does_not_ring_but_is_a_missed_call() {
    let mut town = acquainted();
    town.disconnect("bob");
    dial(&mut town, "alice", "bob", id(7));
    town.now += RINGING + limits::SECOND;
    town.connect("bob");
    assert_eq!(rings(&town, "bob"), 0);
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Missed, true)));
}

#[test]
fn an_offer_that_the_relay_holds_back_and_dates_anew_does_not_ring() {
    let mut town = acquainted();
    town.disconnect("bob");
    dial(&mut town, "alice", "bob", id(7));
    let device = town.person("bob").device();
    let mut mail = town.post_office.oldest(&device).unwrap();
    town.now += limits::HOUR;
    mail.at = town.now;
    town.hand_over("bob", &mail);
    assert_eq!(rings(&town, "bob"), 0);
}

#[test]
fn a_replayed_offer_rings_only_once() {
    let mut town = ringing();
    let device = town.person("bob").device();
    let mail = town.post_office.archive[&device].last().unwrap().clone();
    end(&mut town, "bob", id(7), EndReason::Declined);
    town.hand_over("bob", &mail);
    // The same id in a message of its own.
    dial(&mut town, "alice", "bob", id(7));
    town.settle_now();
    assert_eq!((rings(&town, "bob"), dropped(&town, "bob", Rejection::Repeated)), (1, 1));
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Declined, false)));
}

#[test]
fn a_call_flood_rings_only_a_few_times_a_minute() {
    let mut town = acquainted();
    for n in 1..=20 {
        dial(&mut town, "alice", "bob", id(n));
        town.settle_now();
        end(&mut town, "alice", id(n), EndReason::HangUp);
    }
    assert_eq!((rings(&town, "bob"), dropped(&town, "bob", Rejection::Flood)), (6, 14));
}

#[test]
fn a_swapped_fingerprint_fails_with_the_seal() {
    let mut town = acquainted();
    town.disconnect("bob");
    dial(&mut town, "alice", "bob", id(7));
    let device = town.person("bob").device();
    let mut mail = town.post_office.oldest(&device).unwrap();
    let middle = mail.sealed.len() / 2;
    mail.sealed[middle] ^= 1;
    town.hand_over("bob", &mail);
    assert_eq!((rings(&town, "bob"), dropped(&town, "bob", Rejection::Seal)), (0, 1));
}

#[test]
fn nobody_else_ends_or_answers_a_call() {
    let mut town = ringing();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "alice", "hello");
    town.say("alice", "mallory", "hello");
    town.say("mallory", "bob", "hello");
    town.say("bob", "mallory", "hello");
    // Mallory knows the id and has a call of her own under it.
    dial(&mut town, "mallory", "bob", id(7));
    town.settle_now();
    end(&mut town, "mallory", id(7), EndReason::HangUp);
    answer(&mut town, "bob", id(7));
    assert!(matches!(heard(&town, "alice").last(), Some(CallEvent::Answered { .. })));
}

#[test]
fn blocking_somebody_ends_the_call_with_them() {
    let mut town = ringing();
    answer(&mut town, "bob", id(7));
    let chat = town.chat("bob", "alice");
    town.input("bob", Input::Block { chat, blocked: true });
    assert!(matches!(heard(&town, "bob").last(), Some(CallEvent::Ended { .. })));
}
