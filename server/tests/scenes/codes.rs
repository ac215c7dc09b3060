//! Sign-up codes: what a guesser, an impatient person and a flood get.

use reqwest::{Method, StatusCode};
use sotto_wire::{
    limits::{HOUR, SECOND},
    rest::{self, CodeRequest, ErrorCode},
};

use crate::{
    people::Person,
    town::{Town, refused},
};

fn alice() -> Person {
    Person::with_number("+351912345678")
}

fn wrong(code: &str) -> String {
    let (first, rest) = code.split_at(1);
    format!("{}{rest}", (first.parse::<u8>().unwrap() + 1) % 10)
}

#[tokio::test]
async fn five_wrong_codes_cost_the_right_one() {
    let (town, alice) = (Town::new().await, alice());
    let sent = town.ask_code(&alice).await.unwrap();
    assert_eq!((sent.expires_in_s, sent.resend_after_s), (300, 30));
    let code = town.code_for(&alice);
    for left in (0..5).rev() {
        let (_, body) = town.calls.register(&alice, &wrong(&code)).await.unwrap_err();
        assert_eq!((body.code, body.tries_left), (ErrorCode::CodeWrong, Some(left)));
    }
    assert_eq!(refused(town.calls.register(&alice, &code).await), ErrorCode::CodeExpired);
    town.clock.advance(30 * SECOND);
    town.register(&alice).await;
}

#[tokio::test]
async fn a_code_counts_for_five_minutes_and_once() {
    let (town, alice) = (Town::new().await, alice());
    town.ask_code(&alice).await.unwrap();
    let code = town.code_for(&alice);
    town.clock.advance(301 * SECOND);
    assert_eq!(refused(town.calls.register(&alice, &code).await), ErrorCode::CodeExpired);
    town.register(&alice).await;
    let usurper = self::alice();
    assert_eq!(refused(town.calls.register(&usurper, &town.code_for(&alice)).await), ErrorCode::CodeExpired);
}

#[tokio::test]
async fn without_a_code_there_is_nothing_to_guess() {
    let (town, alice) = (Town::new().await, alice());
    assert_eq!(refused(town.calls.register(&alice, "123456").await), ErrorCode::CodeExpired);
}

#[tokio::test]
async fn each_new_code_takes_longer_to_get() {
    let (town, alice) = (Town::new().await, alice());
    for wait in [30, 120, 600, 3_600, 3_600] {
        let sent = town.ask_code(&alice).await.unwrap();
        assert_eq!(sent.resend_after_s, wait);
        town.clock.advance((wait - 5) * SECOND);
        let (status, body) = town.ask_code(&alice).await.unwrap_err();
        assert_eq!((status, body.code), (StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited));
        assert!(body.retry_after_s.is_some_and(|s| s <= 5), "{body:?}");
        town.clock.advance(5 * SECOND);
    }
}

#[tokio::test]
async fn registered_or_not_the_answers_are_the_same() {
    let town = Town::new().await;
    let alice = town.alice().await;
    town.clock.advance(HOUR);
    let stranger = Person::with_number("+351912345670");
    assert_eq!(town.ask_code(&alice).await.unwrap(), town.ask_code(&stranger).await.unwrap());
    let usurper = self::alice();
    let one = town.calls.register(&usurper, &wrong(&town.code_for(&alice))).await.unwrap_err();
    let other = town.calls.register(&stranger, &wrong(&town.code_for(&stranger))).await.unwrap_err();
    assert_eq!(one, other);
}

#[tokio::test]
async fn a_number_that_cannot_exist_gets_none() {
    let town = Town::new().await;
    assert_eq!(refused(town.ask_code(&Person::with_number("+3511234567")).await), ErrorCode::NumberInvalid);
}

#[tokio::test]
async fn an_address_block_gets_only_so_many() {
    let town = Town::with(|config| {
        config.behind_proxy = true;
        config.codes.per_block_per_hour = 2;
    })
    .await;
    let ask = async |last: u8, from: &'static str| {
        let number = format!("+35191234567{last}").parse().unwrap();
        let body = serde_json::to_vec(&CodeRequest { number, invitation: None }).unwrap();
        town.calls.raw(Method::POST, rest::CODES, None, &[("x-forwarded-for", from)], body).await
    };
    ask(1, "203.0.113.7").await.unwrap();
    ask(2, "1.2.3.4, 203.0.113.8").await.unwrap();
    assert_eq!(refused(ask(3, "203.0.113.9").await), ErrorCode::RateLimited);
    ask(4, "203.0.114.9").await.unwrap();
    town.clock.advance(HOUR);
    ask(5, "203.0.113.9").await.unwrap();
}

#[tokio::test]
async fn the_whole_relay_sends_only_so_many() {
    let town = Town::with(|config| config.codes.per_hour = 1).await;
    town.ask_code(&alice()).await.unwrap();
    assert_eq!(refused(town.ask_code(&Person::with_number("+351912345679")).await), ErrorCode::RateLimited);
}

#[tokio::test]
async fn guessing_over_many_numbers_is_limited_too() {
    let town = Town::with(|config| {
        config.behind_proxy = true;
        config.codes.tries_per_block_per_hour = 3;
    })
    .await;
    let body = serde_json::to_vec(&alice().registration("123456")).unwrap();
    let try_once = async || {
        let from = [("x-forwarded-for", "203.0.113.7")];
        refused(town.calls.raw(Method::POST, rest::REGISTRATIONS, None, &from, body.clone()).await)
    };
    for _ in 0..3 {
        assert_eq!(try_once().await, ErrorCode::CodeExpired);
    }
    assert_eq!(try_once().await, ErrorCode::RateLimited);
}

#[tokio::test]
async fn the_database_holds_no_code() {
    let (town, alice) = (Town::new().await, alice());
    town.ask_code(&alice).await.unwrap();
    let code = town.code_for(&alice);
    for file in ["relay.db", "relay.db-wal"] {
        let bytes = std::fs::read(town.dir().join(file)).unwrap();
        assert!(!bytes.windows(6).any(|w| w == code.as_bytes()), "{file}");
    }
}
