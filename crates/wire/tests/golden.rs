//! The bytes of every frame, written down once: what was sent yesterday must be read tomorrow.
//!
//! A line that fails here is a change of the protocol. A new field gets a new number and a new line.

use std::collections::BTreeSet;

use sotto_wire::{
    Accepted, AccountId, Ack, DecodeError, Deliver, DeliveryToken, DeviceId, Draining, Ephemeral, Expired, GroupAppend,
    GroupId, KeysLow, ListChanged, Presence, PublicKey, Recipient, RefuseReason, Refused, RefusedDevice, SealedFor,
    Send, SendId, SetPresence, Signature, Signed, ToClient, ToRelay, Watch, Watched, Welcome, decode_to_client,
    decode_to_relay, encode_to_client, encode_to_relay,
};

const ACCOUNT: AccountId = AccountId([0xaa; 32]);
const DEVICE: DeviceId = DeviceId([0xdd; 16]);
const SEND: SendId = SendId([0x5e; 16]);
const TOKEN: DeliveryToken = DeliveryToken([0x70; 32]);

/// `aa` for `ACCOUNT` and so on, so that a line can be read.
fn hex(short: &str) -> String {
    short
        .replace("<account>", &format!("5820{}", "aa".repeat(32)))
        .replace("<device>", &format!("50{}", "dd".repeat(16)))
        .replace("<send>", &format!("50{}", "5e".repeat(16)))
        .replace("<token>", &format!("5820{}", "70".repeat(32)))
        .replace(' ', "")
}

fn to_relay() -> Vec<(ToRelay, &'static str)> {
    let sealed = SealedFor { device: DEVICE, sealed: vec![1, 2, 3] };
    let known = Recipient { account: ACCOUNT, list_version: 7, token: Some(TOKEN), devices: vec![sealed.clone()] };
    let stranger = Recipient { token: None, ..known.clone() };
    let member = Recipient { devices: vec![SealedFor { device: DEVICE, sealed: Vec::new() }], ..known.clone() };
    vec![
        (
            ToRelay::Send(Send { id: SEND, to: vec![known], ephemeral: false, payload: None }),
            "82 01 a3 00 <send> 01 81 a4 00 <account> 01 07 02 <token> 03 81 a2 00 <device> 01 43010203 02 f4",
        ),
        (
            ToRelay::Send(Send { id: SEND, to: vec![stranger], ephemeral: true, payload: None }),
            "82 01 a3 00 <send> 01 81 a3 00 <account> 01 07 03 81 a2 00 <device> 01 43010203 02 f5",
        ),
        (
            ToRelay::Send(Send { id: SEND, to: vec![member], ephemeral: false, payload: Some(vec![7, 8]) }),
            "82 01 a4 00 <send> 01 81 a4 00 <account> 01 07 02 <token> 03 81 a2 00 <device> 01 40 02 f4 03 420708",
        ),
        (ToRelay::Ack(Ack { up_to: 300 }), "82 02 a1 00 19012c"),
        (
            ToRelay::Watch(Watch { people: vec![Watched { account: ACCOUNT, token: TOKEN }] }),
            "82 03 a1 00 81 a2 00 <account> 01 <token>",
        ),
        (ToRelay::SetPresence(SetPresence { active: true, shared: false }), "82 04 a2 00 f5 01 f4"),
    ]
}

fn to_client() -> Vec<(ToClient, &'static str)> {
    let refused = RefusedDevice { device: DEVICE, reason: RefuseReason::MailboxFull };
    vec![
        (ToClient::Welcome(Welcome { now: 1_000, waiting: 2, one_time_keys: 50 }), "82 01 a3 00 1903e8 01 02 02 1832"),
        (
            ToClient::Accepted(Accepted { id: SEND, refused: vec![refused], at: 9 }),
            "82 02 a3 00 <send> 01 81 a2 00 <device> 01 02 02 09",
        ),
        (
            ToClient::Refused(Refused { id: SEND, reason: RefuseReason::RateLimited, retry_after: Some(10) }),
            "82 03 a3 00 <send> 01 06 02 0a",
        ),
        (
            ToClient::Refused(Refused { id: SEND, reason: RefuseReason::ListChanged, retry_after: None }),
            "82 03 a2 00 <send> 01 01",
        ),
        (ToClient::Deliver(Deliver { seq: 5, at: 6, sealed: vec![7] }), "82 04 a3 00 05 01 06 02 4107"),
        (ToClient::Ephemeral(Ephemeral { at: 6, sealed: vec![7] }), "82 05 a2 00 06 01 4107"),
        (ToClient::Expired(Expired { count: 3 }), "82 06 a1 00 03"),
        (
            ToClient::Presence(Presence { account: ACCOUNT, online: true, last_seen: None }),
            "82 07 a2 00 <account> 01 f5",
        ),
        (
            ToClient::Presence(Presence { account: ACCOUNT, online: false, last_seen: Some(60) }),
            "82 07 a3 00 <account> 01 f4 02 183c",
        ),
        (ToClient::KeysLow(KeysLow { remaining: 24 }), "82 08 a1 00 1818"),
        (ToClient::ListChanged(ListChanged { account: ACCOUNT, version: 2 }), "82 09 a2 00 <account> 01 02"),
        (ToClient::Draining(Draining { reconnect_after: 1_000 }), "82 0a a1 00 1903e8"),
    ]
}

#[test]
fn frames_to_the_relay_keep_their_bytes() {
    for (frame, golden) in to_relay() {
        let golden = hex(golden);
        assert_eq!(to_hex(&encode_to_relay(&frame)), golden, "{frame:?}");
        assert_eq!(decode_to_relay(&from_hex(&golden)), Ok(frame));
    }
}

