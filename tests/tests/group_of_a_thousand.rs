//! A group as large as it may be: what one message costs its sender. Run by hand:
//! `cargo test --workspace --test group_of_a_thousand -- --ignored --nocapture`.
#![allow(clippy::print_stdout, reason = "it is run to be read")]

use std::time::Instant;

use sotto_machine::rows::MessageState;
use sotto_tests::town::Town;
use sotto_wire::limits::MAX_MEMBERS;

/// Messages that are measured.
const MESSAGES: u32 = 20;

#[test]
#[ignore = "it measures, and takes a minute"]
fn a_message_to_a_thousand_is_encrypted_and_handed_over_once() {
    let mut town = Town::new(1_000);
    let names: Vec<String> = (1..MAX_MEMBERS).map(|n| format!("member {n}")).collect();
    town.sign_up("alice", "+351912000000");
    for (n, name) in (1..).zip(&names) {
        town.sign_up(name, &format!("+35191200{n:04}"));
        // They are away: what is measured is the sender.
        town.disconnect(name);
    }
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let begun = Instant::now();
    let group = town.found("alice", "Everybody", &members);
    town.settle();
    println!("group_found_1000_ms {}", begun.elapsed().as_millis());
    assert_eq!(town.person("alice").group(&group).expect("the group").state.members.len(), MAX_MEMBERS);

    // With the first goes the session's key to everybody.
    let begun = Instant::now();
    let first = town.tell_group("alice", &group, "the first");
    town.settle();
    println!("group_first_send_1000_ms {}", begun.elapsed().as_millis());
    assert_eq!(town.message("alice", &first).state, MessageState::Sent);

    let mail = |town: &Town| town.group_payloads(&names[0]).len();
    let before = mail(&town);
    let begun = Instant::now();
    for n in 0..MESSAGES {
        let id = town.tell_group("alice", &group, &format!("number {n}"));
        town.settle();
        assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    }
    println!("group_send_1000_ms {:.1}", begun.elapsed().as_secs_f64() * 1_000.0 / f64::from(MESSAGES));
    assert_eq!(mail(&town) - before, MESSAGES as usize, "one payload each");
}
