//! Pictures between two processes: the pattern's frame counter arrives, through VP8 and the network.

#[path = "support/side.rs"]
mod side;

use side::Side;

#[test]
fn the_frame_counter_arrives_when_a_camera_or_a_screen_is_switched_on_and_stops_with_it() {
    let mut alice = Side::start(&["--offer"]);
    let mut bob = Side::start(&[]);
    Side::introduce(&mut alice, &mut bob);
    let connected = |line: &serde_json::Value| (line["event"] == "connected").then_some(());
    alice.wait("a connection", connected);
    bob.wait("a connection", connected);

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
