//! The end in good order.

use std::time::{Duration, Instant};

use sotto_wire::ToClient;

use crate::town::Town;

#[tokio::test]
async fn everybody_is_told_and_nothing_is_left_in_memory() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    let id = alices.send(bob.copy("not acknowledged")).await;
    bobs.deliver().await;
    let watching = tokio::spawn(async move {
        let draining = alices.wait_for(|f| if let ToClient::Draining(d) = f { Some(*d) } else { None }).await;
        alices.accepted(id).await;
        (draining, alices.closed().await)
    });
    let begun = Instant::now();
    let town = town.restart().await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    let (draining, code) = watching.await.unwrap();
    assert!(draining.reconnect_after > 0);
    assert_eq!(code, Some(1001));
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.text().await, "not acknowledged");
}

#[tokio::test]
async fn one_directory_serves_one_relay() {
    let town = Town::new().await;
    let config = sotto_relay::Config {
        listen: "127.0.0.1:0".to_owned(),
        data_dir: Some(town.dir().to_owned()),
        ..sotto_relay::Config::default()
    };
    let second = sotto_relay::Relay::start(config).await;
    assert!(matches!(second, Err(sotto_relay::RelayError::InUse(_))));
}
