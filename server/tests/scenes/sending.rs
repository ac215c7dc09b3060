//! How codes reach people: webhook, Twilio and mail, when all is well, when a gateway falters, and when it says no.

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::StatusCode;
use serde_json::Value;
use sha2::Sha256;
use sotto_relay::{
    Config,
    config::{Secret, SmtpConfig, SmtpTls, TwilioConfig, WebhookConfig},
};
use sotto_wire::{
    limits::SECOND,
    rest::{CodeSent, ErrorBody, ErrorCode},
};

use crate::{
    gateways::{ACCOUNT, Call, Gateway, Post, Say, TOKEN},
    people::Person,
    town::{Answer, Town, refused},
};

const SECRET: &str = "a-secret-that-both-sides-know";
/// As a person is told.
const SENT: CodeSent = CodeSent { expires_in_s: 300, resend_after_s: 30 };

fn alice() -> Person {
    Person::with_number("+351912345678")
}

fn webhook(config: &mut Config, gateway: &Gateway) {
    config.codes.outbox = false;
    config.codes.webhook = Some(WebhookConfig {
        url: format!("{}/codes", gateway.url()),
        secret: Some(Secret::new(SECRET)),
        ..WebhookConfig::default()
    });
}

fn twilio(config: &mut Config, gateway: &Gateway) {
    config.codes.outbox = false;
    config.codes.twilio = Some(TwilioConfig {
        account: ACCOUNT.to_owned(),
        auth_token: Some(Secret::new(TOKEN)),
        from: Some("+15005550006".to_owned()),
        base_url: gateway.url(),
        ..TwilioConfig::default()
    });
}

fn mail(config: &mut Config, post: &Post) {
    config.codes.outbox = false;
    config.codes.smtp = Some(SmtpConfig {
        server: "127.0.0.1".to_owned(),
        port: Some(post.address.port()),
        tls: SmtpTls::None,
        user: Some("relay".to_owned()),
        password: Some(Secret::new("lamp-oil-and-salt")),
        from: "Harbour Street <relay@example.org>".to_owned(),
        to: "{number}@sms.example.org".to_owned(),
        directory: [("+351912345679".to_owned(), "bob@example.org".to_owned())].into(),
        ..SmtpConfig::default()
    });
}

/// The six digits in a text.
fn digits(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_digit());
    words.into_iter().find(|word| word.len() == 6).expect("a code").to_owned()
}

fn not_sent(answer: Answer<CodeSent>) -> u64 {
    let (status, ErrorBody { code, retry_after_s, .. }) = answer.unwrap_err();
    assert_eq!((status, code), (StatusCode::BAD_GATEWAY, ErrorCode::CodeNotSent));
    retry_after_s.expect("when to try again")
}

fn signature(call: &Call) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{}.{}", call.header("sotto-timestamp"), call.body).as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn a_webhook_is_given_each_code_signed() {
    let gateway = Gateway::webhook().await;
    let town = Town::with(|config| webhook(config, &gateway)).await;
    let alice = alice();
    assert_eq!(town.ask_code(&alice).await.unwrap(), SENT);
    let [call] = gateway.calls().try_into().unwrap();
    assert_eq!(call.header("sotto-signature"), signature(&call));
    let body: Value = serde_json::from_str(&call.body).unwrap();
    let code = body["code"].as_str().unwrap();
    assert_eq!((&body["number"], digits(body["text"].as_str().unwrap()).as_str()), (&"+351912345678".into(), code));
    assert_eq!(body["at"].to_string(), call.header("sotto-timestamp"));
    town.calls.register(&alice, code).await.unwrap();
}

#[tokio::test]
async fn a_gateway_that_falters_is_called_again_three_times_at_most() {
    let gateway = Gateway::webhook().await;
    let town = Town::with(|config| webhook(config, &gateway)).await;
    gateway.will_say([Say::Status(503, None), Say::Status(429, Some(0))]);
    town.ask_code(&alice()).await.unwrap();
    let calls = gateway.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.header("sotto-call") == calls[0].header("sotto-call")), "one call, thrice");

    gateway.will_say([Say::Status(500, None); 3]);
    not_sent(town.ask_code(&Person::with_number("+351912345679")).await);
    assert_eq!(gateway.calls().len(), 6);
    gateway.will_say([Say::Status(500, None), Say::Status(429, Some(3_600))]);
    not_sent(town.ask_code(&Person::with_number("+351912345670")).await);
    assert_eq!(gateway.calls().len(), 8, "an hour is not waited for");
}

