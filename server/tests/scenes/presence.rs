//! Presence over real sockets; the rules in full are tried against the core alone.

use sotto_wire::{Presence, ToClient};

use crate::town::{Live, Town};

async fn told(live: &mut Live) -> Presence {
    live.wait_for(|f| if let ToClient::Presence(p) = f { Some(*p) } else { None }).await
}

#[tokio::test]
async fn alice_sees_bob_come_and_go_and_come_back_after_a_restart() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    alices.present(true, true).await;
    alices.watch(&bob).await;
    alices.settle().await;
    bobs.present(true, true).await;
    assert!(told(&mut alices).await.online);
    bobs.leave().await;
    let gone = told(&mut alices).await;
    assert!(!gone.online);
    let last_seen = gone.last_seen.unwrap();
    assert!(last_seen % 60_000 == 0 && last_seen <= town.now());

    let town = town.restart().await;
    let mut alices = town.connect(&alice).await;
    alices.present(true, true).await;
    alices.watch(&bob).await;
    let remembered = told(&mut alices).await;
    assert_eq!((remembered.online, remembered.last_seen), (false, Some(last_seen)));
}
