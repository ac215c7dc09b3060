//! Whatever can be said can be read, and whatever is read does no harm.

use std::collections::BTreeSet;

use proptest::{collection::vec, option, prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use sotto_wire::{
    Accepted, AccountId, Ack, Deliver, DeliveryToken, DeviceId, Draining, Ephemeral, Expired, KeysLow, ListChanged,
    Presence, Recipient, RefuseReason, Refused, RefusedDevice, SealedFor, Send, SendId, SetPresence, ToClient, ToRelay,
    Watch, Watched, Welcome, decode_to_client, decode_to_relay, encode_to_client, encode_to_relay,
};

fn account() -> impl Strategy<Value = AccountId> {
    any::<[u8; 32]>().prop_map(AccountId)
}

fn device() -> impl Strategy<Value = DeviceId> {
    any::<[u8; 16]>().prop_map(DeviceId)
}

fn send_id() -> impl Strategy<Value = SendId> {
    any::<[u8; 16]>().prop_map(SendId)
}

fn token() -> impl Strategy<Value = DeliveryToken> {
    any::<[u8; 32]>().prop_map(DeliveryToken)
}

fn sealed() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}

fn reason() -> impl Strategy<Value = RefuseReason> {
    prop_oneof![
        Just(RefuseReason::ListChanged),
        Just(RefuseReason::MailboxFull),
        Just(RefuseReason::TooLarge),
        Just(RefuseReason::AccountGone),
        Just(RefuseReason::TokenRefused),
        Just(RefuseReason::RateLimited),
        Just(RefuseReason::Malformed),
        Just(RefuseReason::Unavailable),
    ]
}

fn recipient() -> impl Strategy<Value = Recipient> {
    let copy = (device(), sealed()).prop_map(|(device, sealed)| SealedFor { device, sealed });
    (account(), any::<u64>(), option::of(token()), vec(copy, 0..4))
        .prop_map(|(account, list_version, token, devices)| Recipient { account, list_version, token, devices })
}

fn to_relay() -> impl Strategy<Value = ToRelay> {
    let watched = (account(), token()).prop_map(|(account, token)| Watched { account, token });
    prop_oneof![
        (send_id(), vec(recipient(), 0..3), any::<bool>(), option::of(sealed()))
            .prop_map(|(id, to, ephemeral, payload)| ToRelay::Send(Send { id, to, ephemeral, payload })),
        any::<u64>().prop_map(|up_to| ToRelay::Ack(Ack { up_to })),
        vec(watched, 0..5).prop_map(|people| ToRelay::Watch(Watch { people })),
        any::<(bool, bool)>().prop_map(|(active, shared)| ToRelay::SetPresence(SetPresence { active, shared })),
    ]
}

fn to_client() -> impl Strategy<Value = ToClient> {
    let refused = (device(), reason()).prop_map(|(device, reason)| RefusedDevice { device, reason });
    prop_oneof![
        any::<(u64, u64, u32)>().prop_map(|(now, waiting, one_time_keys)| ToClient::Welcome(Welcome {
            now,
            waiting,
            one_time_keys
        })),
        (send_id(), vec(refused, 0..4), any::<u64>()).prop_map(|(id, refused, at)| ToClient::Accepted(Accepted {
            id,
            refused,
            at
        })),
        (send_id(), reason(), any::<Option<u64>>()).prop_map(|(id, reason, retry_after)| ToClient::Refused(Refused {
            id,
            reason,
            retry_after
        })),
        (any::<(u64, u64)>(), sealed()).prop_map(|((seq, at), sealed)| ToClient::Deliver(Deliver { seq, at, sealed })),
        (any::<u64>(), sealed()).prop_map(|(at, sealed)| ToClient::Ephemeral(Ephemeral { at, sealed })),
        any::<u64>().prop_map(|count| ToClient::Expired(Expired { count })),
        (account(), any::<(bool, Option<u64>)>())
            .prop_map(|(account, (online, last_seen))| ToClient::Presence(Presence { account, online, last_seen })),
        any::<u32>().prop_map(|remaining| ToClient::KeysLow(KeysLow { remaining })),
        (account(), any::<u64>())
            .prop_map(|(account, version)| ToClient::ListChanged(ListChanged { account, version })),
        any::<u64>().prop_map(|reconnect_after| ToClient::Draining(Draining { reconnect_after })),
    ]
}

proptest! {
    #[test]
    fn a_relay_reads_what_a_device_says(frame in to_relay()) {
        prop_assert_eq!(decode_to_relay(&encode_to_relay(&frame)), Ok(frame));
    }

    #[test]
    fn a_device_reads_what_a_relay_says(frame in to_client()) {
        prop_assert_eq!(decode_to_client(&encode_to_client(&frame)), Ok(frame));
    }

    #[test]
    fn noise_is_read_without_harm(noise in vec(any::<u8>(), 0..200)) {
        let _ = decode_to_relay(&noise);
        let _ = decode_to_client(&noise);
    }

    #[test]
    fn a_frame_cut_short_is_never_taken_for_a_whole_one(frame in to_relay(), cut in any::<prop::sample::Index>()) {
        let bytes = encode_to_relay(&frame);
        let kept = cut.index(bytes.len());
        prop_assert!(decode_to_relay(&bytes[..kept]).is_err());
    }
}

/// The number that a frame begins with.
fn number(frame: &[u8]) -> u64 {
    let mut d = minicbor::Decoder::new(frame);
    d.array().expect("an array");
    d.u64().expect("a number")
}

/// How many numbers one module of the registry has given out.
fn registered(module: &str) -> usize {
    let (_, after) = include_str!("../src/tag.rs").split_once(&format!("pub mod {module} {{")).expect("the module");
    after.split_once("\n}").expect("its end").0.matches("pub const ").count()
}

#[test]
fn the_strategies_above_make_every_frame_there_is() {
    let mut runner = TestRunner::deterministic();
    let (mut to_relay_seen, mut to_client_seen) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..1_000 {
        let frame = to_relay().new_tree(&mut runner).expect("a frame").current();
        to_relay_seen.insert(number(&encode_to_relay(&frame)));
        let frame = to_client().new_tree(&mut runner).expect("a frame").current();
        to_client_seen.insert(number(&encode_to_client(&frame)));
    }
    assert_eq!(to_relay_seen.len(), registered("to_relay"), "a frame is missing in to_relay()");
    assert_eq!(to_client_seen.len(), registered("to_client"), "a frame is missing in to_client()");
}
