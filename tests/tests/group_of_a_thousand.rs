//! A group as large as it may be: what one message costs its sender. Run by hand:
//! `cargo test --workspace --test group_of_a_thousand -- --ignored --nocapture`.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "it is run to be read")]

use sotto_tests::client_bench::group_costs;
use sotto_wire::limits::MAX_MEMBERS;

#[test]
fn a_message_to_a_small_group_is_one_payload() {
    let costs = group_costs(5, 3).unwrap();
    assert!(costs.send_ms > 0.0 && costs.found_ms > 0.0 && costs.first_send_ms > 0.0);
}

#[test]
#[ignore = "it measures, and takes a minute"]
fn a_message_to_a_thousand_is_encrypted_and_handed_over_once() {
    let costs = group_costs(MAX_MEMBERS, 20).unwrap();
    println!("group_found_1000_ms {:.0}", costs.found_ms);
    println!("group_first_send_1000_ms {:.0}", costs.first_send_ms);
    println!("group_send_1000_ms {:.1}", costs.send_ms);
}
