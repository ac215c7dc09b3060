//! Mailboxes have an end: in number, in time, and on the disk.

use sotto_wire::{
    RefuseReason, ToClient,
    limits::{DAY, MAILBOX_LIFE},
};

use crate::town::{Live, Town};

async fn expired(live: &mut Live) -> u64 {
    live.wait_for(|f| if let ToClient::Expired(e) = f { Some(e.count) } else { None }).await
}

#[tokio::test]
async fn what_does_not_fit_is_refused_to_the_sender() {
    let town = Town::with(|config| config.limits.mailbox_messages = 2).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    for _ in 0..2 {
        let id = alices.send(bob.copy("hello")).await;
        alices.accepted(id).await;
    }
    let id = alices.send(bob.copy("one too many")).await;
    assert_eq!(alices.refused(id).await.reason, RefuseReason::MailboxFull);
    let mut bobs = town.connect(&bob).await;
    assert_eq!((bobs.text().await, bobs.text().await), ("hello".to_owned(), "hello".to_owned()));
    bobs.settle().await;
    let id = alices.send(bob.copy("now it fits")).await;
    assert_eq!(bobs.text().await, "now it fits");
    alices.accepted(id).await;
}

#[tokio::test]
async fn the_bound_in_bytes_holds_too() {
    let town = Town::with(|config| config.limits.mailbox_bytes = 1_000).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    let id = alices.send(bob.copy("x".repeat(900))).await;
    alices.accepted(id).await;
    let id = alices.send(bob.copy("y".repeat(101))).await;
    assert_eq!(alices.refused(id).await.reason, RefuseReason::MailboxFull);
    let id = alices.send(bob.copy("z".repeat(100))).await;
    alices.accepted(id).await;
}

#[tokio::test]
async fn after_thirty_days_only_their_number_is_left() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    for n in 0..3 {
        let id = alices.send(bob.copy(format!("old {n}"))).await;
        alices.accepted(id).await;
    }
    town.clock.advance(MAILBOX_LIFE - DAY);
    let id = alices.send(bob.copy("young")).await;
    alices.accepted(id).await;
    town.clock.advance(DAY + 1);
    town.running.sweep().await;
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.welcome().await.waiting, 1);
    assert_eq!(expired(&mut bobs).await, 3);
    drop(bobs);
    let mut bobs = town.connect(&bob).await;
    assert_eq!(expired(&mut bobs).await, 3, "said again until it is acknowledged");
    assert_eq!(bobs.text().await, "young");
    bobs.settle().await;
    // Told for good once the writer has it; a restart waits for that.
    let town = town.restart().await;
    let mut bobs = town.connect(&bob).await;
    bobs.welcome().await;
    bobs.settle().await;
    let mut alices = town.connect(&alice).await;
    alices.send(bob.copy("newest")).await;
    assert!(matches!(bobs.next().await, Ok(ToClient::Deliver(_))), "nothing about expiry before it");
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_lost_that_was_accepted() {
    let town = Town::with(|config| config.limits.database_bytes = 400_000).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    let mut accepted = Vec::new();
    let mut refused_one = None;
    for n in 0.. {
        let text = format!("{n} {}", "x".repeat(20_000));
        let id = alices.send(bob.copy(&text)).await;
        let answer = alices
            .wait_for(|f| match f {
                ToClient::Accepted(a) if a.id == id => Some(None),
                ToClient::Refused(r) if r.id == id => Some(Some(*r)),
                _ => None,
            })
            .await;
        match answer {
            None => accepted.push(text),
            Some(refused) => {
                assert_eq!(refused.reason, RefuseReason::Unavailable);
                assert!(refused.retry_after.is_some());
                refused_one = Some((id, text));
                break;
            }
        }
    }
    assert!(!accepted.is_empty());
    let mut bobs = town.connect(&bob).await;
    for text in &accepted {
        assert!(bobs.text().await == *text);
    }
    // A connected device needs no disk. What was refused keeps its turn: it comes again before anything new.
    let (again, text) = refused_one.unwrap();
    alices.send_as(again, bob.copy(&text)).await;
    assert!(bobs.text().await == text);
    alices.accepted(again).await;
    let id = alices.send(bob.copy("still talking")).await;
    assert_eq!(bobs.text().await, "still talking");
    alices.accepted(id).await;
}
