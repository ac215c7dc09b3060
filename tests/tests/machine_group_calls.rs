//! Calls of a group, machine against machine: five people, who is in, who has which keys, and what line is left.

#[path = "machine_group_calls/coming_back.rs"]
mod coming_back;

use std::collections::BTreeMap;

use sotto_machine::{
    call::{CallEvent, CallId, CallInput, CallLine, Description, Outcome, RINGING},
    group_call::{FrameKey, GroupCallEvent, GroupCallInput, MemberState, Place, UnderWay},
    rows::{Content, Rows as _},
    step::{Event, Input, Rejection},
};
use sotto_tests::town::Town;
use sotto_wire::{GroupId, MessageId, RoomId, RoomSecret, limits::HOUR};

const PLACE: Place = Place { room: RoomId([1; 16]), secret: RoomSecret([2; 32]) };
const SHOWN: MemberState = MemberState { muted: false, camera: true, screen: false, hand: false };
const FIVE: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

/// Alice's group with Bob, Carol and Dave; Erin does not belong to it.
fn quartet() -> (Town, GroupId) {
    let mut town = Town::new(5);
    for (n, name) in FIVE.into_iter().enumerate() {
        town.sign_up(name, &format!("+35191234570{n}"));
    }
    let group = town.found_and_settle("alice", "Quartet", &["bob", "carol", "dave"]);
    (town, group)
}

fn id(n: u8) -> CallId {
    MessageId([n; 16])
}

/// Who sends in the call: something of one's own.
fn sender(name: &str) -> u32 {
    u32::from(name.as_bytes()[0])
}

fn ask(town: &mut Town, name: &str, input: GroupCallInput) {
    town.input(name, Input::Call(CallInput::Group(input)));
    town.settle_now();
}

fn start(town: &mut Town, name: &str, group: &GroupId, call: CallId) {
    let chat = town.group_chat(name, group);
    let sender = sender(name);
    ask(town, name, GroupCallInput::Start { chat, call, place: PLACE, video: true, sender, state: SHOWN });
}

fn join(town: &mut Town, name: &str, call: CallId) {
    ask(town, name, GroupCallInput::Join { call, sender: sender(name), state: SHOWN });
}

fn leave(town: &mut Town, name: &str, call: CallId) {
    ask(town, name, GroupCallInput::Leave { call });
}

fn heard(town: &Town, name: &str) -> Vec<GroupCallEvent> {
    let events = town.events(name).iter();
    let calls = events.filter_map(|event| match event {
        Event::Call(CallEvent::Group(event)) => Some(event.clone()),
        _ => None,
    });
    calls.collect()
}

/// The call as somebody's windows show it now.
fn shown(town: &Town, name: &str) -> Option<UnderWay> {
    heard(town, name).into_iter().fold(None, |shown, event| match event {
        GroupCallEvent::UnderWay(now) => Some(*now),
        GroupCallEvent::Over { .. } => None,
        GroupCallEvent::OwnKey { .. } | GroupCallEvent::TheirKey { .. } => shown,
    })
}

/// Names of those who are in the call, as somebody sees it.
fn present(town: &Town, name: &str) -> Vec<&'static str> {
    let others = shown(town, name).map(|call| call.others).unwrap_or_default();
    FIVE.into_iter().filter(|other| others.iter().any(|one| one.account == town.account(other))).collect()
}

fn own_key(town: &Town, name: &str) -> FrameKey {
    let mut keys = heard(town, name).into_iter().rev().filter_map(|event| match event {
        GroupCallEvent::OwnKey { key, .. } => Some(key),
        _ => None,
    });
    keys.next().expect("a key")
}

/// The newest key of each sender that somebody was given.
fn keys(town: &Town, name: &str) -> BTreeMap<u32, FrameKey> {
    let keys = heard(town, name).into_iter().filter_map(|event| match event {
        GroupCallEvent::TheirKey { key, .. } => Some((key.sender, key)),
        _ => None,
    });
    keys.collect()
}

