//! Calls between two processes over bad networks: they hold, and a table says what arrived.
//!
//! `cargo test --workspace --test call_networks -- --nocapture` shows the table.
#![allow(clippy::print_stdout, reason = "the table is what this is for")]

use std::{
    net::UdpSocket,
    time::{Duration, Instant},
};

use serde_json::Value;
use sotto_tests::{
    call_side::Side,
    load::{ANY_PORT, Stranger, sign_up},
    lossy_link::Link,
    program::RelayProgram,
};
use sotto_wire::rest::{self, IceServers};
use tempfile::TempDir;

/// So long each network is watched once it carries sound and pictures.
const WATCHED: Duration = Duration::from_secs(10);

/// What arrived at one side.
#[derive(Debug, Default)]
struct Arrived {
    played_ms: u64,
    concealed_ms: u64,
    lost: u64,
    rebuilt: u64,
    beeps: u64,
    frames: usize,
    /// Pixels down of the last one.
    height: u64,
    freezes: u64,
    longest_gap: Duration,
    jitter_ms: u64,
}

impl Arrived {
    fn from_lines(began: Instant, lines: &[(Instant, Value)]) -> Self {
        let numbers: Vec<_> = lines.iter().map(|(_, line)| line).filter(|l| l["event"] == "statistics").collect();
        let (first, last) = (numbers.first().expect("numbers"), numbers.last().expect("numbers"));
        let since = |name: &str| last[name].as_u64().unwrap_or(0) - first[name].as_u64().unwrap_or(0);
        let frames: Vec<_> = lines.iter().filter(|(_, line)| line.get("frame").is_some()).collect();
        let times = std::iter::once(began).chain(frames.iter().map(|(at, _)| *at)).chain([began + WATCHED]);
        let times: Vec<_> = times.collect();
        Self {
            played_ms: since("voice_played_ms"),
            concealed_ms: since("voice_concealed_ms"),
            lost: since("voice_lost"),
            rebuilt: since("voice_rebuilt"),
            beeps: since("beeps"),
            frames: frames.len(),
            height: frames.last().and_then(|(_, frame)| frame["height"].as_u64()).unwrap_or(0),
            freezes: since("freezes"),
            longest_gap: times.windows(2).map(|two| two[1].saturating_duration_since(two[0])).max().unwrap_or_default(),
            jitter_ms: last["jitter_ms"].as_u64().unwrap_or(0),
        }
    }

    fn tell(&self, network: &str) {
        println!(
            "{network:<24}{:>7} of {:>6} ms{:>6}{:>9}{:>8}{:>8}{:>9}{:>9} ms{:>7} ms",
            self.concealed_ms,
            self.played_ms,
            self.lost,
            self.rebuilt,
            self.frames,
            self.height,
            self.freezes,
            self.longest_gap.as_millis(),
            self.jitter_ms,
        );
    }
}

fn titles() {
    println!(
        "{:<24}{:>20}{:>6}{:>9}{:>8}{:>8}{:>9}{:>12}{:>10}",
        "network", "sound made up", "lost", "rebuilt", "frames", "height", "freezes", "longest gap", "waits",
    );
}

