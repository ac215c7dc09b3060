//! Who gets in, and what happens to who had the number before.

use reqwest::Method;
use sotto_wire::{
    DeviceId, DeviceList, Hash, ListedDevice, PreKeyKind, RefuseReason, SignatureError,
    rest::{self, AccountDevices, ErrorCode, Found, LookUp, Registered, Registration, RelayInfo},
};

use crate::{
    people::{Person, Signer, certify},
    town::{Live, Town, refused},
};

async fn try_with(town: &Town, registration: &Registration) -> ErrorCode {
    refused(town.calls.call::<Registered>(Method::POST, rest::REGISTRATIONS, None, registration).await)
}

#[tokio::test]
async fn alice_signs_up_and_can_be_found() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let look_up = LookUp { numbers: vec![alice.number.clone(), "+351912345670".parse().unwrap()] };
    let found: Found = town.calls.call(Method::POST, rest::LOOK_UPS, Some(&bob), &look_up).await.unwrap();
    assert_eq!(found.people.iter().map(|p| p.account).collect::<Vec<_>>(), [alice.account()]);
    let path = format!("{}/{}/devices", rest::ACCOUNTS, alice.account());
    let devices: AccountDevices = town.calls.get(&path, Some(&bob)).await.unwrap();
    assert_eq!(devices.list, alice.list);
    devices.devices[0].device.verify(&alice.account_key.public()).unwrap();
    devices.devices[0].seal_key.verify(&alice.device_key.public()).unwrap();
}

#[tokio::test]
async fn the_standing_is_signed_by_the_key_the_relay_shows() {
    let town = Town::new().await;
    let alice = Person::with_number("+351912345678");
    let registered = town.register(&alice).await;
    let info: RelayInfo = town.calls.get(rest::RELAY, None).await.unwrap();
    assert_eq!((info.service.as_str(), info.protocol), ("sotto", rest::PROTOCOL));
    let standing = registered.standing.verify(&info.standing_key).unwrap();
    assert_eq!(
        (registered.account, standing.account, standing.device),
        (alice.account(), alice.account(), alice.device)
    );
    let fresh: rest::Standing = town.calls.get(rest::STANDING, Some(&alice)).await.unwrap();
    assert_eq!(fresh.standing.verify(&info.standing_key).unwrap().expires - standing.expires, {
        fresh.standing.verify(&info.standing_key).unwrap().issued - standing.issued
    });
    let stranger = Signer::draw();
    assert_eq!(fresh.standing.verify(&stranger.public()), Err(SignatureError::Mismatch));
}

#[tokio::test]
async fn the_standing_key_survives_a_restart() {
    let town = Town::new().await;
    let before: RelayInfo = town.calls.get(rest::RELAY, None).await.unwrap();
    let town = town.restart().await;
    let after: RelayInfo = town.calls.get(rest::RELAY, None).await.unwrap();
    assert_eq!(before.standing_key, after.standing_key);
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let again = town.calls.register(&alice, "000000").await.unwrap();
    assert_eq!(again.account, alice.account());
    let other_token = Person { token: sotto_wire::DeviceToken([1; 32]), ..alice.clone() };
    assert_eq!(refused(town.calls.register(&other_token, "000000").await), ErrorCode::CodeExpired);
}

#[tokio::test]
async fn forged_identities_are_rejected_and_do_not_cost_the_code() {
    let town = Town::new().await;
    let (alice, mallory) = (Person::with_number("+351912345678"), Person::with_number("+351912345678"));
    town.ask_code(&alice).await.unwrap();
    let code = town.code_for(&alice);
    let good = alice.registration(&code);

    let mut forged = Vec::new();
    // A device that the account key does not vouch for.
    forged.push(Registration { device: mallory.certificate.clone(), ..good.clone() });
    // A certificate that the device never agreed to.
    let mut without_consent = good.clone();
    without_consent.device.device_sig = mallory.device_key.sign(b"whatever");
    forged.push(without_consent);
    // A list signed by another key than the one it names.
    let claimed = alice.list.read_unverified().unwrap();
    forged.push(Registration { list: mallory.account_key.signed(&claimed), ..good.clone() });
    // A list that is not the first, names another certificate, or names two devices.
    let other = ListedDevice { device: DeviceId([1; 16]), cert_hash: Hash([2; 32]) };
    let changes: [&dyn Fn(&mut DeviceList); 5] = [
        &|l| l.version = 2,
        &|l| l.prev_hash = Hash([1; 32]),
        &|l| l.devices[0].cert_hash = Hash([1; 32]),
        &|l| l.devices.push(other),
        &|l| l.devices.clear(),
    ];
    for change in changes {
        let mut list = claimed.clone();
        change(&mut list);
        forged.push(Registration { list: alice.account_key.signed(&list), ..good.clone() });
    }
    // Keys of another device, of another kind, or missing.
    let mut foreign_seal = good.clone();
    foreign_seal.keys.seal_key = Some(mallory.seal_key());
    let mut swapped_kind = good.clone();
    swapped_kind.keys.fallback = Some(alice.pre_key(PreKeyKind::OneTime));
    let mut swapped_one_time = good.clone();
    swapped_one_time.keys.one_time = vec![alice.pre_key(PreKeyKind::Fallback)];
    let mut none = good.clone();
    none.keys.fallback = None;
    forged.extend([foreign_seal, swapped_kind, swapped_one_time, none]);

    for (n, forgery) in forged.iter().enumerate() {
        assert_eq!(try_with(&town, forgery).await, ErrorCode::KeysRejected, "forgery {n}");
    }
    town.calls.register(&alice, &code).await.unwrap();
}

#[tokio::test]
async fn a_second_device_does_not_come_in_by_the_number() {
    let town = Town::new().await;
    let alice = town.alice().await;
    town.clock.advance(3_600_000);
    let (key, device) = (Signer::draw(), DeviceId([9; 16]));
    let certificate = certify(&alice.account_key, &key, device);
    let mut list = alice.list.read_unverified().unwrap();
    list.devices = vec![ListedDevice { device, cert_hash: certificate.cert.hash() }];
    let second =
        Person { device_key: key, device, certificate, list: alice.account_key.signed(&list), ..alice.clone() };
    town.ask_code(&second).await.unwrap();
    assert_eq!(refused(town.calls.register(&second, &town.code_for(&second)).await), ErrorCode::KeysRejected);
}

#[tokio::test]
async fn whoever_proves_the_number_takes_it_and_inherits_nothing() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    alices.welcome().await;
    alices.leave().await;
    let waiting = bobs.send(alice.copy("for the old alice")).await;
    bobs.accepted(waiting).await;
    let mut alices = town.connect(&alice).await;
    alices.deliver().await;

    town.clock.advance(3_600_000);
    let heiress = Person::with_number("+351912345678");
    town.register(&heiress).await;

    assert_eq!(alices.closed().await, Some(4401));
    let standing = town.calls.get::<rest::Standing>(rest::STANDING, Some(&alice)).await;
    assert_eq!(refused(standing), ErrorCode::Unauthorised);
    assert_eq!(Live::open(town.running.address(), &alice).await.err(), Some(401));
    let gone = bobs.send(alice.copy("are you there?")).await;
    assert_eq!(bobs.refused(gone).await.reason, RefuseReason::AccountGone);

    let mut hers = town.connect(&heiress).await;
    assert_eq!(hers.welcome().await.waiting, 0);
    let id = bobs.send(heiress.copy("hello, whoever you are")).await;
    assert_eq!(hers.text().await, "hello, whoever you are");
    bobs.accepted(id).await;
}