#[tokio::test]
async fn twilio_is_given_a_form_and_the_accounts_token() {
    let gateway = Gateway::twilio().await;
    let town = Town::with(|config| twilio(config, &gateway)).await;
    let alice = alice();
    assert_eq!(town.ask_code(&alice).await.unwrap(), SENT);
    let [call] = gateway.calls().try_into().unwrap();
    let form = call.form();
    assert_eq!((form["To"].as_str(), form["From"].as_str()), ("+351912345678", "+15005550006"));
    town.calls.register(&alice, &digits(&form["Body"])).await.unwrap();

    let gateway = Gateway::twilio().await;
    let service = "MG0123456789abcdef0123456789abcdef";
    let town = Town::with(|config| {
        twilio(config, &gateway);
        let twilio = config.codes.twilio.as_mut().unwrap();
        (twilio.from, twilio.messaging_service) = (None, Some(service.to_owned()));
    })
    .await;
    town.ask_code(&alice).await.unwrap();
    assert_eq!(gateway.calls()[0].form()["MessagingServiceSid"], service);
}

#[tokio::test]
async fn what_twilio_refuses_is_told_and_not_repeated() {
    let gateway = Gateway::twilio().await;
    let town = Town::with(|config| {
        twilio(config, &gateway);
        config.codes.twilio.as_mut().unwrap().auth_token = Some(Secret::new("not the token"));
    })
    .await;
    not_sent(town.ask_code(&alice()).await);
    assert_eq!(gateway.calls().len(), 1);

    let town = Town::with(|config| twilio(config, &gateway)).await;
    gateway.will_say([Say::Status(400, None)]);
    not_sent(town.ask_code(&alice()).await);
    assert_eq!(gateway.calls().len(), 2);
}

#[tokio::test]
async fn a_gateway_that_says_nothing_is_given_up() {
    let gateway = Gateway::twilio().await;
    let town = Town::with(|config| {
        twilio(config, &gateway);
        config.codes.timeout_seconds = 1;
    })
    .await;
    gateway.will_say([Say::Nothing]);
    not_sent(town.ask_code(&alice()).await);
    assert_eq!(gateway.calls().len(), 1, "it may have taken it");
}

#[tokio::test]
async fn mail_goes_to_an_address_made_from_the_number_or_to_the_persons_own() {
    let post = Post::start().await;
    let town = Town::with(|config| mail(config, &post)).await;
    let (alice, bob) = (alice(), Person::with_number("+351912345679"));
    for person in [&alice, &bob] {
        town.ask_code(person).await.unwrap();
    }
    let [to_alice, to_bob] = post.delivered().try_into().unwrap();
    assert_eq!((to_alice.from.as_str(), to_alice.to.as_str()), ("relay@example.org", "351912345678@sms.example.org"));
    assert_eq!(to_bob.to, "bob@example.org");
    let (_, text) = to_alice.text.split_once("\r\n\r\n").unwrap();
    town.calls.register(&alice, &digits(text)).await.unwrap();
}

#[tokio::test]
async fn a_mail_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not() {
    let post = Post::start().await;
    let town = Town::with(|config| mail(config, &post)).await;
    post.will_say(["451 later"]);
    town.ask_code(&alice()).await.unwrap();
    assert_eq!(post.delivered().len(), 1);
    post.will_say(["550 nobody here"]);
    not_sent(town.ask_code(&Person::with_number("+351912345670")).await);
    assert_eq!(post.delivered().len(), 1);
}

#[tokio::test]
async fn a_code_that_was_not_sent_costs_nothing() {
    let gateway = Gateway::webhook().await;
    let town = Town::with(|config| {
        webhook(config, &gateway);
        config.behind_proxy = true;
        config.codes.per_block_per_hour = 2;
        config.codes.per_hour = 2;
    })
    .await;
    let alice = alice();
    let ask = async || town.calls.ask_code_from(&alice, "203.0.113.7").await;
    for _ in 0..6 {
        gateway.will_say([Say::Status(403, None)]);
        assert_eq!(not_sent(ask().await), 10);
        town.clock.advance(10 * SECOND);
    }
    gateway.will_say([Say::Status(403, None)]);
    not_sent(ask().await);
    assert_eq!(refused(ask().await), ErrorCode::RateLimited, "a little patience is asked for");
    town.clock.advance(10 * SECOND);
    assert_eq!(ask().await.unwrap(), SENT, "as if it were the first");
    let body: Value = serde_json::from_str(&gateway.calls().last().unwrap().body).unwrap();
    town.calls.register(&alice, body["code"].as_str().unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_code_that_was_not_sent_does_not_count() {
    let gateway = Gateway::webhook().await;
    let town = Town::with(|config| webhook(config, &gateway)).await;
    let alice = alice();
    gateway.will_say([Say::Status(403, None)]);
    not_sent(town.ask_code(&alice).await);
    let body: Value = serde_json::from_str(&gateway.calls()[0].body).unwrap();
    let answer = town.calls.register(&alice, body["code"].as_str().unwrap()).await;
    assert_eq!(refused(answer), ErrorCode::CodeExpired, "else a gateway that fails would give guesses away");
}
