//! The JSON of every REST body, written down once; whatever can be said can be read, and newer fields are passed over.

use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};

use proptest::{collection::vec, option, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sotto_wire::{
    AccountId, CertifiedDevice, DeliveryTokenHash, DeviceId, DeviceTokenHash, PhoneNumber, PublicKey, RoomId,
    RoomSecret, Signature, Signed, SignedObject, rest::*,
};

const ACCOUNT: AccountId = AccountId([0xaa; 32]);
const DEVICE: DeviceId = DeviceId([0xdd; 16]);

/// CBOR `{0: h'', 1: h'00…', 2: h'00…'}` in Base64: something signed, with nothing in it.
const EMPTY_SIGNED: &str =
    "owBAAUgAAAAAAAAAAAJYQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// The same as a certificate: `{0: signed, 1: h'00…'}`.
const EMPTY_DEVICE: &str = "ogCjAEABSAAAAAAAAAAAAlhAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFYQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn signed<T: SignedObject>() -> Signed<T> {
    serde_json::from_value(json!(EMPTY_SIGNED)).expect("signed bytes")
}

fn device() -> CertifiedDevice {
    serde_json::from_value(json!(EMPTY_DEVICE)).expect("a certificate")
}

fn number() -> PhoneNumber {
    "+351912345678".parse().expect("a number")
}

/// What was checked, by the name of its type.
#[derive(Default)]
struct Checked(BTreeSet<String>);

impl Checked {
    /// A body is written so and read back, also with a field that nobody knows yet.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "bodies are written where they are checked")]
    fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(&mut self, body: T, golden: Value) {
        assert_eq!(serde_json::to_value(&body).expect("JSON"), golden);
        assert_eq!(serde_json::from_value::<T>(golden.clone()).expect("the body"), body);
        let mut newer = golden;
        newer.as_object_mut().expect("an object").insert("from_the_future".into(), json!({"a": [1, null]}));
        assert_eq!(serde_json::from_value::<T>(newer).expect("the body"), body);
        let name = std::any::type_name::<T>();
        self.0.insert(name.rsplit("::").next().unwrap_or(name).to_owned());
    }
}

#[test]
fn bodies_keep_their_json() {
    let mut all = Checked::default();
    sign_up(&mut all);
    keys(&mut all);
    people(&mut all);
    groups(&mut all);
    files(&mut all);
    rooms(&mut all);
    reports(&mut all);
    let missing: Vec<_> = declared().difference(&all.0).cloned().collect();
    assert!(missing.is_empty(), "without golden JSON in tests/rest_bodies.rs: {missing:?}");
}

fn reports(all: &mut Checked) {
    let bare = Report { account: ACCOUNT, reason: ReportReason::Spam, words: String::new(), excerpts: Vec::new() };
    all.golden(bare.clone(), json!({"account": "aa".repeat(32), "reason": "spam"}));
    let excerpt = ReportExcerpt { at: 5, text: "Send me your code".into() };
    all.golden(excerpt.clone(), json!({"at": 5, "text": "Send me your code"}));
    let whole = Report { reason: ReportReason::Fraud, words: "no bank".into(), excerpts: vec![excerpt], ..bare };
    let golden = json!({"account": "aa".repeat(32), "reason": "fraud", "words": "no bank",
        "excerpts": [{"at": 5, "text": "Send me your code"}]});
    all.golden(whole, golden);
    for (reason, word) in [(ReportReason::Abuse, "abuse"), (ReportReason::Other, "other")] {
        assert_eq!(serde_json::to_value(reason).expect("JSON"), word);
    }
}

fn files(all: &mut Checked) {
    all.golden(NewFile { size: 70_000, lifetime: None }, json!({"size": 70_000}));
    all.golden(NewFile { size: 70_000, lifetime: Some(86_400_000) }, json!({"size": 70_000, "lifetime": 86_400_000}));
    all.golden(FileState { parts: 2, complete: false }, json!({"parts": 2, "complete": false}));
}

