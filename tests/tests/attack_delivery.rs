//! The relay that drops messages and delivers garbage: gaps of any size, and bytes of any kind.

use sotto_machine::seal::SealedPayload;
use sotto_tests::town::Town;

fn talked() -> Town {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "two");
    town
}

/// Alice sends `lost` messages that vanish, then one that arrives.
fn gap_of(lost: usize) -> Town {
    let mut town = talked();
    town.disconnect("bob");
    let chat = town.chat("alice", "bob");
    for n in 0..lost {
        town.write_in("alice", chat, &format!("lost {n}"));
    }
    town.post_office.steal(&town.person("bob").device());
    town.write_in("alice", chat, "after the gap");
    town.connect("bob");
    town.settle();
    town
}

#[test]
fn a_gap_of_2000_is_bridged_by_the_session() {
    let town = gap_of(2_000);
    assert!(town.texts("bob", "alice").contains(&"after the gap".to_owned()));
}

#[test]
fn a_gap_of_2001_breaks_the_session_which_heals() {
    let mut town = gap_of(2_001);
    town.say("alice", "bob", "and on");
    let texts = town.texts("bob", "alice");
    assert!(texts.contains(&"after the gap".to_owned()) || texts.contains(&"and on".to_owned()), "{}", texts.len());
    town.say("bob", "alice", "I hear you");
    assert_eq!(town.texts("alice", "bob").last().map(String::as_str), Some("I hear you"));
}

#[test]
fn garbage_at_the_front_door_leaves_the_state_as_it_was() {
    let mut town = talked();
    let before = town.person("bob").rows.sizes();
    let device = town.person("bob").device();
    for length in [0, 1, 64, 1_200, 5_000] {
        town.post_office.put(device, vec![0xa5; length], town.now, false);
        town.post_office.put(device, vec![0xa5; length], town.now, true);
    }
    for olm_type in [0, 1, 2, 255] {
        for bytes in [vec![], vec![3], vec![4; 200]] {
            town.post_forged("alice", "bob", SealedPayload::Olm { olm_type, bytes }, false);
        }
    }
    assert_eq!(town.person("bob").rows.sizes()[3], before[3], "no gap");
    town.say("alice", "bob", "three");
    assert_eq!(town.texts("bob", "alice").last().map(String::as_str), Some("three"));
}
