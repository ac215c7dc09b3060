//! Limits, tried by somebody who wants to pass them: what restarts forgive, whose word counts about an address, and how
//! many strangers may be written to.

use reqwest::Method;
use sotto_wire::{
    Recipient, RefuseReason,
    limits::{DAY, HOUR, SECOND},
    rest::{self, CodeSent, ErrorCode, Found, LookUp},
};

use crate::{
    people::Person,
    town::{Answer, Town, refused},
};

fn alice() -> Person {
    Person::with_number("+351912345678")
}

fn somebody(n: u32) -> Person {
    Person::with_number(&format!("+3519123456{n:02}"))
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

#[tokio::test]
async fn a_new_code_replaces_the_one_before() {
    let (town, alice) = (Town::new().await, alice());
    town.ask_code(&alice).await.unwrap();
    let first = town.code_for(&alice);
    let mut second = first.clone();
    // One in a million is the same again; the wait before the third is longer.
    for wait in [30, 120] {
        town.clock.advance(wait * SECOND);
        town.ask_code(&alice).await.unwrap();
        second = town.code_for(&alice);
        if second != first {
            break;
        }
    }
    assert_eq!(refused(town.calls.register(&alice, &first).await), ErrorCode::CodeWrong);
    town.calls.register(&alice, &second).await.unwrap();
}

#[tokio::test]
async fn a_restart_forgives_neither_tries_nor_waits() {
    let (mut town, alice) = (Town::new().await, alice());
    town.ask_code(&alice).await.unwrap();
    let code = town.code_for(&alice);
    for _ in 0..5 {
        assert_eq!(refused(town.calls.register(&alice, wrong(&code)).await), ErrorCode::CodeWrong);
        town = town.restart().await;
    }
    assert_eq!(refused(town.calls.register(&alice, &code).await), ErrorCode::CodeExpired);
    assert_eq!(refused(town.ask_code(&alice).await), ErrorCode::RateLimited);
}

#[tokio::test]
async fn waits_begin_anew_after_a_day_without_codes_or_with_the_right_one() {
    let (town, alice) = (Town::new().await, alice());
    for wait in [30, 120, 600] {
        assert_eq!(town.ask_code(&alice).await.unwrap().resend_after_s, wait);
        town.clock.advance(wait * SECOND);
    }
    town.clock.advance(DAY);
    assert_eq!(town.ask_code(&alice).await.unwrap().resend_after_s, 30);
    town.clock.advance(30 * SECOND);
    assert_eq!(town.ask_code(&alice).await.unwrap().resend_after_s, 120);
    town.calls.register(&alice, &town.code_for(&alice)).await.unwrap();
    assert_eq!(town.ask_code(&alice).await.unwrap().resend_after_s, 30);
}

#[tokio::test]
async fn impatience_does_not_use_up_what_the_whole_relay_sends() {
    let town = Town::with(|config| config.codes.per_hour = 2).await;
    let alice = alice();
    town.ask_code(&alice).await.unwrap();
    for _ in 0..3 {
        assert_eq!(refused(town.ask_code(&alice).await), ErrorCode::RateLimited);
    }
    town.ask_code(&somebody(1)).await.unwrap();
    assert_eq!(refused(town.ask_code(&somebody(2)).await), ErrorCode::RateLimited);
    town.clock.advance(HOUR);
    town.ask_code(&somebody(2)).await.unwrap();
}

/// Asks for another number each time, so that only the address can be counted.
async fn ask(town: &Town, n: u32, headers: &[&str]) -> Answer<CodeSent> {
    let headers: Vec<_> = headers.iter().map(|value| ("x-forwarded-for", *value)).collect();
    town.calls.ask_code_with(&somebody(n), None, &headers).await
}

#[tokio::test]
async fn neighbours_in_ipv6_share_what_they_may_ask_for() {
    let town = Town::with(|config| {
        config.behind_proxy = true;
        config.codes.per_block_per_hour = 2;
    })
    .await;
    ask(&town, 1, &["2001:db8:1:100::1"]).await.unwrap();
    ask(&town, 2, &["2001:db8:1:1ff::2"]).await.unwrap();
    assert_eq!(refused(ask(&town, 3, &["2001:db8:1:142::3"]).await), ErrorCode::RateLimited);
    ask(&town, 4, &["2001:db8:1:200::3"]).await.unwrap();
}

#[tokio::test]
async fn of_what_was_forwarded_only_the_last_word_counts() {
    let town = Town::with(|config| {
        config.behind_proxy = true;
        config.codes.per_block_per_hour = 2;
    })
    .await;
    ask(&town, 1, &["198.51.100.1, 203.0.113.7"]).await.unwrap();
    ask(&town, 2, &["198.51.101.1", "203.0.113.8:4711"]).await.unwrap();
    assert_eq!(refused(ask(&town, 3, &["198.51.102.1", "203.0.113.9"]).await), ErrorCode::RateLimited);
    assert_eq!(refused(ask(&town, 4, &["127.0.0.1, 203.0.113.9"]).await), ErrorCode::RateLimited);
}

#[tokio::test]
async fn only_a_proxy_that_is_trusted_is_believed() {
    let strangers = [
        Town::with(|config| {
            config.behind_proxy = true;
            config.trusted_proxies = vec!["192.0.2.7".to_owned()];
            config.codes.per_block_per_hour = 2;
        })
        .await,
        // The operator has not said that there is a proxy: what a client claims is not believed, nor is it "here".
        Town::with(|config| config.codes.per_block_per_hour = 2).await,
    ];
    for town in strangers {
        ask(&town, 1, &["203.0.113.7"]).await.unwrap();
        ask(&town, 2, &["203.0.114.7"]).await.unwrap();
        assert_eq!(refused(ask(&town, 3, &["203.0.115.7"]).await), ErrorCode::RateLimited);
    }
}

#[tokio::test]
async fn a_look_up_that_is_refused_uses_nothing_up() {
    let town = Town::with(|config| config.limits.look_ups_per_hour = 60).await;
    let alice = town.alice().await;
    let look = async |count: usize| {
        let look_up = LookUp { numbers: vec![alice.number.clone(); count] };
        town.calls.call::<Found>(Method::POST, rest::LOOK_UPS, Some(&alice), &look_up).await
    };
    look(50).await.unwrap();
    let (_, body) = look(30).await.unwrap_err();
    assert_eq!((body.code, body.retry_after_s), (ErrorCode::RateLimited, Some(20 * 60)));
    look(10).await.expect("what was refused has used nothing up");
    town.clock.advance(HOUR / 2);
    look(30).await.expect("a number a minute comes back");
    assert_eq!(refused(look(2).await), ErrorCode::RateLimited);
}

#[tokio::test]
async fn few_strangers_can_be_written_to_and_each_only_a_little() {
    let town = Town::with(|config| {
        config.limits.first_contacts_per_hour = 2;
        config.limits.first_messages_per_hour = 2;
    })
    .await;
    let alice = town.alice().await;
    let mut strangers = Vec::new();
    for n in 1..=3 {
        strangers.push(town.newcomer(somebody(n).number.as_str()).await);
    }
    let mut live = town.connect(&alice).await;
    let as_stranger = |to: &Person| Recipient { token: None, ..to.copy("hello, I sell lamps") };
    for stranger in &strangers[..2] {
        let id = live.send(as_stranger(stranger)).await;
        live.accepted(id).await;
    }
    for (stranger, why) in [(&strangers[2], "a third stranger"), (&strangers[0], "a third message")] {
        if why == "a third message" {
            let id = live.send(as_stranger(stranger)).await;
            live.accepted(id).await;
        }
        let id = live.send(as_stranger(stranger)).await;
        let refused = live.refused(id).await;
        assert_eq!(refused.reason, RefuseReason::RateLimited, "{why}");
        assert!(refused.retry_after.is_some_and(|wait| wait <= HOUR), "{why}");
    }
    // What was refused keeps its turn on its connection, so the rest goes over a new one.
    let mut live = town.connect(&alice).await;
    let id = live.send(strangers[2].copy("we know each other")).await;
    live.accepted(id).await;
    town.clock.advance(HOUR);
    let id = live.send(as_stranger(&strangers[2])).await;
    live.accepted(id).await;
}