fn rooms(all: &mut Checked) {
    let enter = EnterRoom { room: RoomId([0x11; 16]), secret: RoomSecret([0x22; 32]), open: true, offer: "v=0".into() };
    let (room, secret) = ("11".repeat(16), "22".repeat(32));
    let golden = json!({"room": room, "secret": secret, "open": true, "offer": "v=0"});
    all.golden(enter.clone(), golden);
    let golden = json!({"kind": "enter", "room": room, "secret": secret, "open": true, "offer": "v=0"});
    all.golden(ToRoom::Enter(enter.clone()), golden);
    all.golden(ToRoom::Answer { answer: "v=0".into() }, json!({"kind": "answer", "answer": "v=0"}));
    all.golden(FromRoom::Entered { answer: "v=0".into() }, json!({"kind": "entered", "answer": "v=0"}));
    all.golden(FromRoom::Offer { offer: "v=0".into() }, json!({"kind": "offer", "offer": "v=0"}));
    for (why, name) in [
        (RoomRefusal::NotFound, "not_found"),
        (RoomRefusal::Full, "full"),
        (RoomRefusal::PicturesFull, "pictures_full"),
        (RoomRefusal::TooMany, "too_many"),
        (RoomRefusal::Malformed, "malformed"),
    ] {
        all.golden(FromRoom::Refused { why }, json!({"kind": "refused", "why": name}));
    }
    assert!(!format!("{enter:?}").contains("v=0"));
}

fn sign_up(all: &mut Checked) {
    let info = RelayInfo {
        service: "sotto".into(),
        name: "A relay".into(),
        version: "0.1.0".into(),
        protocol: PROTOCOL,
        standing_key: PublicKey([1; 32]),
        registration: RegistrationMode::Invitation,
        now: 5,
    };
    let golden = json!({"service": "sotto", "name": "A relay", "version": "0.1.0", "protocol": 1,
        "standing_key": "01".repeat(32), "registration": "invitation", "now": 5});
    all.golden(info.clone(), golden.clone());
    let open = RelayInfo { registration: RegistrationMode::Open, ..info };
    assert_eq!(serde_json::to_value(&open).expect("JSON")["registration"], "open");

    all.golden(CodeRequest { number: number(), invitation: None }, json!({"number": "+351912345678"}));
    let invited = CodeRequest { number: number(), invitation: Some("x".into()) };
    all.golden(invited, json!({"number": "+351912345678", "invitation": "x"}));
    all.golden(CodeSent { expires_in_s: 300, resend_after_s: 30 }, json!({"expires_in_s": 300, "resend_after_s": 30}));
    let registration = Registration {
        number: number(),
        code: "123456".into(),
        device: device(),
        list: signed(),
        keys: KeyUpload::default(),
        token_hash: DeviceTokenHash([2; 32]),
        delivery_token_hash: DeliveryTokenHash([3; 32]),
    };
    let golden = json!({"number": "+351912345678", "code": "123456", "device": EMPTY_DEVICE, "list": EMPTY_SIGNED,
        "keys": {"one_time": []}, "token_hash": "02".repeat(32), "delivery_token_hash": "03".repeat(32)});
    all.golden(registration, golden);
    let registered = Registered { account: ACCOUNT, standing: signed() };
    all.golden(registered, json!({"account": "aa".repeat(32), "standing": EMPTY_SIGNED}));
    all.golden(Standing { standing: signed() }, json!({"standing": EMPTY_SIGNED}));
    let servers = IceServers { urls: vec!["turn:x".into()], username: "u".into(), credential: "c".into(), expires: 7 };
    all.golden(servers, json!({"urls": ["turn:x"], "username": "u", "credential": "c", "expires": 7}));
    let error = ErrorBody { code: ErrorCode::CodeWrong, retry_after_s: None, tries_left: Some(4) };
    all.golden(error, json!({"code": "code_wrong", "tries_left": 4}));
    let error = ErrorBody { code: ErrorCode::RateLimited, retry_after_s: Some(9), tries_left: None };
    all.golden(error, json!({"code": "rate_limited", "retry_after_s": 9}));
}

fn keys(all: &mut Checked) {
    let upload = KeyUpload { seal_key: Some(signed()), one_time: vec![signed()], fallback: Some(signed()) };
    let golden = json!({"seal_key": EMPTY_SIGNED, "one_time": [EMPTY_SIGNED], "fallback": EMPTY_SIGNED});
    all.golden(upload, golden);
    assert_eq!(serde_json::from_value::<KeyUpload>(json!({})).expect("nothing"), KeyUpload::default());
    all.golden(KeysPublished { one_time: 7 }, json!({"one_time": 7}));
    let claim = KeyClaim { account: ACCOUNT, devices: vec![DEVICE] };
    all.golden(claim, json!({"account": "aa".repeat(32), "devices": ["dd".repeat(16)]}));
    let claimed = ClaimedKey { device: DEVICE, pre_key: signed() };
    let golden = json!({"device": "dd".repeat(16), "pre_key": EMPTY_SIGNED});
    all.golden(claimed.clone(), golden.clone());
    all.golden(ClaimedKeys { keys: vec![claimed] }, json!({"keys": [golden]}));
    let published = PublishedDevice { device: device(), seal_key: signed() };
    let golden = json!({"device": EMPTY_DEVICE, "seal_key": EMPTY_SIGNED});
    all.golden(published.clone(), golden.clone());
    let devices = AccountDevices { list: signed(), devices: vec![published] };
    all.golden(devices, json!({"list": EMPTY_SIGNED, "devices": [golden]}));
    let upload = ListUpload { list: signed(), devices: vec![device()] };
    all.golden(upload, json!({"list": EMPTY_SIGNED, "devices": [EMPTY_DEVICE]}));
    let bare = json!({"list": EMPTY_SIGNED});
    assert!(serde_json::from_value::<ListUpload>(bare).expect("a list alone").devices.is_empty());
}

