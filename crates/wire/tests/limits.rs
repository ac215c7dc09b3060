//! The limits as the protocol has them: two programs that differ in one of these lose each other's messages.

use sotto_wire::{Ack, DecodeError, PhoneNumber, ToRelay, decode_to_relay, encode_to_relay, limits};

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 86_400_000;

#[test]
fn sizes_are_those_of_the_protocol() {
    assert_eq!(limits::MAX_FRAME, 1_048_576);
    assert_eq!(limits::MAX_SEALED, 131_072);
    assert_eq!(limits::MAX_GROUP_EVENT, 163_840);
    assert_eq!(limits::MAX_PROFILE, 262_144);
}

#[test]
fn times_are_those_of_the_protocol() {
    assert_eq!((limits::SECOND, limits::HOUR, limits::DAY), (SECOND, HOUR, DAY));
    assert_eq!(limits::MAILBOX_LIFE, 30 * DAY);
    assert_eq!(limits::SEND_ID_LIFE, 7 * DAY);
    assert_eq!((limits::LIST_LIFE, limits::LIST_GRACE), (35 * DAY, 60 * DAY));
    assert_eq!((limits::SEAL_KEY_LIFE, limits::SEAL_KEY_GRACE), (37 * DAY, 30 * DAY));
    assert_eq!((limits::KEY_TURNOVER, limits::PRE_KEY_LIFE), (7 * DAY, 37 * DAY));
    assert_eq!(limits::STANDING_LIFE, DAY);
    assert_eq!(limits::RECORD_LIFE, 35 * DAY);
    assert_eq!(limits::EPHEMERAL_LIFE, 60 * SECOND);
    assert_eq!((limits::TYPING_INTERVAL, limits::TYPING_LIFE), (3 * SECOND, 6 * SECOND));
    assert_eq!((limits::EDIT_WINDOW, limits::DELETE_WINDOW, limits::ACTION_WAIT), (DAY, 2 * DAY, 30 * DAY));
    assert_eq!(limits::MAX_TIMER_SECONDS, 31_536_000);
}

#[test]
fn a_frame_just_as_long_as_it_may_be_is_read() {
    let mut frame = encode_to_relay(&ToRelay::Ack(Ack { up_to: 7 }));
    // What follows a frame is not looked at.
    frame.resize(limits::MAX_FRAME, 0);
    assert_eq!(decode_to_relay(&frame), Ok(ToRelay::Ack(Ack { up_to: 7 })));
    frame.push(0);
    assert_eq!(decode_to_relay(&frame), Err(DecodeError::TooLong(limits::MAX_FRAME + 1)));
}

#[test]
fn a_number_is_a_plus_and_seven_to_fifteen_digits() {
    for good in ["+1234567", "+351912345601", "+123456789012345"] {
        let number: PhoneNumber = good.parse().expect(good);
        assert_eq!((number.as_str(), number.to_string().as_str()), (good, good));
        assert_eq!(serde_json::to_string(&number).expect("JSON"), format!("\"{good}\""));
        assert_eq!(serde_json::from_str::<PhoneNumber>(&format!("\"{good}\"")).expect("JSON"), number);
    }
    for bad in ["", "+", "1234567", "+123456", "+1234567890123456", "+0234567", "+12345a7", "+12345678 "] {
        assert!(bad.parse::<PhoneNumber>().is_err(), "{bad}");
        assert!(serde_json::from_str::<PhoneNumber>(&format!("\"{bad}\"")).is_err(), "{bad}");
    }
}

#[test]
fn numbers_are_not_shown_to_whoever_reads_logs() {
    let number: PhoneNumber = "+351912345601".parse().expect("a number");
    assert_eq!(format!("{number:?}"), "PhoneNumber(…01)");
}
