//! Whether a number is registered: nothing tells, neither the answers nor what is done for them.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::Serialize;
use sotto_relay::config::{Secret, WebhookConfig};
use sotto_wire::{
    limits::SECOND,
    rest::{self, AccountSettings, CodeRequest, ErrorCode, LookUp},
};

use crate::{
    gateways::Gateway,
    people::Person,
    town::{Town, refused},
};

/// Everything of an answer that somebody could compare.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

async fn see(town: &Town, path: &str, caller: Option<&Person>, body: &impl Serialize) -> Seen {
    let client = reqwest::Client::new();
    let mut request = client.post(format!("http://{}{path}", town.running.address()));
    if let Some(person) = caller {
        request = request.header("authorization", person.bearer());
    }
    let answer = request.body(serde_json::to_vec(body).unwrap()).send().await.unwrap();
    let status = answer.status().as_u16();
    // The second in which it was said is the same for all that is said in it.
    let headers = answer.headers().iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Seen { status, headers, body: answer.text().await.unwrap() }
}

#[tokio::test]
async fn nothing_that_a_stranger_asks_looks_at_accounts() {
    let gateway = Gateway::webhook().await;
    let town = Town::with(|config| {
        let secret = Some(Secret::new("a-secret-that-both-sides-know"));
        config.codes.webhook = Some(WebhookConfig { url: gateway.url(), secret, ..WebhookConfig::default() });
    })
    .await;
    let alice = town.alice().await;
    let stranger = Person::with_number("+351912345670");
    let sent_before = gateway.calls().len();

    // From here on whatever looks at accounts fails.
    let database = rusqlite::Connection::open(town.dir().join("relay.db")).unwrap();
    database.execute_batch("ALTER TABLE accounts RENAME TO put_away").unwrap();
    let look_up = LookUp { numbers: vec![alice.number.clone()] };
    let looking = town.calls.call::<rest::Found>(Method::POST, rest::LOOK_UPS, Some(&alice), &look_up).await;
    assert_eq!(refused(looking), ErrorCode::Unavailable, "which shows that it does");

    let code = |person: &Person| CodeRequest { number: person.number.clone(), invitation: None };
    let mut answers = Vec::new();
    for person in [&alice, &stranger] {
        let sent = see(&town, rest::CODES, None, &code(person)).await;
        let too_soon = see(&town, rest::CODES, None, &code(person)).await;
        let right = town.code_for(person);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let usurper = Person::with_number(person.number.as_str()).registration(wrong);
        let mut tries = Vec::new();
        for _ in 0..6 {
            tries.push(see(&town, rest::REGISTRATIONS, None, &usurper).await);
        }
        assert_eq!((sent.status, tries[0].status, tries[5].status), (200, 403, 410));
        answers.push((sent, too_soon, tries));
    }
    assert_eq!(answers[0], answers[1]);
    let [one, other] = gateway.calls()[sent_before..].to_vec().try_into().unwrap();
    assert_eq!(one.body.len(), other.body.len(), "and one code left for each");
}

#[tokio::test]
async fn who_hides_and_who_is_not_here_are_answered_alike() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let hide = AccountSettings { findable: Some(false), ..AccountSettings::default() };
    town.calls.call::<()>(Method::PUT, rest::SETTINGS, Some(&alice), &hide).await.unwrap();
    let mut answers = Vec::new();
    for number in [alice.number.as_str(), "+351912345670"] {
        let look_up = LookUp { numbers: vec![number.parse().unwrap()] };
        answers.push(see(&town, rest::LOOK_UPS, Some(&bob), &look_up).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!((answers[0].status, answers[0].body.as_str()), (200, r#"{"people":[]}"#));
}

#[tokio::test]
async fn a_code_asked_for_just_after_signing_up_tells_nothing() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let stranger = Person::with_number("+351912345670");
    let mut answers = Vec::new();
    for person in [&alice, &stranger] {
        let request = CodeRequest { number: person.number.clone(), invitation: None };
        answers.push(see(&town, rest::CODES, None, &request).await);
        town.clock.advance(30 * SECOND);
        answers.push(see(&town, rest::CODES, None, &request).await);
    }
    assert_eq!(answers[..2], answers[2..]);
}
