//! Voice and pictures between two processes: real Opus and VP8 over real sockets, known by codes and counters.

use std::collections::BTreeSet;

use sotto_tests::call_side::Side;

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
    let offer = alice.description();
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
    let answer = bob.description();
    alice.describe(&answer);
    let end = bob.wait("the end", |line| line["end"].as_str().map(str::to_owned));
    assert_eq!(end, "Fingerprint");
}

#[test]
fn the_frame_counter_arrives_when_a_camera_or_a_screen_is_switched_on_and_stops_with_it() {
    let mut alice = Side::start(&["--offer"]);
    let mut bob = Side::start(&[]);
    Side::introduce(&mut alice, &mut bob);
    alice.connects();
    bob.connects();

    alice.tell(r#"{"camera":true}"#);
    bob.wait("the word that Alice's camera is on", |line| line["camera"].as_bool().filter(|on| *on));
    let frame = |picture: &'static str| {
        move |line: &serde_json::Value| line["frame"].as_u64().filter(|_| line["picture"] == picture)
    };
    let first = bob.wait("Alice's face", frame("Camera"));
    bob.wait("twenty frames more", |line| frame("Camera")(line).filter(|number| *number >= first + 20));

    bob.tell(r#"{"screen":true}"#);
    alice.wait("Bob's screen", frame("Screen"));
    alice.tell(r#"{"camera":false}"#);
    bob.wait("the word that Alice's camera is off", |line| line["camera"].as_bool().filter(|on| !*on));
}

#[test]
fn a_call_without_devices_names_each_that_is_missing_and_goes_on_with_what_there_is() {
    let missing = ["--microphone", "none such", "--speaker", "none such", "--camera", "99"];
    let mut alice = Side::start(&[&["--offer"], &missing[..]].concat());
    let mut bob = Side::start(&[]);
    Side::introduce(&mut alice, &mut bob);
    bob.connects();
    alice.tell(r#"{"camera":true}"#);
    bob.tell(r#"{"camera":true}"#);
    let mut named = BTreeSet::new();
    let mut seen = 0;
    alice.wait("three devices that are missing, and Bob's face", |line| {
        if line["event"] == "device" {
            let sentence = line["problem"].as_str().expect("a sentence");
            assert!(sentence.ends_with('.') && sentence.contains(' '), "{sentence}");
            named.insert(line["kind"].as_str().expect("a kind").to_owned());
        }
        seen += usize::from(line.get("frame").is_some());
        (named.len() == 3 && seen > 5).then_some(())
    });
    assert_eq!(named.into_iter().collect::<Vec<_>>(), ["Camera", "Microphone", "Speaker"]);
}
