//! Calls of a group with several devices of a person, and with devices that come late, come back, or forget.

use super::*;

/// Alice has a laptop as well, and Bob a phone.
fn quartet_with_second_devices() -> (Town, GroupId) {
    let (mut town, group) = quartet();
    for (name, second) in [("alice", "alices laptop"), ("bob", "bobs phone")] {
        town.link(name, second);
        town.settle();
        // What was accepted without a word is known to that device alone.
        town.accept_group(second, &group);
    }
    town.settle();
    (town, group)
}

#[test]
fn it_rings_on_all_devices_of_who_is_called_and_stops_on_all_when_one_comes_or_declines() {
    let (mut town, group) = quartet_with_second_devices();
    start(&mut town, "alice", &group, id(7));
    assert!(rings(&town, "bob") && rings(&town, "bobs phone"));
    assert!(!rings(&town, "alices laptop"), "she is calling herself");
    assert!(shown(&town, "alices laptop").is_some(), "but could go on there");
    ask(&mut town, "bobs phone", GroupCallInput::Leave { call: id(7) });
    assert!(!rings(&town, "bob"), "declined on his phone");
    assert!(present(&town, "alice").is_empty());
    leave(&mut town, "alice", id(7));
    assert_eq!(line(&town, "bob", "alice", id(7)), Some((Outcome::Declined, false)));
    assert_eq!(line(&town, "carol", "alice", id(7)), Some((Outcome::Missed, true)));
    start(&mut town, "alice", &group, id(8));
    join(&mut town, "bobs phone", id(8));
    assert!(!rings(&town, "bob"), "answered on his phone");
    assert_eq!(present(&town, "bob"), ["alice", "bob"]);
}

#[test]
fn a_call_moves_to_another_device_and_the_first_one_loses_the_keys() {
    let (mut town, group) = quartet_with_second_devices();
    start(&mut town, "alice", &group, id(7));
    join(&mut town, "bob", id(7));
    join(&mut town, "carol", id(7));
    let input = GroupCallInput::Join { call: id(7), sender: 9, state: SHOWN };
    ask(&mut town, "bobs phone", input);
    assert!(shown(&town, "bobs phone").unwrap().joined && !shown(&town, "bob").unwrap().joined);
    for name in ["alice", "carol"] {
        let others = shown(&town, name).unwrap().others;
        let bob: Vec<_> = others.iter().filter(|one| one.account == town.account("bob")).collect();
        assert_eq!((bob.len(), bob[0].sender), (1, 9), "{name}");
        assert!(opens(&town, "bobs phone", name) && !opens(&town, "bob", name), "{name}");
        assert_eq!(keys(&town, name).get(&9), Some(&own_key(&town, "bobs phone")), "{name}");
    }
    // The phone is lost, and Bob takes it out of his list: it is out of the call too.
    let before = own_key(&town, "alice");
    town.unlink("bob", "bobs phone");
    town.settle();
    town.say("bob", "alice", "my phone is gone");
    assert_eq!(present(&town, "alice"), ["carol"]);
    assert_ne!(own_key(&town, "alice"), before);
    assert!(!opens(&town, "bobs phone", "alice") && opens(&town, "carol", "alice"));
}

#[test]
fn who_is_let_into_the_group_hears_of_its_call_and_may_come() {
    let (mut town, group) = three_in_a_call();
    town.add("alice", &group, &["erin"]);
    town.settle();
    assert!(!rings(&town, "erin"), "it is under way");
    assert!(!present(&town, "erin").is_empty());
    join(&mut town, "erin", id(7));
    everybody_opens_everybody(&town, &["alice", "bob", "carol", "erin"]);
    for name in ["alice", "dave", "erin"] {
        assert_eq!(present(&town, name).contains(&"erin"), name != "erin", "{name}");
    }
}

#[test]
fn whose_program_ended_in_a_call_hears_where_it_is_and_comes_back() {
    let (mut town, _) = three_in_a_call();
    town.restart("carol");
    assert!(shown(&town, "alice").is_some_and(|call| call.others.len() == 2), "nobody has noticed yet");
    for name in ["alice", "bob"] {
        let account = town.account("carol");
        ask(&mut town, name, GroupCallInput::Lost { call: id(7), account });
    }
    assert!(!rings(&town, "carol"), "she was in it before");
    let told = shown(&town, "carol").expect("the call");
    assert!(!told.joined);
    join(&mut town, "carol", id(7));
    everybody_opens_everybody(&town, &["alice", "bob", "carol"]);
}

#[test]
fn a_call_in_which_everybody_crashed_stands_in_nobodys_way() {
    let (mut town, group) = quartet();
    start(&mut town, "alice", &group, id(3));
    join(&mut town, "bob", id(3));
    for name in ["alice", "bob"] {
        town.restart(name);
    }
    assert_eq!(present(&town, "dave"), ["alice", "bob"], "nobody could tell him");
    town.pass(2 * RINGING);
    // Alice has forgotten it with her program and begins another, under an id that would not stand against the first.
    start(&mut town, "alice", &group, id(7));
    for name in ["bob", "carol", "dave"] {
        let call = shown(&town, name).unwrap();
        assert_eq!((call.call, call.rings), (id(7), true), "{name}");
    }
    join(&mut town, "dave", id(7));
    everybody_opens_everybody(&town, &["alice", "dave"]);
}

#[test]
fn who_begins_another_beside_a_call_under_way_is_told_of_it_and_nobody_is_taken_out_of_theirs() {
    let (mut town, group) = three_in_a_call();
    town.restart("dave");
    town.pass(2 * RINGING);
    start(&mut town, "dave", &group, id(1));
    for name in ["alice", "bob", "carol"] {
        let call = shown(&town, name).unwrap();
        assert_eq!((call.call, call.joined), (id(7), true), "{name}");
    }
    let call = shown(&town, "dave").unwrap();
    assert_eq!((call.call, call.joined), (id(7), false), "he is alone in his, and is asked into theirs");
    assert_eq!(line(&town, "dave", "dave", id(1)), None, "his has left no trace");
}
