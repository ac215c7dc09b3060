//! Device lists: only the next one, only by the account's key.

use reqwest::Method;
use sotto_wire::{
    DeviceId, DeviceList, Hash, ListedDevice, RefuseReason, Signed, ToClient,
    rest::{self, ErrorCode, ListUpload},
};

use crate::{
    people::Person,
    town::{Answer, Town, refused},
};

async fn upload(town: &Town, person: &Person, list: Signed<DeviceList>) -> Answer<()> {
    let body = ListUpload { list, devices: vec![] };
    town.calls.call(Method::PUT, rest::DEVICE_LIST, Some(person), &body).await
}

#[tokio::test]
async fn a_new_list_is_announced_and_older_sends_are_refused() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (mut alices, mut bobs) = (town.connect(&alice).await, town.connect(&bob).await);
    alices.watch(&bob).await;
    alices.settle().await;
    let next = bob.next_list(|_| {});
    upload(&town, &bob, next.clone()).await.unwrap();
    for live in [&mut alices, &mut bobs] {
        let told = live.wait_for(|f| if let ToClient::ListChanged(l) = f { Some(*l) } else { None }).await;
        assert_eq!((told.account, told.version), (bob.account(), 2));
    }
    let stale = alices.send(bob.copy("by the old list")).await;
    assert_eq!(alices.refused(stale).await.reason, RefuseReason::ListChanged);
    let mut copy = bob.copy("by the new one");
    copy.list_version = 2;
    let fresh = alices.send(copy).await;
    assert_eq!(bobs.text().await, "by the new one");
    alices.accepted(fresh).await;
    upload(&town, &bob, next).await.expect("the answer may have been lost, so the same list is fine");
}

#[tokio::test]
async fn nothing_but_the_next_list_is_taken() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let listed = ListedDevice { device: DeviceId([1; 16]), cert_hash: Hash([1; 32]) };
    let wrong = [
        ("rolled back", bob.next_list(|l| l.version = 1)),
        ("skipping one", bob.next_list(|l| l.version = 3)),
        ("after another", bob.next_list(|l| l.prev_hash = Hash([1; 32]))),
        ("empty", bob.next_list(|l| l.devices.clear())),
        ("with a device never registered", bob.next_list(|l| l.devices.push(listed))),
        ("with another certificate", bob.next_list(|l| l.devices[0].cert_hash = Hash([1; 32]))),
        ("signed by Alice", alice.account_key.signed(&bob.next_list(|_| {}).read_unverified().unwrap())),
        ("Alice's", alice.next_list(|_| {})),
    ];
    for (what, list) in wrong {
        assert_eq!(refused(upload(&town, &bob, list).await), ErrorCode::KeysRejected, "{what}");
    }
    upload(&town, &bob, bob.next_list(|_| {})).await.unwrap();
}

#[tokio::test]
async fn no_devices_and_unknown_ones_are_a_changed_list() {
    let town = Town::new().await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let mut alices = town.connect(&alice).await;
    let mut nobody = bob.copy("hello");
    nobody.devices.clear();
    let mut somebody_else = bob.copy("hello");
    somebody_else.devices[0].device = DeviceId([3; 16]);
    for copy in [nobody, somebody_else] {
        let id = alices.send(copy).await;
        assert_eq!(alices.refused(id).await.reason, RefuseReason::ListChanged);
    }
    assert_eq!(town.connect(&bob).await.welcome().await.waiting, 0);
}
