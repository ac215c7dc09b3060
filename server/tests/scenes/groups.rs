//! Groups, as far as a relay knows them: a log that only the right key appends to, and one payload for many.

use reqwest::Method;
use rusqlite::Connection;
use sotto_wire::{
    GroupAppend, GroupId, RefuseReason, RefusedDevice, SealedFor, Send, SendId, Signed, ToRelay,
    rest::{self, ErrorCode, GroupAppended, GroupLog},
};

use crate::{
    people::{Person, Signer, random},
    town::{Answer, Live, Town, refused},
};

const GROUP: GroupId = GroupId([7; 16]);

fn entry(position: u64, event: &str, by: &Signer, next: &Signer) -> Signed<GroupAppend> {
    let event = event.as_bytes().to_vec();
    by.signed(&GroupAppend { group: GROUP, position, event, write_key: next.public() })
}

async fn append(town: &Town, caller: &Person, append: &Signed<GroupAppend>) -> Answer<()> {
    let body = GroupAppended { append: append.clone() };
    town.calls.call(Method::POST, rest::GROUPS, Some(caller), &body).await
}

async fn log(town: &Town, caller: &Person, from: u64) -> Answer<Vec<(u64, String)>> {
    let path = format!("{}/{GROUP}/events?from={from}", rest::GROUPS);
    let log: GroupLog = town.calls.get(&path, Some(caller)).await?;
    assert!(!log.more);
    Ok(log.entries.into_iter().map(|e| (e.position, String::from_utf8(e.event).unwrap())).collect())
}

#[tokio::test]
async fn a_log_grows_one_entry_at_a_time_and_survives_a_restart() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    assert_eq!(refused(log(&town, &bob, 0).await), ErrorCode::NotFound);
    let (first, second) = (Signer::draw(), Signer::draw());
    let founding = entry(0, "founded", &first, &first);
    append(&town, &alice, &founding).await.unwrap();
    append(&town, &alice, &founding).await.expect("the answer may have been lost");
    append(&town, &bob, &entry(1, "renamed", &first, &second)).await.expect("whoever holds the key");
    let town = town.restart().await;
    append(&town, &alice, &entry(2, "carol", &second, &second)).await.unwrap();
    let all = [(0, "founded".into()), (1, "renamed".into()), (2, "carol".into())];
    assert_eq!(log(&town, &bob, 0).await.unwrap(), all);
    assert_eq!(log(&town, &bob, 2).await.unwrap(), all[2..]);
    assert_eq!(log(&town, &bob, 3).await.unwrap(), []);
}

#[tokio::test]
async fn of_two_who_append_at_once_one_must_look_again() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let key = Signer::draw();
    append(&town, &alice, &entry(0, "founded", &key, &key)).await.unwrap();
    append(&town, &alice, &entry(1, "by alice", &key, &key)).await.unwrap();
    assert_eq!(refused(append(&town, &bob, &entry(1, "by bob", &key, &key)).await), ErrorCode::Conflict);
    assert_eq!(refused(append(&town, &bob, &entry(3, "ahead", &key, &key)).await), ErrorCode::Conflict);
    assert_eq!(log(&town, &bob, 1).await.unwrap(), [(1, "by alice".into())]);
}

#[tokio::test]
async fn only_the_key_that_the_entry_before_has_named_may_append() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let (old, new, stranger) = (Signer::draw(), Signer::draw(), Signer::draw());
    assert_eq!(refused(append(&town, &alice, &entry(0, "x", &stranger, &old)).await), ErrorCode::KeysRejected);
    append(&town, &alice, &entry(0, "founded", &old, &old)).await.unwrap();
    append(&town, &alice, &entry(1, "bob is removed", &old, &new)).await.unwrap();
    for by in [&old, &stranger] {
        assert_eq!(refused(append(&town, &alice, &entry(2, "x", by, by)).await), ErrorCode::KeysRejected);
    }
    let long = "x".repeat(sotto_wire::limits::MAX_GROUP_EVENT);
    assert_eq!(refused(append(&town, &alice, &entry(2, &long, &new, &new)).await), ErrorCode::TooLarge);
    append(&town, &alice, &entry(2, "renamed", &new, &new)).await.unwrap();
}

async fn send_to_all(from: &mut Live, text: &str, people: &[&Person]) -> SendId {
    let to = people
        .iter()
        .map(|person| {
            let mut to = person.copy("");
            to.devices = vec![SealedFor { device: person.device, sealed: vec![] }];
            to
        })
        .collect();
    let id = SendId(random());
    let payload = Some(text.as_bytes().to_vec());
    from.say(ToRelay::Send(Send { id, to, ephemeral: false, payload })).await;
    id
}

fn stored(town: &Town) -> (i64, i64) {
    let db = Connection::open(town.dir().join("relay.db")).unwrap();
    let count = |sql| db.query_row(sql, [], |row| row.get(0)).unwrap();
    (count("SELECT count(*) FROM payloads"), count("SELECT coalesce(sum(length(sealed)), 0) FROM mailbox"))
}

#[tokio::test]
async fn a_payload_lies_on_the_disk_once_and_goes_with_the_last_who_fetches_it() {
    let town = Town::new().await;
    let (alice, bob, carol) = (town.alice().await, town.bob().await, town.newcomer("+351912345680").await);
    let mut alices = town.connect(&alice).await;
    let id = send_to_all(&mut alices, "hello, all", &[&bob, &carol]).await;
    assert_eq!(alices.accepted(id).await.refused, []);
    assert_eq!(stored(&town), (1, 0), "one payload, and nothing in the mailboxes but its name");
    drop(alices);
    let town = town.restart().await;
    let mut bobs = town.connect(&bob).await;
    assert_eq!(bobs.welcome().await.waiting, 1);
    assert_eq!(bobs.text().await, "hello, all");
    bobs.settle().await;
    let mut carols = town.connect(&carol).await;
    assert_eq!(carols.text().await, "hello, all");
    carols.leave().await;
    bobs.leave().await;
    let town = town.restart().await;
    assert_eq!(stored(&town), (0, 0));
}

#[tokio::test]
async fn one_who_cannot_take_it_does_not_hold_up_the_others() {
    let town = Town::new().await;
    let (alice, bob, carol) = (town.alice().await, town.bob().await, town.newcomer("+351912345680").await);
    let nobody = Person::with_number("+351912345699");
    let list = rest::ListUpload { list: carol.next_list(|_| {}), devices: vec![] };
    let () = town.calls.call(Method::PUT, rest::DEVICE_LIST, Some(&carol), &list).await.unwrap();
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    let id = send_to_all(&mut alices, "hello", &[&carol, &bob, &nobody]).await;
    let refused = [(&carol, RefuseReason::ListChanged), (&nobody, RefuseReason::AccountGone)];
    let refused = refused.map(|(person, reason)| RefusedDevice { device: person.device, reason });
    assert_eq!(bobs.text().await, "hello");
    assert_eq!(alices.accepted(id).await.refused, refused);
    let id = send_to_all(&mut alices, "hello again", &[&carol]).await;
    assert_eq!(alices.accepted(id).await.refused, refused[..1]);
}

#[tokio::test]
async fn a_payload_with_copies_beside_it_or_twice_for_one_makes_no_sense() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    for to in [vec![bob.copy("a copy")], vec![bob.copy(""), bob.copy("")], vec![]] {
        let id = SendId(random());
        alices.say(ToRelay::Send(Send { id, to, ephemeral: false, payload: Some(vec![1]) })).await;
        assert_eq!(alices.refused(id).await.reason, RefuseReason::Malformed);
    }
}
