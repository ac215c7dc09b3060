//! One-time keys: each to one person only, and not all to the same.

use std::collections::HashSet;

use reqwest::Method;
use sotto_wire::{
    PreKey, PreKeyKind, Signed, ToClient,
    limits::HOUR,
    rest::{self, ClaimedKeys, ErrorCode, KeyClaim, KeyUpload, KeysPublished},
};

use crate::{
    people::Person,
    town::{Answer, Town, refused},
};

async fn claim(town: &Town, claimer: &Person, target: &Person) -> Answer<Signed<PreKey>> {
    let body = KeyClaim { account: target.account(), devices: vec![target.device] };
    let claimed: ClaimedKeys = town.calls.call(Method::POST, rest::CLAIMS, Some(claimer), &body).await?;
    let [only] = claimed.keys.try_into().unwrap();
    Ok(only.pre_key)
}

async fn publish(town: &Town, person: &Person, keys: &KeyUpload) -> Answer<KeysPublished> {
    town.calls.call(Method::PUT, rest::KEYS, Some(person), keys).await
}

#[tokio::test]
async fn each_key_is_handed_out_once_and_then_the_fallback() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut seen = HashSet::new();
    for _ in 0..3 {
        let key = claim(&town, &alice, &bob).await.unwrap().verify(&bob.device_key.public()).unwrap();
        assert_eq!(key.kind, PreKeyKind::OneTime);
        assert!(seen.insert(key.key_id));
    }
    let town = town.restart().await;
    let fallback = claim(&town, &alice, &bob).await.unwrap();
    assert_eq!(fallback.verify(&bob.device_key.public()).unwrap().kind, PreKeyKind::Fallback);
    assert_eq!(claim(&town, &alice, &bob).await.unwrap(), fallback);
}

#[tokio::test]
async fn few_keys_are_told_to_their_device() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    assert_eq!(publish(&town, &bob, &bob.one_time_keys(22)).await.unwrap().one_time, 25);
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.welcome().await.one_time_keys, 25);
    claim(&town, &alice, &bob).await.unwrap();
    let left = bobs.wait_for(|f| if let ToClient::KeysLow(k) = f { Some(k.remaining) } else { None }).await;
    assert_eq!(left, 24);
}

#[tokio::test]
async fn one_claimer_does_not_get_them_all() {
    let town = Town::with(|config| config.limits.claims_per_hour = 2).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    for _ in 0..2 {
        claim(&town, &alice, &bob).await.unwrap();
    }
    assert_eq!(refused(claim(&town, &alice, &bob).await), ErrorCode::RateLimited);
    claim(&town, &bob, &bob).await.expect("others may still");
    town.clock.advance(HOUR);
    claim(&town, &alice, &bob).await.unwrap();
}

#[tokio::test]
async fn only_keys_signed_for_their_use_are_published() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let wrong = [
        alice.one_time_keys(1),
        KeyUpload { one_time: vec![bob.pre_key(PreKeyKind::Fallback)], ..KeyUpload::default() },
        KeyUpload { fallback: Some(bob.pre_key(PreKeyKind::OneTime)), ..KeyUpload::default() },
        KeyUpload { seal_key: Some(alice.seal_key()), ..KeyUpload::default() },
    ];
    for keys in wrong {
        assert_eq!(refused(publish(&town, &bob, &keys).await), ErrorCode::KeysRejected);
    }
    assert_eq!(publish(&town, &bob, &KeyUpload::default()).await.unwrap().one_time, 3);
}

#[tokio::test]
async fn nobody_has_no_keys() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let nobody = Person::with_number("+351912345670");
    assert_eq!(refused(claim(&town, &alice, &nobody).await), ErrorCode::NotFound);
}
