//! Calls through the relay: who gets a way, how many, and where it may lead.

use std::{net::SocketAddr, sync::Arc};

use sotto_wire::{
    limits::HOUR,
    rest::{self, ErrorCode, IceServers},
};
use tokio::net::UdpSocket;
use turn::client::{Client, ClientConfig};
use webrtc_util::Conn;

use crate::{
    people::Person,
    town::{Town, refused},
};

async fn town(change: impl FnOnce(&mut sotto_relay::config::TurnConfig)) -> Town {
    Town::with(|config| {
        config.turn.listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        change(&mut config.turn);
    })
    .await
}

async fn servers(town: &Town, person: &Person) -> IceServers {
    town.calls.get(rest::ICE_SERVERS, Some(person)).await.unwrap()
}

/// A client of the TURN server, with a socket of its own.
async fn client(town: &Town, username: &str, credential: &str) -> Client {
    let server = town.running.turn_address().expect("a TURN server").to_string();
    let client = Client::new(ClientConfig {
        stun_serv_addr: server.clone(),
        turn_serv_addr: server,
        username: username.to_owned(),
        password: credential.to_owned(),
        realm: String::new(),
        software: String::new(),
        rto_in_ms: 0,
        conn: Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap()),
        vnet: None,
    })
    .await
    .unwrap();
    client.listen().await.unwrap();
    client
}

async fn opens(town: &Town, username: &str, credential: &str) -> bool {
    client(town, username, credential).await.allocate().await.is_ok()
}

#[tokio::test]
async fn a_credential_opens_the_relay_for_an_hour() {
    let town = town(|_| {}).await;
    let alice = town.alice().await;
    let given = servers(&town, &alice).await;
    assert_eq!(given.urls.len(), 2);
    assert!(!given.username.contains(&alice.account().to_string()));
    assert!(opens(&town, &given.username, &given.credential).await);
    town.clock.advance(HOUR);
    assert!(!opens(&town, &given.username, &given.credential).await, "an expired credential");
}

#[tokio::test]
async fn a_credential_of_another_account_or_made_up_opens_nothing() {
    let town = town(|_| {}).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (hers, his) = (servers(&town, &alice).await, servers(&town, &bob).await);
    assert_ne!(hers.username, his.username);
    assert!(!opens(&town, &hers.username, &his.credential).await);
    let (seconds, user) = hers.username.split_once(':').unwrap();
    let later = seconds.parse::<u64>().unwrap() + 3_600;
    assert!(!opens(&town, &format!("{later}:{user}"), &hers.credential).await, "a later end");
    assert!(!opens(&town, &format!("{later}:{}", alice.account()), &hers.credential).await);
    assert_eq!(refused(town.calls.get::<IceServers>(rest::ICE_SERVERS, None).await), ErrorCode::Unauthorised);
}

#[tokio::test]
async fn one_account_holds_only_so_many_ways() {
    let town = town(|turn| turn.allocations_per_account = 2).await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (hers, his) = (servers(&town, &alice).await, servers(&town, &bob).await);
    let first = client(&town, &hers.username, &hers.credential).await;
    let second = client(&town, &hers.username, &hers.credential).await;
    let _ways = (first.allocate().await.unwrap(), second.allocate().await.unwrap());
    assert!(!opens(&town, &hers.username, &hers.credential).await);
    assert!(opens(&town, &his.username, &his.credential).await, "others have their own share");
}

/// A socket of this computer that is no way of the relay, with a port as its ways have.
async fn among_the_ways() -> UdpSocket {
    let (first, last) = sotto_relay::config::TurnConfig::default().ports;
    for port in first..=last {
        if let Ok(socket) = UdpSocket::bind(("127.0.0.1", port)).await {
            return socket;
        }
    }
    panic!("all ports from {first} to {last} are taken")
}

/// What came through, of a word to a stranger at `target` and one to a friend's way after it.
async fn what_a_stranger_hears(town: &Town) -> Option<String> {
    let (alice, bob) = (town.alice().await, town.bob().await);
    let (hers, his) = (servers(town, &alice).await, servers(town, &bob).await);
    let (from, to) =
        (client(town, &hers.username, &hers.credential).await, client(town, &his.username, &his.credential).await);
    let (from, to) = (from.allocate().await.unwrap(), to.allocate().await.unwrap());
    let stranger = among_the_ways().await;
    // Each must have spoken to the other before it hears them.
    to.send_to(b"hello", from.local_addr().unwrap()).await.unwrap();
    from.send_to(b"for the inside", stranger.local_addr().unwrap()).await.unwrap();
    from.send_to(b"for a friend", to.local_addr().unwrap()).await.unwrap();
    let mut buffer = [0; 100];
    let (length, _) = to.recv_from(&mut buffer).await.unwrap();
    assert_eq!(&buffer[..length], b"for a friend", "two who hide meet at two ways of one relay");
    // The friend's word went the same way after the stranger's, so that one has come or will not.
    let length = stranger.try_recv(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

#[tokio::test]
async fn nothing_is_relayed_to_a_loopback_address_unless_the_operator_says_so() {
    assert_eq!(what_a_stranger_hears(&town(|_| {}).await).await, None);
    let open = town(|turn| turn.allow_private_peers = true).await;
    assert_eq!(what_a_stranger_hears(&open).await.as_deref(), Some("for the inside"));
}

#[tokio::test]
async fn a_relay_without_turn_gives_no_servers_and_one_with_another_server_its_addresses() {
    let plain = Town::new().await;
    let alice = plain.alice().await;
    assert_eq!(servers(&plain, &alice).await, IceServers::default());
    let other = Town::with(|config| {
        config.turn.urls = vec!["turn:turn.example.org:3478?transport=udp".to_owned()];
        config.turn.secret = Some(sotto_relay::config::Secret::new("shared"));
    })
    .await;
    let bob = other.bob().await;
    let given = servers(&other, &bob).await;
    assert_eq!(given.urls, ["turn:turn.example.org:3478?transport=udp"]);
    assert!(!given.credential.is_empty() && other.running.turn_address().is_none());
}
