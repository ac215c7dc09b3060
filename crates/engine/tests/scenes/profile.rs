//! Names, drafts and settings.

use sotto_engine::{
    error::Code,
    view::{Settings, Theme},
};

use crate::{
    conversation::befriend,
    people::{ALICE, BOB, Town},
};

#[tokio::test]
async fn a_new_name_reaches_the_others_within_a_day() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    let (to_bob, to_alice) = befriend(&alice, &bob).await;
    alice.list().await.row("his name", |row| row.id == to_bob && row.title == "Bob").await;
    bob.list().await.row("her name", |row| row.id == to_alice && row.title == "Alice").await;

    alice.engine.profile_set("Alice Liddell", "Down here").await.unwrap();
    // Published before Bob looks again: her next message says nothing of it, so her own connection must.
    let mut bob = bob;
    loop {
        bob.clock.advance(sotto_wire::limits::DAY + 1);
        bob = bob.restart().await;
        bob.online().await;
        let view = bob.engine.contact_view(to_alice).await.unwrap();
        if view.own_name == "Alice Liddell" {
            break;
        }
    }
    assert_eq!(bob.engine.contact_view(to_alice).await.unwrap().about, "Down here");

    let renamed = bob.engine.contact_rename(to_alice, Some("Ali")).await.unwrap();
    assert_eq!((renamed.title.as_str(), renamed.own_name.as_str()), ("Ali", "Alice Liddell"));
    let restored = bob.engine.contact_rename(to_alice, None).await.unwrap();
    assert_eq!(restored.title, "Alice Liddell");
}

#[tokio::test]
async fn drafts_and_settings_are_kept() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let _bob = town.person("Bob", BOB).await;
    let chat = alice.engine.chat_start(BOB).await.unwrap();
    alice.engine.draft_set(chat, "Dear Bo").await.unwrap();
    let chosen = Settings { theme: Theme::Dark, text_size: 99, ..Settings::default() };
    alice.engine.settings_set(chosen).await.unwrap();

    let alice = alice.restart().await;
    let mut list = alice.list().await;
    list.row("the draft", |row| row.id == chat && row.draft.as_deref() == Some("Dear Bo")).await;
    let settings = alice.engine.app_state().settings.unwrap();
    assert_eq!((settings.theme, settings.text_size), (Theme::Dark, 20));

    alice.say(chat, "Dear Bob").await;
    list.row("no draft", |row| row.id == chat && row.draft.is_none()).await;
}

#[tokio::test]
async fn who_does_not_want_to_be_found_is_not_found() {
    let town = Town::new().await;
    let alice = town.person("Alice", ALICE).await;
    let bob = town.person("Bob", BOB).await;
    assert_eq!(alice.engine.chat_start(ALICE).await.unwrap_err().code, Code::NumberOwn);
    assert_eq!(alice.engine.chat_start("+351912345670").await.unwrap_err().code, Code::NumberNotFound);

    bob.engine.settings_set(Settings { findable: false, ..Settings::default() }).await.unwrap();
    // Told to the relay in the background. Who has found him once keeps him, so each try is somebody else's.
    for n in 0..10 {
        let seeker = town.person(&format!("Seeker {n}"), &format!("+35191234560{n}")).await;
        match seeker.engine.chat_start(BOB).await {
            Err(error) => return assert_eq!(error.code, Code::NumberNotFound),
            Ok(_) => drop(seeker.leave().await),
        }
    }
    panic!("Bob is found by everybody");
}
