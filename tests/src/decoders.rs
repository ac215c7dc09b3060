//! Every decoder that reads bytes from outside, as a function that may be fed anything: a fuzz target each
//! (`tests/fuzz`), and replayed over the committed corpora at each test run.

use serde::{Serialize, de::DeserializeOwned};
use sotto_machine::{Profile, fuzzing, open_profile, rows::Secret32, seal};
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceId, DeviceList, KeyId, PhoneNumber, PreKey, PublicKey, SealKey, Signed,
    SignedObject, StandingCert, decode_to_client, decode_to_relay, encode_to_client, encode_to_relay, rest,
};
use vodozemac::olm::OlmMessage;

/// A decoder and its name, which is also the name of its corpus.
pub type Decoder = (&'static str, fn(&[u8]));

/// All of them.
pub const DECODERS: &[Decoder] = &[
    ("to_relay", to_relay),
    ("to_client", to_client),
    ("signed", signed),
    ("sealed", sealed),
    ("sealed_plain", sealed_plain),
    ("message", message),
    ("profile", profile),
    ("rest", rest_bodies),
    ("number", number),
    ("padding", padding),
    ("olm", olm),
    ("pickles", pickles),
    ("key_header", key_header),
    ("key_file", key_file),
    ("picture", picture),
    ("config", config),
];

fn to_relay(bytes: &[u8]) {
    if let Ok(frame) = decode_to_relay(bytes) {
        assert_eq!(decode_to_relay(&encode_to_relay(&frame)), Ok(frame));
    }
}

fn to_client(bytes: &[u8]) {
    if let Ok(frame) = decode_to_client(bytes) {
        assert_eq!(decode_to_client(&encode_to_client(&frame)), Ok(frame));
    }
}

fn signed(bytes: &[u8]) {
    refuses::<DeviceList>(bytes);
    refuses::<SealKey>(bytes);
    refuses::<PreKey>(bytes);
    refuses::<StandingCert>(bytes);
    if let Ok(list) = Signed::<DeviceList>::from_slice(bytes) {
        let _ = DeviceList::verify(&list);
    }
    if let Ok(device) = minicbor::decode::<CertifiedDevice>(bytes) {
        assert!(device.verify(&PublicKey([7; 32])).is_err(), "a signature cannot be guessed");
    }
}

fn refuses<T: SignedObject>(bytes: &[u8]) {
    if let Ok(signed) = Signed::<T>::from_slice(bytes) {
        let _ = signed.read_unverified();
        assert!(signed.verify(&PublicKey([7; 32])).is_err(), "a signature cannot be guessed");
    }
}

fn sealed(bytes: &[u8]) {
    let private = |_: &KeyId| Some(Secret32([7; 32]));
    assert!(seal::open(bytes, &AccountId([1; 32]), &DeviceId([2; 16]), private).is_err(), "a seal cannot be guessed");
}

fn sealed_plain(bytes: &[u8]) {
    if let Some((first, again)) = fuzzing::reread_sealed(bytes) {
        assert_eq!(first, again);
    }
}

fn message(bytes: &[u8]) {
    let _ = fuzzing::read_message(bytes);
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    let _ = fuzzing::read_message(&padded);
}

fn profile(bytes: &[u8]) {
    assert!(open_profile(bytes, &Secret32([7; 32]), &AccountId([1; 32])).is_err(), "a profile cannot be forged");
    let _ = minicbor::decode::<Profile>(bytes);
}

fn rest_bodies(bytes: &[u8]) {
    rereads::<rest::RelayInfo>(bytes);
    rereads::<rest::CodeRequest>(bytes);
    rereads::<rest::CodeSent>(bytes);
    rereads::<rest::Registration>(bytes);
    rereads::<rest::Registered>(bytes);
    rereads::<rest::KeyUpload>(bytes);
    rereads::<rest::KeysPublished>(bytes);
    rereads::<rest::KeyClaim>(bytes);
    rereads::<rest::ClaimedKeys>(bytes);
    rereads::<rest::AccountDevices>(bytes);
    rereads::<rest::ListUpload>(bytes);
    rereads::<rest::LookUp>(bytes);
    rereads::<rest::Found>(bytes);
    rereads::<rest::Standing>(bytes);
    rereads::<rest::AccountSettings>(bytes);
    rereads::<rest::ErrorBody>(bytes);
    rereads::<rest::ToRoom>(bytes);
    rereads::<rest::FromRoom>(bytes);
}

fn rereads<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(body) = serde_json::from_slice::<T>(bytes) {
        let written = serde_json::to_vec(&body).expect("JSON");
        assert_eq!(serde_json::from_slice::<T>(&written).expect("what was written"), body);
    }
}

fn number(bytes: &[u8]) {
    if let Some(number) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<PhoneNumber>().ok()) {
        assert_eq!(number.as_str().parse(), Ok(number.clone()));
    }
}

fn padding(bytes: &[u8]) {
    let (again, stripped) = fuzzing::pad_and_unpad(bytes);
    assert_eq!(again.as_deref(), Some(bytes));
    assert!(stripped.is_none_or(|stripped| stripped.len() < bytes.len()));
}

fn olm(bytes: &[u8]) {
    for olm_type in 0..3 {
        if let Ok(message) = OlmMessage::from_parts(olm_type, bytes) {
            let (kind, again) = message.to_parts();
            assert_eq!(OlmMessage::from_parts(kind, &again).expect("what was written"), message);
        }
    }
}

fn pickles(bytes: &[u8]) {
    let _ = fuzzing::reread_pickles(bytes);
}

fn key_header(bytes: &[u8]) {
    let _ = sotto_engine::fuzzing::reads_key_header(bytes);
}

fn key_file(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(sotto_engine::fuzzing::reads_key_file(text), is_key(text));
    }
}

fn is_key(text: &str) -> bool {
    let text = text.trim_end();
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn picture(bytes: &[u8]) {
    if let Some(jpeg) = sotto_engine::fuzzing::normalise_picture(bytes) {
        assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]) && jpeg.len() <= sotto_wire::limits::MAX_PROFILE);
    }
}

/// Lines of `NAME=value`, as the relay is given them by its environment.
fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let variables = text.lines().filter_map(|line| line.split_once('='));
    let variables = variables.map(|(name, value)| (format!("SOTTO_RELAY_{name}"), value.to_owned()));
    if let Ok(config) = sotto_relay::Config::read(None, variables) {
        let _ = config.show();
        let _ = config.core_limits();
    }
}
