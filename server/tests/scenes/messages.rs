//! Messages from one to the other, whoever is there.

use sotto_wire::{Recipient, RefuseReason, Send, SendId, ToClient, ToRelay};

use crate::{people::random, town::Town};

#[tokio::test]
async fn bob_is_there_and_reads_at_once() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    let before = town.now();
    let id = alices.send(bob.copy("hello")).await;
    let deliver = bobs.deliver().await;
    assert_eq!(deliver.sealed, b"hello");
    bobs.ack(deliver.seq).await;
    let tick = alices.accepted(id).await;
    assert_eq!((tick.at, tick.refused), (deliver.at, vec![]));
    assert!(tick.at >= before);
}

#[tokio::test]
async fn bob_is_away_and_reads_later() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    for n in 0..100 {
        let id = alices.send(bob.copy(n.to_string())).await;
        alices.accepted(id).await;
    }
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.welcome().await.waiting, 100);
    for n in 0..100 {
        assert_eq!(bobs.text().await, n.to_string());
    }
    bobs.settle().await;
    bobs.leave().await;
    assert_eq!(town.connect(&bob).await.welcome().await.waiting, 0);
}

#[tokio::test]
async fn a_thousand_in_a_row_stay_in_a_row() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    let sending = async {
        let mut ids = Vec::new();
        for n in 0..1_000 {
            ids.push(alices.send(bob.copy(n.to_string())).await);
        }
        for id in ids {
            alices.accepted(id).await;
        }
    };
    let reading = async {
        let mut last = 0;
        for n in 0..1_000 {
            let deliver = bobs.deliver().await;
            assert_eq!(deliver.sealed, n.to_string().as_bytes());
            assert!(deliver.seq > last);
            last = deliver.seq;
            // Now and then, as a device does that commits in batches.
            if n % 7 == 0 || n == 999 {
                bobs.ack(last).await;
            }
        }
    };
    tokio::join!(sending, reading);
}

#[tokio::test]
async fn no_more_than_64_are_on_their_way() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    bobs.welcome().await;
    let mut ids = Vec::new();
    for _ in 0..70 {
        ids.push(alices.send(bob.copy("hello")).await);
    }
    for id in ids {
        // Silent as Bob is, each of them is on the relay's disk soon.
        alices.accepted(id).await;
    }
    bobs.settle().await;
    let mut last = 0;
    for _ in 0..64 {
        last = bobs.deliver().await.seq;
    }
    let id = bobs.send(alice.copy("what is said after the 64th")).await;
    let next = bobs.next().await.unwrap();
    assert!(!matches!(next, ToClient::Deliver(_)), "{next:?}");
    alices.text().await;
    if !matches!(next, ToClient::Accepted(_)) {
        bobs.accepted(id).await;
    }
    bobs.ack(last).await;
    for _ in 0..6 {
        bobs.text().await;
    }
}

#[tokio::test]
async fn the_same_send_twice_is_one_message_also_after_a_restart() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    let id = alices.send(bob.copy("once")).await;
    let first = alices.accepted(id).await;
    alices.send_as(id, bob.copy("once")).await;
    assert_eq!(alices.accepted(id).await, first);
    let town = town.restart().await;
    let mut alices = town.connect(&alice).await;
    alices.send_as(id, bob.copy("once")).await;
    assert_eq!(alices.accepted(id).await, first);
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.welcome().await.waiting, 1);
}

#[tokio::test]
async fn unacknowledged_messages_come_again_with_their_numbers() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    let (one, two) = (alices.send(bob.copy("one")).await, alices.send(bob.copy("two")).await);
    let first = bobs.deliver().await;
    let second = bobs.deliver().await;
    bobs.ack(first.seq).await;
    alices.accepted(one).await;
    bobs.settle().await;
    drop(bobs);
    // Not acknowledged, so the tick means that it is on the relay's disk.
    alices.accepted(two).await;
    let town = town.restart().await;
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.deliver().await, second);
    let mut alices = town.connect(&alice).await;
    alices.send(bob.copy("three")).await;
    assert!(bobs.deliver().await.seq > second.seq);
}

#[tokio::test]
async fn tokens_are_asked_for_and_strangers_have_little() {
    let town = Town::with(|config| config.limits.first_messages_per_hour = 2).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    let wrong = alices.send(Recipient { token: Some(alice.delivery), ..bob.copy("hello") }).await;
    assert_eq!(alices.refused(wrong).await.reason, RefuseReason::TokenRefused);
    for _ in 0..2 {
        let first = alices.send(Recipient { token: None, ..bob.copy("do you know me?") }).await;
        alices.accepted(first).await;
    }
    let third = alices.send(Recipient { token: None, ..bob.copy("hello??") }).await;
    let refused = alices.refused(third).await;
    assert_eq!(refused.reason, RefuseReason::RateLimited);
    town.clock.advance(refused.retry_after.unwrap());
    let later = alices.send(Recipient { token: None, ..bob.copy("hello again") }).await;
    alices.accepted(later).await;
}

#[tokio::test]
async fn typing_is_delivered_or_forgotten() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    bobs.welcome().await;
    let typing =
        || ToRelay::Send(Send { id: SendId(random()), to: vec![bob.copy("typing")], ephemeral: true, payload: None });
    alices.say(typing()).await;
    let sealed = bobs.wait_for(|f| if let ToClient::Ephemeral(e) = f { Some(e.sealed.clone()) } else { None }).await;
    assert_eq!(sealed, b"typing");
    bobs.leave().await;
    alices.say(typing()).await;
    alices.settle().await;
    assert_eq!(town.connect(&bob).await.welcome().await.waiting, 0);
}