#[test]
fn frames_to_a_device_keep_their_bytes() {
    for (frame, golden) in to_client() {
        let golden = hex(golden);
        assert_eq!(to_hex(&encode_to_client(&frame)), golden, "{frame:?}");
        assert_eq!(decode_to_client(&from_hex(&golden)), Ok(frame));
    }
}

/// The numbers in one module of the registry, read from its source.
fn registered(module: &str) -> BTreeSet<u64> {
    let source = include_str!("../src/tag.rs");
    let (_, after) = source.split_once(&format!("pub mod {module} {{")).expect("the module");
    let (body, _) = after.split_once("\n}").expect("its end");
    let numbers: Vec<u64> = body
        .split("pub const ")
        .skip(1)
        .filter_map(|line| line.split(['=', ';']).nth(1)?.trim().parse().ok())
        .collect();
    assert!(!numbers.is_empty());
    let unique: BTreeSet<u64> = numbers.iter().copied().collect();
    assert_eq!(unique.len(), numbers.len(), "a number was given out twice: {numbers:?}");
    unique
}

fn number(frame: &str) -> u64 {
    let bytes = from_hex(&hex(frame));
    let mut d = minicbor::Decoder::new(&bytes);
    d.array().expect("an array");
    d.u64().expect("a number")
}

#[test]
fn every_number_of_the_registry_has_its_bytes_here() {
    let known: BTreeSet<u64> = to_relay().iter().map(|(_, golden)| number(golden)).collect();
    assert_eq!(known, registered("to_relay"), "give the new frame a line in to_relay()");
    let known: BTreeSet<u64> = to_client().iter().map(|(_, golden)| number(golden)).collect();
    assert_eq!(known, registered("to_client"), "give the new frame a line in to_client()");
}

/// A frame's bytes with a field 99 in its body, which is a list with a map in it, and with a third item.
fn from_the_future(frame: &str) -> Vec<u8> {
    let mut bytes = from_hex(&hex(frame));
    assert!(bytes[0] == 0x82 && bytes[1] < 0x18 && (0xa0..0xb7).contains(&bytes[2]), "{frame}");
    bytes[0] += 1;
    bytes[2] += 1;
    bytes.extend(from_hex("1863 82a101f6626869 43010203".replace(' ', "").as_str()));
    bytes
}

#[test]
fn no_frame_minds_what_a_newer_peer_adds() {
    for (frame, golden) in to_relay() {
        assert_eq!(decode_to_relay(&from_the_future(golden)), Ok(frame));
    }
    for (frame, golden) in to_client() {
        assert_eq!(decode_to_client(&from_the_future(golden)), Ok(frame));
    }
}

#[test]
fn an_append_to_a_groups_log_keeps_its_bytes() {
    let key = PublicKey([0xcc; 32]);
    let append = GroupAppend { group: GroupId([0x60; 16]), position: 3, event: vec![1, 2], write_key: key };
    let signed = Signed::create(&append, &key, |message| {
        assert!(message.starts_with(b"sotto/v1/group-append\0"));
        Signature([0; 64])
    });
    let golden = format!("a40050{}0103024201020358 20{}", "60".repeat(16), "cc".repeat(32)).replace(' ', "");
    assert_eq!(to_hex(signed.bytes()), golden);
}

#[test]
fn refusals_keep_their_numbers() {
    use RefuseReason::{
        AccountGone, ListChanged, MailboxFull, Malformed, RateLimited, TokenRefused, TooLarge, Unavailable,
    };
    let all = [ListChanged, MailboxFull, TooLarge, AccountGone, TokenRefused, RateLimited, Malformed, Unavailable];
    for (number, reason) in (1..).zip(all) {
        let frame = ToClient::Refused(Refused { id: SEND, reason, retry_after: None });
        assert_eq!(to_hex(&encode_to_client(&frame)), hex(&format!("82 03 a2 00 <send> 01 {number:02x}")));
    }
}

#[test]
fn fields_of_a_newer_peer_are_passed_over() {
    let ack = Ok(ToRelay::Ack(Ack { up_to: 5 }));
    // Field 9 holds a map with a list in it; field 10 text.
    assert_eq!(decode_to_relay(&from_hex("8202a3000509a10182f4f60a6161")), ack);
    // The frame itself has a third item.
    assert_eq!(decode_to_relay(&from_hex("8302a1000500")), ack);
    let deliver = Ok(ToClient::Deliver(Deliver { seq: 5, at: 6, sealed: vec![7] }));
    assert_eq!(decode_to_client(&from_hex("8204a40005010602410718ff43010203")), deliver);
}

#[test]
fn a_frame_nobody_knows_is_told_apart_from_nonsense() {
    assert_eq!(decode_to_relay(&from_hex("821903e7a0")), Err(DecodeError::Unknown(999)));
    assert_eq!(decode_to_client(&from_hex("821903e7a0")), Err(DecodeError::Unknown(999)));
    for nonsense in ["", "00", "80", "8102", "8202", "82024100", "8202a0", "820261", "9f02a10005ff"] {
        assert_eq!(decode_to_relay(&from_hex(nonsense)), Err(DecodeError::Malformed), "{nonsense}");
    }
}

#[test]
fn an_identifier_of_another_length_is_nonsense() {
    let short = hex("82 03 a2 00 4f").to_owned() + &"5e".repeat(15) + "0101";
    assert_eq!(decode_to_client(&from_hex(&short)), Err(DecodeError::Malformed));
}

#[test]
fn a_frame_over_the_limit_is_not_even_looked_at() {
    let long = vec![0; sotto_wire::limits::MAX_FRAME + 1];
    assert_eq!(decode_to_relay(&long), Err(DecodeError::TooLong(long.len())));
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