/// Somebody can open what somebody sends now.
fn opens(town: &Town, name: &str, of: &str) -> bool {
    keys(town, name).get(&sender(of)) == Some(&own_key(town, of))
}

fn everybody_opens_everybody(town: &Town, names: &[&str]) {
    for name in names {
        for other in names.iter().filter(|other| *other != name) {
            assert!(opens(town, name, other), "{name} opens {other}");
        }
    }
}

fn line(town: &Town, name: &str, by: &str, call: CallId) -> Option<(Outcome, bool)> {
    let row = town.person(name).rows.message(&town.account(by), &call).unwrap()?;
    match row.content {
        Content::Call(CallLine { outcome, .. }) => Some((outcome, row.unread)),
        other => panic!("{other:?}"),
    }
}

fn rings(town: &Town, name: &str) -> bool {
    shown(town, name).is_some_and(|call| call.rings)
}

/// Alice has begun a call, and Bob and Carol have come.
fn three_in_a_call() -> (Town, GroupId) {
    let (mut town, group) = quartet();
    start(&mut town, "alice", &group, id(7));
    join(&mut town, "bob", id(7));
    join(&mut town, "carol", id(7));
    (town, group)
}

#[test]
fn it_rings_at_all_members_and_whoever_comes_is_seen_by_all() {
    let (mut town, group) = quartet();
    start(&mut town, "alice", &group, id(7));
    for name in ["bob", "carol", "dave"] {
        assert!(rings(&town, name), "{name}");
        let call = shown(&town, name).unwrap();
        assert_eq!((call.place, call.video, call.joined), (PLACE, true, false));
        assert_eq!(present(&town, name), ["alice"]);
    }
    assert!(heard(&town, "erin").is_empty(), "she does not belong to the group");
    join(&mut town, "bob", id(7));
    assert!(!rings(&town, "bob") && rings(&town, "carol"));
    join(&mut town, "carol", id(7));
    for name in ["alice", "bob", "carol", "dave"] {
        let others: Vec<_> = ["alice", "bob", "carol"].into_iter().filter(|other| *other != name).collect();
        assert_eq!(present(&town, name), others, "{name}");
    }
    everybody_opens_everybody(&town, &["alice", "bob", "carol"]);
    assert!(keys(&town, "dave").is_empty(), "he has not come, so he has no keys");
}

#[test]
fn who_comes_reads_nothing_from_before_and_who_goes_nothing_from_after() {
    let (mut town, _) = three_in_a_call();
    let before: Vec<_> = ["alice", "bob", "carol"].map(|name| own_key(&town, name)).into();
    join(&mut town, "dave", id(7));
    everybody_opens_everybody(&town, &["alice", "bob", "carol", "dave"]);
    for key in &before {
        assert!(!keys(&town, "dave").values().any(|given| given == key), "a key from before he came");
    }
    leave(&mut town, "dave", id(7));
    everybody_opens_everybody(&town, &["alice", "bob", "carol"]);
    for name in ["alice", "bob", "carol"] {
        assert!(!opens(&town, "dave", name), "dave has left, and {name} has turned the key over");
        assert!(!present(&town, name).contains(&"dave"));
    }
    assert_eq!(present(&town, "dave").len(), 3, "he sees that it is still under way");
    join(&mut town, "dave", id(7));
    assert_eq!(present(&town, "alice"), ["bob", "carol", "dave"], "and may come back");
}

#[test]
fn who_is_removed_from_the_group_is_out_of_the_call_and_loses_the_keys() {
    let (mut town, group) = three_in_a_call();
    town.remove("alice", &group, "carol");
    town.settle();
    assert!(shown(&town, "carol").is_none(), "her windows show no call any more");
    for name in ["alice", "bob"] {
        assert!(!present(&town, name).contains(&"carol"), "{name}");
        assert!(!opens(&town, "carol", name), "{name} has turned the key over");
    }
    everybody_opens_everybody(&town, &["alice", "bob"]);
    let input = GroupCallInput::Join { call: id(7), sender: 1, state: SHOWN };
    assert!(town.refuses("carol", Input::Call(CallInput::Group(input))));
}

