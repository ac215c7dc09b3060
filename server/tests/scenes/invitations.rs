//! A relay that takes only the invited.

use reqwest::StatusCode;
use sotto_wire::{
    limits::{DAY, HOUR, SECOND},
    rest::{self, CodeSent, ErrorBody, ErrorCode, RegistrationMode, RelayInfo},
};

use crate::{
    people::Person,
    town::{Answer, Town, refused},
};

fn alice() -> Person {
    Person::with_number("+351912345678")
}

fn bob() -> Person {
    Person::with_number("+351912345679")
}

async fn closed() -> Town {
    Town::with(|config| config.registration = RegistrationMode::Invitation).await
}

/// Invitations as the operator hands them out, made beside the running relay.
async fn invite(town: &Town, count: u32) -> Vec<String> {
    town.invitations().await.create(count, 14, "", town.now()).await.unwrap()
}

async fn ask(town: &Town, person: &Person, invitation: Option<&str>) -> Answer<CodeSent> {
    town.calls.ask_code_with(person, invitation, &[]).await
}

#[tokio::test]
async fn an_invitation_lets_one_person_in() {
    let (town, alice) = (closed().await, alice());
    let info: RelayInfo = town.calls.get(rest::RELAY, None).await.unwrap();
    assert_eq!(info.registration, RegistrationMode::Invitation);
    let [invitation] = invite(&town, 1).await.try_into().unwrap();
    // Typed by hand, and with a second code: what counts is who signs up.
    let typed = format!(" {} ", invitation.to_lowercase().replace('-', " "));
    ask(&town, &alice, Some(&typed)).await.unwrap();
    town.clock.advance(30 * SECOND);
    ask(&town, &alice, Some(&invitation)).await.unwrap();
    town.calls.register(&alice, &town.code_for(&alice)).await.unwrap();
    assert_eq!(refused(ask(&town, &bob(), Some(&invitation)).await), ErrorCode::InvitationNeeded);
}

#[tokio::test]
async fn one_invitation_does_not_let_two_in() {
    let (town, alice, bob) = (closed().await, alice(), bob());
    let [invitation] = invite(&town, 1).await.try_into().unwrap();
    ask(&town, &alice, Some(&invitation)).await.unwrap();
    ask(&town, &bob, Some(&invitation)).await.unwrap();
    town.calls.register(&alice, &town.code_for(&alice)).await.unwrap();
    let late = town.calls.register(&bob, &town.code_for(&bob)).await;
    assert_eq!(refused(late), ErrorCode::InvitationNeeded);
}

#[tokio::test]
async fn a_code_from_when_the_relay_was_open_lets_nobody_in() {
    let (town, alice) = (Town::new().await, alice());
    town.ask_code(&alice).await.unwrap();
    let town = town.restart_with(|config| config.registration = RegistrationMode::Invitation).await;
    let answer = town.calls.register(&alice, &town.code_for(&alice)).await;
    assert_eq!(refused(answer), ErrorCode::InvitationNeeded);
}

#[tokio::test]
async fn without_one_that_counts_the_answer_is_always_the_same() {
    let town = closed().await;
    let [used, revoked, _open, expired] = invite(&town, 4).await.try_into().unwrap();
    let alice = alice();
    ask(&town, &alice, Some(&used)).await.unwrap();
    town.calls.register(&alice, &town.code_for(&alice)).await.unwrap();
    let invitations = town.invitations().await;
    assert!(invitations.revoke(&revoked).await.unwrap());
    assert!(!invitations.revoke(&used).await.unwrap(), "what was used stays in the list");
    let before =
        refuse_all(&town, &alice, &[None, Some(""), Some("K7QM-0X2V-9RTB-4HND"), Some(&used), Some(&revoked)]).await;
    town.clock.advance(14 * DAY);
    let after = refuse_all(&town, &alice, &[None, Some(&used), Some(&expired)]).await;
    assert_eq!(before, after);
}

/// Asks for a registered and an unknown number; every answer must be the same, which is returned.
async fn refuse_all(town: &Town, registered: &Person, given: &[Option<&str>]) -> (StatusCode, ErrorBody) {
    let mut answers = Vec::new();
    for person in [registered, &bob()] {
        for invitation in given {
            answers.push(ask(town, person, *invitation).await.unwrap_err());
        }
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(answers[0].1.code, ErrorCode::InvitationNeeded);
    answers.swap_remove(0)
}

#[tokio::test]
async fn guessing_invitations_is_limited_and_takes_nothing_from_others() {
    let town = Town::with(|config| {
        config.registration = RegistrationMode::Invitation;
        config.behind_proxy = true;
        config.codes.per_block_per_hour = 3;
        config.codes.per_hour = 1;
    })
    .await;
    let [invitation] = invite(&town, 1).await.try_into().unwrap();
    let guess = async |invitation: &str| {
        town.calls.ask_code_with(&alice(), Some(invitation), &[("x-forwarded-for", "203.0.113.7")]).await
    };
    for _ in 0..3 {
        assert_eq!(refused(guess("0000-0000-0000-0000").await), ErrorCode::InvitationNeeded);
    }
    assert_eq!(refused(guess("0000-0000-0000-0000").await), ErrorCode::RateLimited);
    assert_eq!(refused(guess(&invitation).await), ErrorCode::RateLimited, "a lucky guess too");
    let elsewhere = [("x-forwarded-for", "203.0.114.7")];
    town.calls.ask_code_with(&alice(), Some(&invitation), &elsewhere).await.expect("the relay's only code is left");
    town.clock.advance(HOUR);
    assert_eq!(refused(guess("0000-0000-0000-0000").await), ErrorCode::InvitationNeeded);
}

#[tokio::test]
async fn the_list_names_them_and_does_not_give_them_away() {
    let town = closed().await;
    let invitations = town.invitations().await;
    let drawn = invitations.create(2, 1, "for the choir", town.now()).await.unwrap();
    let listed = invitations.list().await.unwrap();
    assert_eq!(listed.iter().map(|(_, one)| one.note.as_str()).collect::<Vec<_>>(), ["for the choir"; 2]);
    for (name, _) in &listed {
        assert_eq!(refused(ask(&town, &alice(), Some(name)).await), ErrorCode::InvitationNeeded);
    }
    for file in ["relay.db", "relay.db-wal"] {
        let bytes = std::fs::read(town.dir().join(file)).unwrap();
        for invitation in &drawn {
            for form in [invitation.clone(), invitation.replace('-', "")] {
                assert!(!bytes.windows(form.len()).any(|w| w == form.as_bytes()), "{file}");
            }
        }
    }
    assert!(invitations.revoke(&listed[0].0).await.unwrap());
    assert_eq!(invitations.list().await.unwrap().len(), 1);
    town.clock.advance(32 * DAY);
    town.running.sweep().await;
    assert_eq!(invitations.list().await.unwrap(), []);
}