fn people(all: &mut Checked) {
    all.golden(LookUp { numbers: vec![number()] }, json!({"numbers": ["+351912345678"]}));
    let person = FoundPerson { number: number(), account: ACCOUNT };
    let golden = json!({"number": "+351912345678", "account": "aa".repeat(32)});
    all.golden(person.clone(), golden.clone());
    all.golden(Found { people: vec![person] }, json!({"people": [golden]}));
    all.golden(AccountSettings::default(), json!({}));
    let settings = AccountSettings { findable: Some(false), delivery_token_hash: Some(DeliveryTokenHash([4; 32])) };
    all.golden(settings, json!({"findable": false, "delivery_token_hash": "04".repeat(32)}));
}

fn groups(all: &mut Checked) {
    all.golden(GroupAppended { append: signed() }, json!({"append": EMPTY_SIGNED}));
    let entry = GroupLogEntry { position: 3, at: 5, event: vec![1, 2, 0xff] };
    let golden = json!({"position": 3, "at": 5, "event": "AQL_"});
    all.golden(entry.clone(), golden.clone());
    all.golden(GroupLog { entries: vec![entry], more: true }, json!({"entries": [golden], "more": true}));
}

/// Every struct of `src/rest.rs`, and of files below `src/rest`, that travels.
fn declared() -> BTreeSet<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let below = fs::read_dir(src.join("rest")).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let sources = below.chain([src.join("rest.rs")]).map(|path| fs::read_to_string(path).expect("a source"));
    let bodies = sources.flat_map(|source| {
        let items: Vec<String> = source.split("#[derive(").skip(1).map(str::to_owned).collect();
        items.into_iter().filter_map(|item| {
            let (derives, rest) = item.split_once(")]")?;
            let name = rest.lines().find_map(|line| line.strip_prefix("pub struct "))?;
            let travels = derives.contains("Serialize") && !rest.split("pub ").next()?.contains("pub enum");
            travels.then(|| name.split([' ', '<', '(', '{']).next().unwrap_or(name).to_owned())
        })
    });
    bodies.collect()
}

#[test]
fn error_codes_keep_their_names() {
    use ErrorCode::*;
    let names = [
        (Malformed, "malformed"),
        (NumberInvalid, "number_invalid"),
        (CodeWrong, "code_wrong"),
        (CodeExpired, "code_expired"),
        (CodeNotSent, "code_not_sent"),
        (InvitationNeeded, "invitation_needed"),
        (RateLimited, "rate_limited"),
        (Unauthorised, "unauthorised"),
        (NotFound, "not_found"),
        (KeysRejected, "keys_rejected"),
        (TooLarge, "too_large"),
        (Unavailable, "unavailable"),
        (Internal, "internal"),
    ];
    for (code, name) in names {
        assert_eq!(serde_json::to_value(code).expect("JSON"), json!(name));
        assert_eq!(serde_json::from_value::<ErrorCode>(json!(name)).expect("a code"), code);
    }
}

#[test]
fn bytes_that_are_not_what_they_should_be_are_refused() {
    for text in ["", "AA", "not base64!", &EMPTY_SIGNED[1..], &format!("{EMPTY_SIGNED}=")] {
        assert!(serde_json::from_value::<Standing>(json!({"standing": text})).is_err(), "{text}");
        assert!(serde_json::from_value::<ListUpload>(json!({"list": EMPTY_SIGNED, "devices": [text]})).is_err());
    }
    for id in ["", "dd", &"dd".repeat(15), &"dd".repeat(17), &"zz".repeat(16)] {
        let claim = json!({"account": "aa".repeat(32), "devices": [id]});
        assert!(serde_json::from_value::<KeyClaim>(claim).is_err(), "{id}");
    }
}