#[test]
fn who_comes_before_they_hear_of_their_removal_is_not_heard_and_gets_no_key() {
    let (mut town, group) = three_in_a_call();
    leave(&mut town, "carol", id(7));
    town.disconnect("carol");
    town.remove("alice", &group, "carol");
    town.settle();
    // She does not know it yet, and comes in the same moment.
    town.input("carol", Input::Call(CallInput::Group(GroupCallInput::Join { call: id(7), sender: 1, state: SHOWN })));
    town.connect("carol");
    town.settle();
    for name in ["alice", "bob"] {
        assert!(!present(&town, name).contains(&"carol"), "{name}");
        assert!(!opens(&town, "carol", name) && !keys(&town, name).contains_key(&1), "{name}");
        assert!(town.events(name).contains(&Event::Dropped(Rejection::NotAllowed)), "{name}");
    }
    assert!(shown(&town, "carol").is_none());
}

#[test]
fn hands_and_microphones_are_shown_to_those_in_the_call_and_to_nobody_else() {
    let (mut town, _) = three_in_a_call();
    let before = heard(&town, "dave").len();
    let state = MemberState { muted: true, camera: false, screen: false, hand: true };
    ask(&mut town, "bob", GroupCallInput::Show { call: id(7), state });
    for name in ["alice", "carol"] {
        let call = shown(&town, name).unwrap();
        let bob = call.others.iter().find(|one| one.account == town.account("bob")).unwrap();
        assert_eq!((bob.state, bob.hand_since.is_some()), (state, true), "{name}");
    }
    assert_eq!(heard(&town, "dave").len(), before);
    let keys_before = own_key(&town, "alice");
    ask(&mut town, "bob", GroupCallInput::Show { call: id(7), state: MemberState { hand: false, ..state } });
    let call = shown(&town, "alice").unwrap();
    let bob = call.others.iter().find(|one| one.account == town.account("bob")).unwrap();
    assert_eq!(bob.hand_since, None);
    assert_eq!(own_key(&town, "alice"), keys_before, "nobody has come or gone");
}

#[test]
fn the_last_one_out_ends_it_and_the_line_says_how_long_it_was() {
    let (mut town, _) = three_in_a_call();
    town.pass(90_000);
    leave(&mut town, "alice", id(7));
    leave(&mut town, "bob", id(7));
    assert!(shown(&town, "dave").is_some(), "carol is still in it");
    leave(&mut town, "carol", id(7));
    for name in ["alice", "bob", "carol", "dave"] {
        assert!(shown(&town, name).is_none(), "{name}");
        let (outcome, unread) = line(&town, name, "alice", id(7)).unwrap();
        assert!(matches!(outcome, Outcome::Answered { seconds: 90..=100 }), "{name}: {outcome:?}");
        assert!(!unread, "{name}");
    }
}

#[test]
fn a_call_to_which_nobody_comes_is_missed_by_all() {
    let (mut town, group) = quartet();
    start(&mut town, "alice", &group, id(7));
    town.pass(RINGING);
    assert!(!rings(&town, "bob") && shown(&town, "bob").is_some(), "it rings no longer, and can still be joined");
    leave(&mut town, "alice", id(7));
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Missed, true)));
    assert_eq!(line(&town, "alice", "alice", id(7)), Some((Outcome::Missed, false)), "hers to know, not to miss");
    assert!(shown(&town, "bob").is_none());
}

