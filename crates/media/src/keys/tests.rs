//! Keys of group calls: what is opened, once, and by whom.

use super::*;

fn key(sender: SenderId, generation: u16) -> CallKey {
    CallKey { sender, generation, secret: [sender as u8 ^ generation as u8; 32] }
}

/// Alice sends; Bob has her key.
fn alice_and_bob() -> (GroupKeys, GroupKeys) {
    let (alice, bob) = (GroupKeys::new(), GroupKeys::new());
    alice.send_with(&key(0xa11ce, 0));
    assert!(bob.take(&key(0xa11ce, 0)));
    (alice, bob)
}

#[test]
fn the_suite_in_use_gives_the_bytes_of_the_rfc() {
    // RFC 9605, appendix C.3, cipher suite 5.
    let secret: Vec<u8> = (0..16).collect();
    let (meta, plain) = (&b"IETF SFrame WG"[..], &b"draft-ietf-sframe-enc"[..]);
    let closed: Vec<u8> = [
        0x99, 0x01, 0x23, 0x45, 0x67, 0x94, 0xf5, 0x09, 0xd3, 0x6e, 0x9b, 0xea, 0xcb, 0x0e, 0x26, 0x1d, 0x99, 0xc7,
        0xd1, 0xe9, 0x72, 0xf1, 0xfe, 0xd7, 0x87, 0xd4, 0x04, 0x9f, 0x17, 0xca, 0x21, 0x35, 0x3c, 0x1c, 0xc2, 0x4d,
        0x56, 0xce, 0xab, 0xce, 0xd2, 0x79,
    ]
    .into();
    let encrypts = EncryptionKey::derive_from(SUITE, 0x123_u64, &secret).expect("a key");
    let mut counter = MonotonicCounter::with_start_value(0x4567, u64::MAX);
    let frame = MediaFrameView::try_with_meta_data(&mut counter, plain, meta).expect("a frame");
    let sealed = frame.encrypt(&encrypts).expect("encryption");
    assert_eq!(sealed.sframe_cipher_text(), closed);
    let decrypts = DecryptionKey::derive_from(SUITE, 0x123_u64, &secret).expect("a key");
    let view = EncryptedFrameView::try_with_meta_data(&closed, meta).expect("a header");
    assert_eq!(view.decrypt(&decrypts).expect("decryption").payload(), plain);
}

#[test]
fn a_frame_is_opened_once_and_names_its_sender() {
    let (alice, bob) = alice_and_bob();
    let closed = alice.close(mark::VOICE, b"hello").expect("a key");
    assert_eq!(closed[0], mark::VOICE);
    assert!(!closed.windows(5).any(|bytes| bytes == b"hello"));
    assert_eq!(bob.open(&closed), Ok((0xa11ce, mark::VOICE, Bytes::from_static(b"hello"))));
    assert_eq!(bob.open(&closed), Err(Refused::Replayed));
    assert_eq!(bob.refused(), RefusedFrames { replayed: 1, ..RefusedFrames::default() });
}

#[test]
fn frames_may_overtake_each_other_but_not_come_from_far_behind() {
    let (alice, bob) = alice_and_bob();
    let first = alice.close(mark::VOICE, b"first").expect("a key");
    let second = alice.close(mark::PICTURE | mark::KEY, b"second").expect("a key");
    assert!(bob.open(&second).is_ok());
    assert!(bob.open(&first).is_ok());
    let old = alice.close(mark::VOICE, b"old").expect("a key");
    for _ in 0..2 * WINDOW {
        let next = alice.close(mark::VOICE, b"next").expect("a key");
        assert!(bob.open(&next).is_ok());
    }
    assert_eq!(bob.open(&old), Err(Refused::Replayed));
}

#[test]
fn what_was_changed_on_its_way_is_not_opened_and_does_no_harm() {
    let (alice, bob) = alice_and_bob();
    let closed = alice.close(mark::VOICE, b"words").expect("a key");
    for at in 0..closed.len() {
        let mut forged = closed.to_vec();
        forged[at] ^= 1;
        assert!(bob.open(&forged).is_err(), "byte {at}");
    }
    for length in 0..closed.len() {
        assert!(bob.open(&closed[..length]).is_err(), "{length} bytes");
    }
    assert!(bob.open(&closed).is_ok(), "the forged ones have not used its number up");
    let refused = bob.refused();
    assert_eq!(refused.unknown + refused.replayed + refused.forged, 2 * closed.len() as u64);
}

#[test]
fn without_the_key_nothing_is_opened() {
    let (alice, _) = alice_and_bob();
    let mallory = GroupKeys::new();
    assert!(mallory.take(&key(0xbad, 0)));
    let closed = alice.close(mark::VOICE, b"words").expect("a key");
    assert_eq!(mallory.open(&closed), Err(Refused::Unknown));
    // A key of her own under Alice's name opens nothing either.
    assert!(mallory.take(&CallKey { secret: [9; 32], ..key(0xa11ce, 0) }));
    assert_eq!(mallory.open(&closed), Err(Refused::Forged));
}

#[test]
fn keys_turn_over_and_whoever_missed_the_new_one_opens_nothing_more() {
    let (alice, bob) = alice_and_bob();
    let carol = GroupKeys::new();
    assert!(carol.take(&key(0xa11ce, 0)));
    let before = alice.close(mark::VOICE, b"before").expect("a key");
    alice.send_with(&key(0xa11ce, 1));
    let after = alice.close(mark::VOICE, b"after").expect("a key");
    assert!(bob.take(&key(0xa11ce, 1)));
    assert!(bob.open(&after).is_ok());
    assert!(bob.open(&before).is_ok(), "it was on its way when the key turned over");
    assert_eq!(carol.open(&after), Err(Refused::Unknown), "Carol has left");
    assert!(!bob.take(&key(0xa11ce, 0)), "an old key does not come back");
    assert!(bob.take(&key(0xa11ce, 2)));
    alice.send_with(&key(0xa11ce, 2));
    assert!(bob.open(&alice.close(mark::VOICE, b"later").expect("a key")).is_ok());
    bob.forget(0xa11ce);
    assert_eq!(bob.open(&after), Err(Refused::Unknown));
    alice.forget_all();
    assert!(alice.close(mark::VOICE, b"words").is_none());
}

#[test]
fn keys_of_many_senders_are_bounded() {
    let bob = GroupKeys::new();
    let taken = (0..200).filter(|sender| bob.take(&key(*sender, 0))).count();
    assert_eq!(taken, SENDERS);
}
