//! What is signed: the bytes of every object, the words around them, and every way in which they do not hold.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceCert, DeviceId, DeviceList, Hash, KeyId, ListedDevice, PreKey, PreKeyKind,
    PublicKey, SUITE, SealKey, Signature, SignatureError, Signed, SignedObject, StandingCert,
};

const DEVICE: DeviceId = DeviceId([0xdd; 16]);
const ID: &str = "50dddddddddddddddddddddddddddddddd";

fn signer(seed: u8) -> (SigningKey, PublicKey) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let public = PublicKey(key.verifying_key().to_bytes());
    (key, public)
}

fn sign<T: SignedObject>(value: &T, seed: u8) -> Signed<T> {
    let (key, public) = signer(seed);
    Signed::create(value, &public, |message| Signature(key.sign(message).to_bytes()))
}

fn bytes32(byte: &str) -> String {
    format!("5820{}", byte.repeat(32))
}

/// An object is signed as these bytes under this name, and read back from them.
#[track_caller]
fn golden<T: SignedObject + PartialEq + std::fmt::Debug>(value: &T, name: &str, bytes: &str) {
    let bytes = bytes.replace(' ', "");
    let (_, public) = signer(1);
    let mut said = Vec::new();
    let signed = Signed::create(value, &public, |message| {
        said = message.to_vec();
        Signature([0; 64])
    });
    assert_eq!(hex::encode(signed.bytes()), bytes);
    assert_eq!(said, [format!("sotto/v1/{name}\0").as_bytes(), signed.bytes()].concat());
    assert_eq!(signed.read_unverified().as_ref(), Ok(value));
    assert_eq!(signed.hash(), Hash::of(signed.bytes()));
    let honest = sign(value, 1);
    assert_eq!(honest.verify(&public).as_ref(), Ok(value));
    assert_eq!(Signed::<T>::from_slice(&honest.to_vec()).as_ref(), Ok(&honest));
}

#[test]
fn objects_keep_their_bytes_and_names() {
    let account = AccountId([0xaa; 32]);
    let (a, k, c) = (bytes32("aa"), bytes32("01"), bytes32("cc"));
    let cert = DeviceCert {
        account,
        device: DEVICE,
        device_key: PublicKey([1; 32]),
        olm_key: PublicKey([0xcc; 32]),
        created: 1_000,
        suite: SUITE,
    };
    golden(&cert, "device-cert", &format!("a6 00{a} 01{ID} 02{k} 03{c} 041903e8 0501"));
    let list = DeviceList {
        account,
        account_key: PublicKey([1; 32]),
        version: 3,
        prev_hash: Hash([0xcc; 32]),
        devices: vec![ListedDevice { device: DEVICE, cert_hash: Hash([0xaa; 32]) }],
        issued: 10,
        expires: 20,
    };
    golden(&list, "device-list", &format!("a7 00{a} 01{k} 0203 03{c} 0481a2 00{ID} 01{a} 050a 0614"));
    let key_id = KeyId([7; 8]);
    let seal = SealKey { device: DEVICE, key_id, xwing_public: vec![1, 2, 3], not_before: 10, not_after: 20 };
    golden(&seal, "seal-key", &format!("a5 00{ID} 01480707070707070707 0243010203 030a 0414"));
    let once =
        PreKey { device: DEVICE, key_id, kind: PreKeyKind::OneTime, x25519: PublicKey([0xcc; 32]), not_after: 20 };
    golden(&once, "pre-key", &format!("a5 00{ID} 01480707070707070707 0200 03{c} 0414"));
    let fallback = PreKey { kind: PreKeyKind::Fallback, ..once };
    golden(&fallback, "pre-key", &format!("a5 00{ID} 01480707070707070707 0201 03{c} 0414"));
    let standing = StandingCert { account, device: DEVICE, issued: 10, expires: 20 };
    golden(&standing, "standing-cert", &format!("a4 00{a} 01{ID} 020a 0314"));
}