/// A call with sound and one picture over this link, and what comes of it at the other end.
fn talk_over(link: Link) -> Arrived {
    let way = link.lay(1).expect("a link");
    let mut alice = Side::start(&["--offer", "--code", "18"]);
    let mut bob = Side::start(&["--code", "201"]);
    Side::introduce_over(&mut alice, &mut bob, &way);
    alice.connects();
    bob.connects();
    alice.tell(r#"{"camera":true}"#);
    bob.wait("Alice's face", |line| line.get("frame").map(drop));
    bob.says_for(Duration::from_secs(4));
    let began = Instant::now();
    let lines = bob.says_for(WATCHED);
    let gone = lines.iter().find(|(_, line)| line["event"] == "ended" || line["event"] == "reconnecting");
    assert!(gone.is_none(), "the call holds: {gone:?}");
    let arrived = Arrived::from_lines(began, &lines);
    assert!(arrived.beeps >= 5, "Alice is heard: {arrived:?}");
    assert!(4 * arrived.concealed_ms < arrived.played_ms, "most of it is what she said: {arrived:?}");
    // Over a narrow network pictures may rest for the sake of the sound; the table tells.
    assert!(link.rate > 0 || arrived.frames > 20, "Alice is seen: {arrived:?}");
    arrived
}

#[test]
fn a_call_holds_over_bad_networks_and_what_arrives_fits_them() {
    let late =
        |ms, jitter| Link { late: Duration::from_millis(ms), jitter: Duration::from_millis(jitter), ..Link::CLEAR };
    titles();
    let clear = talk_over(Link::CLEAR);
    clear.tell("clear");
    let some = talk_over(Link { lost: 0.05, ..late(20, 5) });
    some.tell("5% lost");
    let many = talk_over(Link { lost: 0.15, ..late(20, 5) });
    many.tell("15% lost");
    let far = talk_over(late(80, 20));
    far.tell("80 ms, jitter of 20");
    let narrow = talk_over(Link { rate: 300_000, ..late(20, 0) });
    narrow.tell("300 kbit/s");
}

#[test]
fn an_interface_goes_away_another_comes_up_and_they_talk_on_within_five_seconds() {
    let (first, second) = (Link::CLEAR.lay(1).expect("a link"), Link::CLEAR.lay(2).expect("a link"));
    let mut alice = Side::start(&["--offer", "--code", "18"]);
    let mut bob = Side::start(&["--code", "201"]);
    Side::introduce_over(&mut alice, &mut bob, &first);
    alice.connects();
    bob.connects();
    alice.tell(r#"{"camera":true}"#);
    bob.wait("Alice's face", |line| line.get("frame").map(drop));

    let gone = Instant::now();
    first.cut(true);
    alice.wait("that the way is gone", |line| (line["event"] == "reconnecting").then_some(()));
    let noticed = gone.elapsed();
    Side::restart_over(&mut alice, &mut bob, &second);
    alice.connects();
    bob.connects();
    let back = gone.elapsed();
    bob.wait("Alice's face again", |line| line.get("frame").map(drop));
    let seen = gone.elapsed();
    println!("noticed after {noticed:?}, connected after {back:?}, a face after {seen:?}");
    assert!(back < Duration::from_secs(5), "{back:?}");
}

/// What the relay gives a person for an hour, as words for one side of a call.
async fn way_through(relay: &RelayProgram, person: &Stranger) -> Vec<String> {
    let address = format!("http://{}{}", relay.address(), rest::ICE_SERVERS);
    let ask = reqwest::Client::new().get(address).header("authorization", person.bearer());
    let answer = ask.send().await.expect("an answer").bytes().await.expect("its body");
    let IceServers { urls, username, credential, .. } = serde_json::from_slice(&answer).expect("servers");
    let url = urls.into_iter().find(|url| url.starts_with("turn:")).expect("a TURN server");
    vec![format!("--server={url}"), format!("--username={username}"), format!("--credential={credential}")]
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nothing_gets_through_directly_they_talk_by_the_relay() {
    let dir = TempDir::new().unwrap();
    let settings =
        [("SOTTO_RELAY_CODES__CONSOLE", "false".to_owned()), ("SOTTO_RELAY_TURN__LISTEN", "127.0.0.1:0".to_owned())];
    let relay = RelayProgram::start(dir.path(), ANY_PORT, settings).await.unwrap();
    let people = [Stranger::draw(0), Stranger::draw(1)];
    sign_up(&relay, people.iter()).await.unwrap();
    let [alices, bobs] = [way_through(&relay, &people[0]).await, way_through(&relay, &people[1]).await];

    let alices: Vec<_> = ["--offer", "--code", "18"].into_iter().chain(alices.iter().map(String::as_str)).collect();
    let bobs: Vec<_> = ["--code", "201"].into_iter().chain(bobs.iter().map(String::as_str)).collect();
    let (mut alice, mut bob) = (Side::start(&alices), Side::start(&bobs));
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let began = Instant::now();
    Side::introduce_blocked(&mut alice, &mut bob, nobody.local_addr().unwrap());
    assert_eq!([alice.connected(), bob.connected()], [true, true], "both by the relay");
    println!("by the relay after {:?}", began.elapsed());
    let heard = |line: &Value| line["code"].as_u64().filter(|_| line["beeps"].as_u64() >= Some(2));
    assert_eq!(bob.wait("Alice's tone", heard), 18);
    alice.tell(r#"{"camera":true}"#);
    bob.wait("Alice's face", |line| line.get("frame").map(drop));
    let mut knocks = [0; 2_048];
    nobody.set_nonblocking(true).unwrap();
    assert!(nobody.recv_from(&mut knocks).is_ok(), "the direct way was tried first");
}
