//! Voice between two processes: real Opus over real sockets.

#[path = "support/side.rs"]
mod side;

use side::Side;

#[test]
fn two_processes_hear_each_others_code_and_a_hang_up_ends_both() {
    let mut alice = Side::start(&["--offer", "--code", "18"]);
    let mut bob = Side::start(&["--code", "201"]);
    Side::introduce(&mut alice, &mut bob);

    let heard = |side: &mut Side| {
        side.wait("a code", |line| line["code"].as_u64().filter(|_| line["beeps"].as_u64() >= Some(2)))
    };
    assert_eq!((heard(&mut alice), heard(&mut bob)), (201, 18));

    alice.tell(r#"{"mute":true}"#);
    bob.wait("that Alice is muted", |line| line["muted"].as_bool().filter(|muted| *muted));
    alice.tell(r#"{"end":true}"#);
    assert_eq!(bob.wait("the end", |line| line["end"].as_str().map(str::to_owned)), "Remote");
}

#[test]
fn a_relay_that_swaps_the_key_in_a_description_gets_no_call() {
    let mut alice = Side::start(&["--offer"]);
    let mut bob = Side::start(&[]);
    let offer = alice.wait("an offer", |line| line["sdp"].as_str().map(str::to_owned));
    // A description with another key than the one whose owner will answer.
    let swapped: String = offer
        .lines()
        .map(|line| match line.strip_prefix("a=fingerprint:sha-256 ") {
            Some(print) => format!(
                "a=fingerprint:sha-256 {}\r\n",
                if print.starts_with("00") { print.replacen("00", "01", 1) } else { format!("00{}", &print[2..]) }
            ),
            None => format!("{line}\r\n"),
        })
        .collect();
    bob.describe(&swapped);
    let answer = bob.wait("an answer", |line| line["sdp"].as_str().map(str::to_owned));
    alice.describe(&answer);
    let end = bob.wait("the end", |line| line["end"].as_str().map(str::to_owned));
    assert_eq!(end, "Fingerprint");
}