fn standing() -> StandingCert {
    StandingCert { account: AccountId([0xaa; 32]), device: DEVICE, issued: 10, expires: 20 }
}

/// Signed bytes with one part exchanged.
fn altered(signed: &Signed<StandingCert>, alter: impl FnOnce(&mut Vec<u8>)) -> Signed<StandingCert> {
    let mut bytes = signed.to_vec();
    alter(&mut bytes);
    Signed::from_slice(&bytes).expect("still of the right shape")
}

#[test]
fn what_is_signed_holds_for_its_key_and_its_bytes_only() {
    let (_, public) = signer(1);
    let (_, other) = signer(2);
    let signed = sign(&standing(), 1);
    assert_eq!(signed.verify(&other), Err(SignatureError::Mismatch));
    // The key's name is exchanged as well: the signature itself has to fail then.
    let name = KeyId::of(&public).0;
    let at = signed.to_vec().windows(8).position(|window| window == name).expect("the key's name");
    let renamed = altered(&signed, |bytes| bytes[at..at + 8].copy_from_slice(&KeyId::of(&other).0));
    assert_eq!(renamed.verify(&other), Err(SignatureError::Mismatch));
    assert_eq!(renamed.verify(&public), Err(SignatureError::Mismatch));
    let last = signed.to_vec().len() - 1;
    assert_eq!(altered(&signed, |bytes| bytes[last] ^= 1).verify(&public), Err(SignatureError::Mismatch));
    let time = signed.to_vec().windows(2).position(|w| w == [3, 20]).expect("the last field") + 1;
    assert_eq!(altered(&signed, |bytes| bytes[time] = 21).verify(&public), Err(SignatureError::Mismatch));
}

#[test]
fn one_kind_of_object_cannot_stand_in_for_another() {
    let (key, public) = signer(1);
    let bytes = sign(&standing(), 1).bytes().to_vec();
    for name in ["device-list", "standing-cert\0", "standing", ""] {
        let message = [b"sotto/v1/", name.as_bytes(), &[0], &bytes].concat();
        let forged = Signed::create(&standing(), &public, |_| Signature(key.sign(&message).to_bytes()));
        assert_eq!(forged.verify(&public), Err(SignatureError::Mismatch), "{name}");
    }
}

#[test]
fn a_key_of_low_order_or_none_vouches_for_nothing() {
    let identity = {
        let mut point = [0; 32];
        point[0] = 1;
        PublicKey(point)
    };
    let none = (2..).map(|byte| [byte; 32]).find(|bytes| VerifyingKey::from_bytes(bytes).is_err()).expect("no point");
    for key in [PublicKey([0; 32]), identity, PublicKey(none)] {
        // With a key of low order the signature of zeroes holds for every message, where it is not looked at.
        let forged = Signed::create(&standing(), &key, |_| {
            let mut signature = [0; 64];
            signature[0] = 1;
            Signature(signature)
        });
        assert_eq!(forged.verify(&key), Err(SignatureError::Key), "{key}");
    }
}

