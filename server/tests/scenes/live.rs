//! The WebSocket itself: one for each device, and no patience with nonsense.

use std::time::{Duration, Instant};

use sotto_wire::{Send, SendId, ToClient, ToRelay, limits::MAX_FRAME};

use crate::{
    people::random,
    town::{Live, Town},
};

#[tokio::test]
async fn a_newer_connection_replaces_the_older() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let mut older = town.connect(&alice).await;
    older.welcome().await;
    let mut newer = town.connect(&alice).await;
    assert_eq!(older.closed().await, Some(4409));
    newer.settle().await;
}

#[tokio::test]
async fn the_welcome_tells_time_and_state() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let before = town.now();
    let welcome = town.connect(&alice).await.welcome().await;
    assert!((before..=town.now()).contains(&welcome.now));
    assert_eq!((welcome.waiting, welcome.one_time_keys), (0, 3));
}

#[tokio::test]
async fn frames_of_a_newer_peer_are_passed_over() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let mut live = town.connect(&alice).await;
    for _ in 0..10 {
        live.say_bytes(vec![0x82, 0x19, 0x03, 0xe7, 0xa0]).await;
    }
    live.settle().await;
}

#[tokio::test]
async fn nonsense_is_borne_twice() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let mut live = town.connect(&alice).await;
    for _ in 0..2 {
        live.say_bytes(vec![0xff]).await;
    }
    live.settle().await;
    live.say_bytes(vec![0xff]).await;
    assert_eq!(live.closed().await, Some(4400));
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_the_connection_and_nothing_else() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    bobs.welcome().await;
    alices.say_bytes(vec![0; MAX_FRAME + 1]).await;
    alices.closed().await;
    bobs.settle().await;
}

#[tokio::test]
async fn silence_ends_a_connection() {
    let town = Town::with(|config| {
        config.limits.idle_seconds = 1;
        // Nobody asks for a sign of life, so none comes.
        config.limits.ping_seconds = 60;
    })
    .await;
    let alice = town.alice().await;
    let mut live = town.connect(&alice).await;
    assert_eq!(live.closed().await, Some(4408));
}

#[tokio::test]
async fn a_ping_keeps_a_quiet_connection() {
    let town = Town::with(|config| {
        config.limits.idle_seconds = 2;
        config.limits.ping_seconds = 1;
    })
    .await;
    let alice = town.alice().await;
    let mut quiet = town.connect(&alice).await;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        quiet.pinged().await;
    }
    quiet.settle().await;
}

#[tokio::test]
async fn there_is_room_for_so_many() {
    let town = Town::with(|config| config.limits.connections = 2).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    alices.welcome().await;
    let mut bobs = town.connect(&bob).await;
    bobs.welcome().await;
    let third = crate::people::Person { ..alice.clone() };
    assert_eq!(Live::open(town.running.address(), &third).await.err(), Some(503));
    bobs.settle().await;
}

#[tokio::test]
async fn whoever_does_not_read_is_dropped_and_loses_nothing() {
    let town = Town::with(|config| config.limits.slow_reader_seconds = 1).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    for live in [&mut alices, &mut bobs] {
        live.present(true, true).await;
        live.settle().await;
    }
    alices.watch(&bob).await;
    let online = |f: &ToClient| if let ToClient::Presence(p) = f { Some(p.online) } else { None };
    assert!(alices.wait_for(online).await);
    let id = alices.send(bob.copy("kept")).await;
    // More than any socket buffers, so that the relay's writes stall.
    for _ in 0..300 {
        let to = vec![bob.copy("x".repeat(120_000))];
        alices.say(ToRelay::Send(Send { id: SendId(random()), to, ephemeral: true, payload: None })).await;
    }
    assert!(!alices.wait_for(online).await, "dropped");
    alices.accepted(id).await;
    assert_eq!(town.connect(&bob).await.text().await, "kept");
}
