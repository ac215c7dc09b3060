//! What people tell the operator about others.

use reqwest::Method;
use sotto_wire::{
    limits::{DAY, MAX_REPORT_CHARS, REPORT_LIFE},
    rest::{self, ErrorCode, Report, ReportExcerpt, ReportReason},
};

use crate::{
    people::Person,
    town::{Answer, Town, refused},
};

async fn alice_and_bob(town: &Town) -> (Person, Person) {
    (town.alice().await, town.bob().await)
}

fn about(person: &Person, words: &str) -> Report {
    let excerpts = vec![ReportExcerpt { at: 5, text: "Send me your code".to_owned() }];
    Report { account: person.account(), reason: ReportReason::Fraud, words: words.to_owned(), excerpts }
}

async fn tell(town: &Town, reporter: &Person, report: &Report) -> Answer<()> {
    town.calls.call(Method::POST, rest::REPORTS, Some(reporter), report).await
}

#[tokio::test]
async fn a_report_is_kept_for_the_operator_until_it_was_seen_to() {
    let town = Town::new().await;
    let (alice, bob) = alice_and_bob(&town).await;
    tell(&town, &alice, &about(&bob, "first")).await.unwrap();
    // Another one about the same person stands in its place.
    tell(&town, &alice, &about(&bob, "He pretends to be a bank")).await.unwrap();
    let town = town.restart().await;
    let reports = town.reports();
    let [kept] = reports.list().await.unwrap().try_into().unwrap();
    assert_eq!(kept.report, about(&bob, "He pretends to be a bank"));
    assert_eq!((kept.reporter, kept.number), (alice.account(), Some(bob.number.to_string())));
    assert!(reports.remove(kept.id).await.unwrap());
    assert!(!reports.remove(kept.id).await.unwrap());
}

#[tokio::test]
async fn what_is_too_long_about_nobody_about_oneself_or_by_nobody_is_refused() {
    let town = Town::new().await;
    let (alice, bob) = alice_and_bob(&town).await;
    let long = about(&bob, &"a".repeat(MAX_REPORT_CHARS + 1));
    assert_eq!(refused(tell(&town, &alice, &long).await), ErrorCode::TooLarge);
    let excerpt = ReportExcerpt { at: 1, text: String::new() };
    let many = Report { excerpts: vec![excerpt; 6], ..about(&bob, "") };
    assert_eq!(refused(tell(&town, &alice, &many).await), ErrorCode::TooLarge);
    assert_eq!(refused(tell(&town, &alice, &about(&alice, "")).await), ErrorCode::Malformed);
    let nobody = Person::with_number("+351912345670");
    assert_eq!(refused(tell(&town, &alice, &about(&nobody, "")).await), ErrorCode::NotFound);
    assert_eq!(refused(tell(&town, &nobody, &about(&bob, "")).await), ErrorCode::Unauthorised);
    assert!(town.reports().list().await.unwrap().is_empty());
}

#[tokio::test]
async fn few_reports_a_day_and_none_for_ever() {
    let town = Town::new().await;
    let (alice, bob) = alice_and_bob(&town).await;
    for _ in 0..20 {
        tell(&town, &alice, &about(&bob, "again")).await.unwrap();
    }
    assert_eq!(refused(tell(&town, &alice, &about(&bob, "again")).await), ErrorCode::RateLimited);
    town.clock.advance(REPORT_LIFE + DAY);
    town.running.sweep().await;
    assert!(town.reports().list().await.unwrap().is_empty());
}