#[test]
fn bytes_of_another_shape_are_refused_although_they_are_signed() {
    let (_, public) = signer(1);
    // The same signature over the same name, but what was signed is a list, not a standing.
    #[derive(minicbor::Encode, minicbor::Decode)]
    struct Other(#[n(0)] u8);
    impl SignedObject for Other {
        const NAME: &'static str = "standing-cert";
    }
    let other = sign(&Other(1), 1);
    let taken = Signed::<StandingCert>::from_slice(&other.to_vec()).expect("signed bytes");
    assert_eq!(taken.verify(&public), Err(SignatureError::Malformed));
    assert_eq!(Signed::<StandingCert>::from_slice(b"\x00"), Err(SignatureError::Malformed));
}

fn certify(cert: &DeviceCert, account: u8, device: u8) -> CertifiedDevice {
    let cert = sign(cert, account);
    let (device, _) = signer(device);
    let device_sig = Signature(device.sign(&CertifiedDevice::consent_message(cert.bytes())).to_bytes());
    CertifiedDevice { cert, device_sig }
}

fn cert() -> DeviceCert {
    let (_, account_key) = signer(1);
    let (_, device_key) = signer(2);
    DeviceCert {
        account: AccountId::of(&account_key),
        device: DEVICE,
        device_key,
        olm_key: PublicKey([9; 32]),
        created: 5,
        suite: SUITE,
    }
}

#[test]
fn a_certificate_needs_both_its_keys_its_account_and_the_one_suite() {
    let (_, account_key) = signer(1);
    assert_eq!(certify(&cert(), 1, 2).verify(&account_key), Ok(cert()));
    assert_eq!(certify(&cert(), 3, 2).verify(&account_key), Err(SignatureError::Mismatch));
    assert_eq!(certify(&cert(), 1, 3).verify(&account_key), Err(SignatureError::Mismatch));
    let newer = DeviceCert { suite: SUITE + 1, ..cert() };
    assert_eq!(certify(&newer, 1, 2).verify(&account_key), Err(SignatureError::Mismatch));
    let foreign = DeviceCert { account: AccountId([9; 32]), ..cert() };
    assert_eq!(certify(&foreign, 1, 2).verify(&account_key), Err(SignatureError::Mismatch));
    assert!(CertifiedDevice::consent_message(b"bytes") == b"sotto/v1/device-consent\0bytes");
}

#[test]
fn a_list_vouches_for_itself_and_for_no_other_account() {
    let (_, account_key) = signer(1);
    let list = DeviceList {
        account: AccountId::of(&account_key),
        account_key,
        version: 1,
        prev_hash: Hash([0; 32]),
        devices: Vec::new(),
        issued: 1,
        expires: 2,
    };
    assert_eq!(DeviceList::verify(&sign(&list, 1)), Ok(list.clone()));
    assert_eq!(DeviceList::verify(&sign(&list, 2)), Err(SignatureError::Mismatch));
    let foreign = DeviceList { account: AccountId([9; 32]), ..list };
    assert_eq!(DeviceList::verify(&sign(&foreign, 1)), Err(SignatureError::Mismatch));
}

#[test]
fn ids_are_hashes_with_a_name_before_them() {
    let (_, key) = signer(1);
    let sha = |bytes: &[u8]| Hash::of(bytes).0;
    assert_eq!(AccountId::of(&key).0, sha(&[b"sotto/v1/account".as_slice(), &key.0].concat()));
    assert_eq!(KeyId::of(&key).0, sha(&key.0)[..8]);
    let token = sotto_wire::DeviceToken([5; 32]);
    assert_eq!(token.hash().0, sha(&[b"sotto/v1/device-token".as_slice(), &[5; 32]].concat()));
    let token = sotto_wire::DeliveryToken([5; 32]);
    assert_eq!(token.hash().0, sha(&[b"sotto/v1/delivery-token".as_slice(), &[5; 32]].concat()));
}

#[test]
fn secrets_are_not_printed_and_numbers_only_by_their_end() {
    use zeroize::Zeroize as _;
    assert_eq!(format!("{:?}", sotto_wire::DeviceToken([5; 32])), "DeviceToken(secret)");
    assert_eq!(format!("{:?}", sotto_wire::DeliveryToken([5; 32])), "DeliveryToken(secret)");
    let number: sotto_wire::PhoneNumber = "+351912345678".parse().expect("a number");
    assert_eq!(format!("{number:?}"), "PhoneNumber(…78)");
    assert_eq!(number.to_string(), "+351912345678");
    assert_eq!(format!("{:?}", AccountId([0xab; 32])), "AccountId(abababab)");
    assert_eq!(AccountId([0xab; 32]).to_string(), "ab".repeat(32));
    let signed = format!("{:?}", sign(&standing(), 1));
    assert!(signed.starts_with("Signed") && signed.contains("bytes"), "{signed}");
    let mut token = sotto_wire::DeviceToken([5; 32]);
    token.zeroize();
    assert_eq!(token.0, [0; 32]);
}