#[test]
fn who_declines_can_still_come_and_who_was_away_hears_of_it_without_a_ring() {
    let (mut town, group) = quartet();
    town.disconnect("dave");
    start(&mut town, "alice", &group, id(7));
    leave(&mut town, "bob", id(7));
    assert!(!rings(&town, "bob"));
    assert_eq!(present(&town, "alice").len(), 0, "nobody learns that he does not want to come");
    town.pass(2 * RINGING);
    join(&mut town, "bob", id(7));
    assert_eq!(present(&town, "alice"), ["bob"]);
    town.connect("dave");
    let now = town.now;
    town.input("dave", Input::Call(CallInput::RelayTime(now)));
    town.settle();
    assert!(shown(&town, "dave").is_some() && !rings(&town, "dave"));
    assert_eq!(present(&town, "dave"), ["alice", "bob"]);
}

#[test]
fn somebody_whose_program_ends_is_missed_after_a_while_and_a_room_that_is_gone_ends_the_call() {
    let (mut town, _) = three_in_a_call();
    let account = town.account("carol");
    ask(&mut town, "alice", GroupCallInput::Lost { call: id(7), account });
    assert_eq!(present(&town, "alice"), ["bob"]);
    assert!(opens(&town, "bob", "alice") && !opens(&town, "carol", "alice"));
    ask(&mut town, "dave", GroupCallInput::Closed { call: id(7) });
    assert!(shown(&town, "dave").is_none());
    town.pass(13 * HOUR);
    assert!(shown(&town, "alice").is_some(), "who is in it stays");
}

#[test]
fn one_is_in_one_call_at_a_time() {
    let (mut town, group) = three_in_a_call();
    let second = town.found_and_settle("alice", "Duo", &["bob"]);
    let chat = town.group_chat("alice", &second);
    let input = GroupCallInput::Start { chat, call: id(8), place: PLACE, video: false, sender: 1, state: SHOWN };
    assert!(town.refuses("alice", Input::Call(CallInput::Group(input))));
    let call = CallInput::Start {
        chat: town.chat("alice", "bob"),
        call: id(9),
        video: false,
        description: Description("x".into()),
    };
    assert!(town.refuses("alice", Input::Call(call)), "nor of two");
    let again = town.group_chat("dave", &group);
    let input = GroupCallInput::Start { chat: again, call: id(8), place: PLACE, video: false, sender: 1, state: SHOWN };
    assert!(town.refuses("dave", Input::Call(CallInput::Group(input))), "there is one in this group already");
}

#[test]
fn two_who_begin_at_once_meet_in_one_call() {
    let (mut town, group) = quartet();
    for (name, call) in [("alice", id(7)), ("bob", id(8))] {
        let chat = town.group_chat(name, &group);
        let sender = sender(name);
        let input = GroupCallInput::Start { chat, call, place: PLACE, video: true, sender, state: SHOWN };
        town.input(name, Input::Call(CallInput::Group(input)));
    }
    town.settle_now();
    for name in ["alice", "bob", "carol", "dave"] {
        assert_eq!(shown(&town, name).unwrap().call, id(7), "{name}");
    }
    assert!(!shown(&town, "bob").unwrap().joined, "he was alone in his, and is asked into hers");
    join(&mut town, "bob", id(7));
    everybody_opens_everybody(&town, &["alice", "bob"]);
}

#[test]
fn nobody_speaks_for_others_in_a_call() {
    let (mut town, group) = quartet();
    start(&mut town, "alice", &group, id(7));
    join(&mut town, "bob", id(7));
    // Carol comes under Bob's name for his frames.
    ask(&mut town, "carol", GroupCallInput::Join { call: id(7), sender: sender("bob"), state: SHOWN });
    assert_eq!(present(&town, "alice"), ["bob"]);
    let dropped = town.events("alice").iter().filter(|event| **event == Event::Dropped(Rejection::Authority));
    assert!(dropped.count() >= 2, "neither her coming nor her key is taken");
    assert!(opens(&town, "alice", "bob"));
}
