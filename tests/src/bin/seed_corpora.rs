//! Writes the first entries of the fuzz corpora: honest bytes of every kind. Fuzzing adds to them.
#![allow(clippy::print_stdout, reason = "this program is read by people")]

use std::{fs, path::Path};

use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::{
    Profile,
    rows::{Rows as _, Secret32},
    seal::SealedPayload,
    seal_profile,
};
use sotto_tests::{
    forger,
    town::{Person, Town},
};
use sotto_wire::{
    Accepted, Ack, Deliver, Draining, Ephemeral, Expired, Hash, KeysLow, ListChanged, MessageId, Presence, Recipient,
    RefuseReason, Refused, SealedFor, Send, SendId, SetPresence, ToClient, ToRelay, Watch, Watched, Welcome,
    encode_to_client, encode_to_relay, rest,
};

fn main() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut written = 0;
    for (decoder, seeds) in seeds() {
        let dir = corpora.join(decoder);
        fs::create_dir_all(&dir).expect("a directory");
        for bytes in seeds {
            fs::write(dir.join(&Hash::of(&bytes).to_string()[..16]), bytes).expect("a file");
            written += 1;
        }
    }
    println!("{written} entries in {}", corpora.display());
}

fn seeds() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "hello");
    town.say("bob", "alice", &"a longer answer ".repeat(200));
    let (alice, bob) = (town.person("alice"), town.person("bob"));
    let mail = &town.post_office.archive[&bob.device()];
    let opened = mail.iter().filter_map(|m| bob.open(&m.sealed).ok());
    let inner = forger::inner(alice, bob, 1, "hello", town.now);
    let published = &town.post_office.keys[&bob.device()];
    let devices = rest::AccountDevices {
        list: bob.own().list.clone(),
        devices: vec![rest::PublishedDevice { device: published.device.clone(), seal_key: published.seal_key.clone() }],
    };
    let claimed = rest::ClaimedKeys {
        keys: vec![rest::ClaimedKey { device: bob.device(), pre_key: published.fallback.clone() }],
    };
    let profile = Profile { name: "Alice".into(), about: "Viola".into(), picture: Some(vec![1; 40]) };
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    vec![
        ("to_relay", to_relay(&town)),
        ("to_client", to_client(&town)),
        (
            "signed",
            vec![
                bob.own().list.to_vec(),
                published.seal_key.to_vec(),
                published.fallback.to_vec(),
                minicbor::to_vec(&published.device).expect("memory"),
                town.post_office.standing(bob.account(), bob.device(), town.now).to_vec(),
            ],
        ),
        ("sealed", mail.iter().take(3).map(|m| m.sealed.clone()).collect()),
        ("sealed_plain", opened.take(3).map(|plain| minicbor::to_vec(&plain).expect("memory")).collect()),
        ("message", vec![forger::pack(&inner), minicbor::to_vec(&inner).expect("memory")]),
        (
            "profile",
            vec![
                seal_profile(&profile, &Secret32([9; 32]), &alice.account(), &mut rng),
                minicbor::to_vec(&profile).expect("memory"),
            ],
        ),
        (
            "rest",
            vec![
                serde_json::to_vec(&devices).expect("JSON"),
                serde_json::to_vec(&claimed).expect("JSON"),
                br#"{"number":"+351912345678"}"#.to_vec(),
                br#"{"code":"rate_limited","retry_after_s":30}"#.to_vec(),
            ],
        ),
        ("number", vec![b"+351912345678".to_vec(), b"+0123".to_vec()]),
        ("padding", vec![b"padded\x80\0\0".to_vec(), b"\x80\x80".to_vec()]),
        ("olm", bob_gets(&town)),
        ("pickles", pickles(bob)),
        (
            "key_header",
            vec![
                br#"{"version":1,"keychain":"sotto-1"}"#.to_vec(),
                br#"{"version":1,"passphrase":{"memory_kib":262144,"passes":3,"lanes":1,"salt":"","nonce":"","ciphertext":""}}"#
                    .to_vec(),
            ],
        ),
        ("key_file", vec![b"0f".repeat(32), [b"A1".repeat(32), b"\n".to_vec()].concat()]),
        ("picture", pictures()),
        (
            "config",
            vec![
                b"LISTEN=127.0.0.1:0\nLIMITS__CONNECTIONS=10\nCODES__CONSOLE=true\n".to_vec(),
                b"TLS__KEY=\"key.pem\"\nNAME=A relay".to_vec(),
            ],
        ),
    ]
}

