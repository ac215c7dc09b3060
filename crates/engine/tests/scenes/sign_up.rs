//! From nothing to a signed-up device.

use sotto_engine::{Engine, EngineConfig, SecretSource, error::Code, view::Stage};

use crate::people::{ALICE, BOB, Person, Town};

#[tokio::test]
async fn a_wrong_code_leaves_another_try() {
    let town = Town::new().await;
    let alice = Person::start(&town, "Alice").await;
    assert!(matches!(alice.engine.app_state().stage, Stage::Onboarding { relay: None, number: None, .. }));
    assert_eq!(alice.engine.code_request(ALICE).await.unwrap_err().code, Code::RelayUnreachable);

    alice.engine.relay_use(&town.address).await.unwrap();
    let requested = alice.engine.code_request(ALICE).await.unwrap();
    assert!(requested.code_shown.is_none() && requested.expires_at > requested.resend_at);
    let right = town.code_for(ALICE);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let error = alice.engine.code_submit(wrong).await.unwrap_err();
    assert_eq!((error.code, error.tries_left), (Code::CodeWrong, Some(4)));
    alice.engine.code_submit(&right).await.unwrap();
    assert_eq!(alice.engine.app_state().stage, Stage::ChooseProfile);
    assert_eq!(alice.engine.profile_set("  ", "").await.unwrap_err().code, Code::NameInvalid);
    assert_eq!(alice.engine.profile_set(" Alice ", "").await.unwrap().name, "Alice");
    assert_eq!(alice.engine.app_state().stage, Stage::Ready);
}

#[tokio::test]
async fn sign_up_goes_on_after_a_restart() {
    let town = Town::new().await;
    let alice = Person::start(&town, "Alice").await;
    alice.engine.relay_use(&town.address).await.unwrap();
    let requested = alice.engine.code_request(ALICE).await.unwrap();
    let wrong = if town.code_for(ALICE) == "000000" { "000001" } else { "000000" };
    alice.engine.code_submit(wrong).await.unwrap_err();

    let alice = alice.restart().await;
    let Stage::Onboarding { relay: Some(relay), number, number_display, .. } = alice.engine.app_state().stage else {
        panic!("not where it was left");
    };
    assert_eq!((relay.address, number.as_deref()), (town.address.clone(), Some(ALICE)));
    assert_eq!(number_display, Some(requested.number_display), "shown as it was before");
    alice.engine.number_change().await.unwrap();
    assert!(matches!(alice.engine.app_state().stage, Stage::Onboarding { number: None, .. }));
    alice.engine.code_request("+351912345677").await.unwrap();
    alice.engine.code_submit(&town.code_for("+351912345677")).await.unwrap();
    assert_eq!(alice.engine.app_state().me.unwrap().number, "+351912345677");

    let alice = alice.restart().await;
    assert_eq!(alice.engine.app_state().stage, Stage::ChooseProfile);
}

#[tokio::test]
async fn who_is_invited_signs_up_and_the_invitation_is_asked_for_once() {
    let town = Town::closed().await;
    let alice = Person::start(&town, "Alice").await;
    alice.engine.relay_use(&town.address).await.unwrap();
    let asks = |stage: Stage| matches!(stage, Stage::Onboarding { invitation_needed: true, .. });
    assert!(asks(alice.engine.app_state().stage));
    let code = |error: sotto_engine::error::Error| error.code;
    assert_eq!(alice.engine.code_request(ALICE).await.map_err(code), Err(Code::InvitationNeeded));
    let mistyped = alice.engine.code_request_invited(ALICE, Some("K7QM-0X2V-9RTB-4HND")).await;
    assert_eq!(mistyped.map_err(code), Err(Code::InvitationNeeded));

    let invitation = town.invitation().await;
    alice.engine.code_request_invited(ALICE, Some(&invitation)).await.unwrap();
    // The number was wrong, and the program is ended in between: the invitation is still known.
    let alice = alice.restart().await;
    assert!(asks(alice.engine.app_state().stage));
    alice.engine.number_change().await.unwrap();
    alice.engine.code_request(BOB).await.unwrap();
    alice.engine.code_submit(&town.code_for(BOB)).await.unwrap();
    assert_eq!(alice.engine.app_state().stage, Stage::ChooseProfile);

    let bob = Person::start(&town, "Bob").await;
    bob.engine.relay_use(&town.address).await.unwrap();
    let again = bob.engine.code_request_invited(ALICE, Some(&invitation)).await;
    assert_eq!(again.map_err(code), Err(Code::InvitationNeeded), "it has let one person in");
}

#[tokio::test]
async fn only_a_relay_is_taken_for_one() {
    let town = Town::new().await;
    let alice = Person::start(&town, "Alice").await;
    let code = |error: sotto_engine::error::Error| error.code;
    assert_eq!(alice.engine.relay_use("http://127.0.0.1:9").await.map_err(code), Err(Code::RelayUnreachable));
    assert_eq!(alice.engine.relay_use("no address at all").await.map_err(code), Err(Code::RelayUnreachable));
}

#[tokio::test]
async fn a_passphrase_locks_the_profile() {
    let dir = tempfile::tempdir().unwrap();
    let config = EngineConfig { secret: SecretSource::Passphrase, ..EngineConfig::new(dir.path().join("alice")) };
    let (engine, _events) = Engine::start(config.clone()).await.unwrap();
    assert_eq!(engine.app_state().stage, Stage::SetPassphrase);
    assert_eq!(engine.passphrase_set("short").await.unwrap_err().code, Code::PassphraseTooShort);
    engine.passphrase_set("curiouser and curiouser").await.unwrap();
    assert!(matches!(engine.app_state().stage, Stage::Onboarding { .. }));
    engine.stop().await;

    let (engine, _events) = Engine::start(config).await.unwrap();
    assert_eq!(engine.app_state().stage, Stage::Unlock);
    assert_eq!(engine.unlock("off with her head").await.unwrap_err().code, Code::PassphraseWrong);
    engine.unlock("curiouser and curiouser").await.unwrap();
    assert!(matches!(engine.app_state().stage, Stage::Onboarding { .. }));
}
