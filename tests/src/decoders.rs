//! Every decoder that reads bytes from outside, as a function that may be fed anything: a fuzz target each
//! (`tests/fuzz`), and replayed over the committed corpora at each test run.

use sotto_machine::{Profile, fuzzing, open_profile, rows::Secret32, seal};
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceId, DeviceList, KeyId, PhoneNumber, PreKey, PublicKey, SealKey, Signed,
    SignedObject, StandingCert, decode_to_client, decode_to_relay, encode_to_client, encode_to_relay, rest,
};

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
    let _ = serde_json::from_slice::<rest::CodeRequest>(bytes);
    let _ = serde_json::from_slice::<rest::Registration>(bytes);
    let _ = serde_json::from_slice::<rest::KeyUpload>(bytes);
    let _ = serde_json::from_slice::<rest::KeyClaim>(bytes);
    let _ = serde_json::from_slice::<rest::ListUpload>(bytes);
    let _ = serde_json::from_slice::<rest::LookUp>(bytes);
    let _ = serde_json::from_slice::<rest::AccountSettings>(bytes);
    let _ = serde_json::from_slice::<rest::AccountDevices>(bytes);
    let _ = serde_json::from_slice::<rest::ClaimedKeys>(bytes);
    let _ = serde_json::from_slice::<rest::RelayInfo>(bytes);
    let _ = serde_json::from_slice::<rest::ErrorBody>(bytes);
}

fn number(bytes: &[u8]) {
    if let Some(number) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<PhoneNumber>().ok()) {
        assert_eq!(number.as_str().parse(), Ok(number.clone()));
    }
}