/// What is inside the seals that bob has got: a pre-key message and a normal one.
fn bob_gets(town: &Town) -> Vec<Vec<u8>> {
    let bob = town.person("bob");
    let opened = town.post_office.archive[&bob.device()].iter().filter_map(|m| bob.open(&m.sealed).ok());
    let olm = opened.filter_map(|plain| match plain.payload {
        SealedPayload::Olm { bytes, .. } => Some(bytes),
        SealedPayload::Ephemeral { .. } => None,
    });
    olm.take(3).collect()
}

fn pickles(person: &Person) -> Vec<Vec<u8>> {
    let account = person.rows.olm_account().expect("rows");
    let devices = person.rows.people().into_iter().flat_map(|c| person.rows.devices(&c.account).expect("rows"));
    let sessions = devices.flat_map(|device| person.rows.sessions(&device.device).expect("rows"));
    account.into_iter().chain(sessions.filter_map(|session| session.pickle).take(1)).collect()
}

/// The smallest picture of each kind.
fn pictures() -> Vec<Vec<u8>> {
    let picture = image::RgbImage::from_pixel(2, 2, image::Rgb([9, 120, 200]));
    let written = |format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("memory");
        bytes.into_inner()
    };
    [image::ImageFormat::Jpeg, image::ImageFormat::Png, image::ImageFormat::WebP].map(written).to_vec()
}

fn to_relay(town: &Town) -> Vec<Vec<u8>> {
    let bob = town.person("bob");
    let token = sotto_machine::delivery_token(&bob.own().profile_key);
    let devices = vec![SealedFor { device: bob.device(), sealed: vec![7; 60] }];
    let recipient = Recipient { account: bob.account(), list_version: 1, token: Some(token), devices };
    let frames = [
        ToRelay::Send(Send { id: SendId([1; 16]), to: vec![recipient], ephemeral: false, payload: None }),
        ToRelay::Ack(Ack { up_to: 12 }),
        ToRelay::Watch(Watch { people: vec![Watched { account: bob.account(), token }] }),
        ToRelay::SetPresence(SetPresence { active: true, shared: true }),
    ];
    frames.iter().map(encode_to_relay).collect()
}

fn to_client(town: &Town) -> Vec<Vec<u8>> {
    let (account, at, id) = (town.account("bob"), town.now, SendId(MessageId([3; 16]).0));
    let frames = [
        ToClient::Welcome(Welcome { now: at, waiting: 3, one_time_keys: 50 }),
        ToClient::Accepted(Accepted { id, refused: Vec::new(), at }),
        ToClient::Refused(Refused { id, reason: RefuseReason::MailboxFull, retry_after: Some(1_000) }),
        ToClient::Deliver(Deliver { seq: 1, at, sealed: vec![7; 60] }),
        ToClient::Ephemeral(Ephemeral { at, sealed: vec![7; 60] }),
        ToClient::Expired(Expired { count: 2 }),
        ToClient::Presence(Presence { account, online: false, last_seen: Some(at) }),
        ToClient::KeysLow(KeysLow { remaining: 3 }),
        ToClient::ListChanged(ListChanged { account, version: 2 }),
        ToClient::Draining(Draining { reconnect_after: 1_000 }),
    ];
    frames.iter().map(encode_to_client).collect()
}
