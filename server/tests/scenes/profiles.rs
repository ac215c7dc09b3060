//! Profiles and settings: opaque bytes, and what each person allows.

use reqwest::Method;
use sotto_wire::{
    DeliveryToken, RefuseReason, limits,
    rest::{self, AccountSettings, ErrorCode, Found, LookUp},
};

use crate::{
    people::Person,
    town::{Town, refused},
};

#[tokio::test]
async fn a_profile_comes_back_as_it_was_put() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let path = format!("{}/{}", rest::PROFILES, alice.account());
    let get = async || town.calls.raw(Method::GET, &path, Some(&bob), &[], vec![]).await;
    assert_eq!(refused(get().await), ErrorCode::NotFound);
    let put = async |bytes: Vec<u8>| town.calls.raw(Method::PUT, rest::PROFILES, Some(&alice), &[], bytes).await;
    put(vec![0, 159, 146, 150]).await.unwrap();
    assert_eq!(get().await.unwrap(), [0, 159, 146, 150]);
    put(vec![1; limits::MAX_PROFILE]).await.unwrap();
    assert_eq!(refused(put(vec![1; limits::MAX_PROFILE + 1]).await), ErrorCode::TooLarge);
    assert_eq!(refused(put(vec![1; 4 << 20]).await), ErrorCode::TooLarge);
    assert_eq!(get().await.unwrap().len(), limits::MAX_PROFILE);
}

#[tokio::test]
async fn who_does_not_want_to_be_found_is_not() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let look = async || {
        let look_up = LookUp { numbers: vec![alice.number.clone()] };
        let found: Found = town.calls.call(Method::POST, rest::LOOK_UPS, Some(&bob), &look_up).await.unwrap();
        found.people.len()
    };
    assert_eq!(look().await, 1);
    let hide = AccountSettings { findable: Some(false), ..AccountSettings::default() };
    town.calls.call::<()>(Method::PUT, rest::SETTINGS, Some(&alice), &hide).await.unwrap();
    assert_eq!(look().await, 0);
}

#[tokio::test]
async fn a_rotated_token_counts_at_once() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    let id = alices.send(bob.copy("before")).await;
    alices.accepted(id).await;
    let fresh = DeliveryToken([5; 32]);
    let rotate = AccountSettings { delivery_token_hash: Some(fresh.hash()), ..AccountSettings::default() };
    town.calls.call::<()>(Method::PUT, rest::SETTINGS, Some(&bob), &rotate).await.unwrap();
    let id = alices.send(bob.copy("with the old token")).await;
    assert_eq!(alices.refused(id).await.reason, RefuseReason::TokenRefused);
    let id = alices.send(Person { delivery: fresh, ..bob }.copy("with the new one")).await;
    alices.accepted(id).await;
}

#[tokio::test]
async fn looking_up_is_limited() {
    let town = Town::with(|config| config.limits.look_ups_per_hour = 60).await;
    let alice = town.alice().await;
    let look = async |count: usize| {
        let look_up = LookUp { numbers: vec![alice.number.clone(); count] };
        town.calls.call::<Found>(Method::POST, rest::LOOK_UPS, Some(&alice), &look_up).await
    };
    assert_eq!(refused(look(51).await), ErrorCode::TooLarge);
    look(50).await.unwrap();
    assert_eq!(refused(look(50).await), ErrorCode::RateLimited);
}

#[tokio::test]
async fn strangers_get_nothing() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let liar = Person { token: sotto_wire::DeviceToken([9; 32]), ..alice.clone() };
    for caller in [None, Some(&liar), Some(&Person::with_number("+351912345670"))] {
        let answer = town.calls.raw(Method::GET, rest::STANDING, caller, &[], vec![]).await;
        assert_eq!(refused(answer), ErrorCode::Unauthorised);
    }
    let nonsense = town.calls.raw(Method::PUT, rest::SETTINGS, Some(&alice), &[], b"{".to_vec()).await;
    assert_eq!(refused(nonsense), ErrorCode::Malformed);
}
