//! What is worth nothing a minute later still gets through a bad network.

use std::time::Duration;

use sotto_engine::view::{AppEvent, PresenceView};
use sotto_tests::{people::Scene, rough_network::Weather};
use tokio::time::interval;

#[tokio::test]
async fn typing_and_presence_are_seen_in_rough_weather() {
    let scene = Scene::new(15).await;
    let (alice, bob) = scene.alice_and_bob().await;
    let mut window = alice.window();
    alice.network.rough(Weather::ROUGH);
    bob.network.rough(Weather::ROUGH);

    bob.engine.window_focus(true);
    let online = |event: &AppEvent| matches!(event, AppEvent::Presence { presence: PresenceView::Online, .. });
    window.event("that Bob is there", online).await;

    // One key after the other; the engine says so every three seconds, and one may be lost.
    let writing =
        |wanted: bool| move |event: &AppEvent| matches!(event, AppEvent::Typing { writing, .. } if *writing == wanted);
    let mut keys = interval(Duration::from_millis(50));
    let typing = async {
        loop {
            keys.tick().await;
            bob.engine.typing_set(bob.chat()).await.unwrap();
        }
    };
    tokio::select! {
        _ = window.event("that Bob writes", writing(true)) => {}
        () = typing => {}
    }
    bob.say("Done").await;
    window.event("that Bob has written", writing(false)).await;

    bob.engine.window_focus(false);
    // A cut may have shown him away before: what counts is what her window shows in the end.
    let shown = async || alice.engine.contact_view(alice.chat()).await.unwrap().presence;
    while !matches!(shown().await, PresenceView::LastSeen { .. }) {
        window.event("that Bob is away", |event| matches!(event, AppEvent::Presence { .. })).await;
    }
}