fn numbers() -> impl Strategy<Value = PhoneNumber> {
    "\\+[1-9][0-9]{6,14}".prop_map(|text| text.parse().expect("a number"))
}

/// Something signed by nobody, of any bytes.
fn any_signed<T: SignedObject + Debug>() -> impl Strategy<Value = Signed<T>> {
    (vec(any::<u8>(), 0..80), any::<[u8; 8]>(), any::<[u8; 32]>()).prop_map(|(bytes, key, half)| {
        let sig = [half, half].concat();
        let mut cbor = Vec::new();
        let mut e = minicbor::Encoder::new(&mut cbor);
        e.map(3).expect("memory").u8(0).expect("memory").bytes(&bytes).expect("memory");
        e.u8(1).expect("memory").bytes(&key).expect("memory").u8(2).expect("memory").bytes(&sig).expect("memory");
        Signed::from_slice(&cbor).expect("signed bytes")
    })
}

fn any_device() -> impl Strategy<Value = CertifiedDevice> {
    (any_signed(), any::<[u8; 32]>()).prop_map(|(cert, half)| CertifiedDevice {
        cert,
        device_sig: Signature([half, half].concat().try_into().expect("64")),
    })
}

fn any_keys() -> impl Strategy<Value = KeyUpload> {
    (option::of(any_signed()), vec(any_signed(), 0..3), option::of(any_signed()))
        .prop_map(|(seal_key, one_time, fallback)| KeyUpload { seal_key, one_time, fallback })
}

fn returns<T: Serialize + DeserializeOwned + PartialEq + Debug>(body: &T) -> Result<(), TestCaseError> {
    let written = serde_json::to_vec(body).expect("JSON");
    prop_assert_eq!(&serde_json::from_slice::<T>(&written).expect("what was written"), body);
    Ok(())
}

proptest! {
    #[test]
    fn whatever_can_be_said_can_be_read(
        number in numbers(), text in ".{0,20}", device in any_device(), list in any_signed(), keys in any_keys(),
        devices in vec(any_device(), 0..3), standing in any_signed(), seal_key in any_signed(), pre_key in any_signed(),
        a in any::<[u8; 32]>(), id in any::<[u8; 16]>(), n in any::<u64>(), m in any::<u32>(), flag in any::<bool>(),
    ) {
        let (account, id) = (AccountId(a), DeviceId(id));
        let invitation = flag.then(|| text.clone());
        returns(&CodeRequest { number: number.clone(), invitation })?;
        returns(&CodeSent { expires_in_s: n, resend_after_s: m.into() })?;
        returns(&keys)?;
        returns(&Registration {
            number: number.clone(), code: text.clone(), device: device.clone(), list: signed_again(&list), keys,
            token_hash: DeviceTokenHash(a), delivery_token_hash: DeliveryTokenHash(a),
        })?;
        returns(&Registered { account, standing: signed_again(&standing) })?;
        returns(&Standing { standing })?;
        returns(&KeysPublished { one_time: m })?;
        returns(&KeyClaim { account, devices: vec![id; 2] })?;
        returns(&ClaimedKeys { keys: vec![ClaimedKey { device: id, pre_key }] })?;
        let published = vec![PublishedDevice { device, seal_key }];
        returns(&AccountDevices { list: signed_again(&list), devices: published })?;
        returns(&ListUpload { list, devices })?;
        returns(&LookUp { numbers: vec![number.clone()] })?;
        returns(&Found { people: vec![FoundPerson { number, account }] })?;
        returns(&AccountSettings { findable: flag.then_some(flag), delivery_token_hash: Some(DeliveryTokenHash(a)) })?;
        returns(&ErrorBody { code: ErrorCode::RateLimited, retry_after_s: Some(n), tries_left: None })?;
        let entry = GroupLogEntry { position: n, at: n, event: a.to_vec() };
        returns(&GroupLog { entries: vec![entry; 2], more: flag })?;
        returns(&RelayInfo {
            service: "sotto".into(), name: text.clone(), version: text, protocol: m, standing_key: PublicKey(a),
            registration: RegistrationMode::Open, now: n,
        })?;
    }

    #[test]
    fn only_digits_after_a_plus_are_a_number(text in "\\PC{0,20}") {
        let right = text.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
        });
        prop_assert_eq!(text.parse::<PhoneNumber>().is_ok(), right);
    }
}

fn signed_again<T: SignedObject>(signed: &Signed<T>) -> Signed<T> {
    Signed::from_slice(&signed.to_vec()).expect("what was written")
}
