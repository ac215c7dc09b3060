//! A hundred messages each way through a network that delays, loses, doubles and cuts.

use sotto_engine::view::{MessageBody, MessageItem, MessageState, NoticeKind};
use sotto_tests::{
    people::{Person, Scene, texts},
    rough_network::Weather,
};

const EACH: usize = 100;

#[tokio::test]
async fn everything_comes_once_and_in_order_seed_11() {
    talk_in_rough_weather(11).await;
}

#[tokio::test]
async fn everything_comes_once_and_in_order_seed_12() {
    talk_in_rough_weather(12).await;
}

#[tokio::test]
async fn everything_comes_once_and_in_order_seed_13() {
    talk_in_rough_weather(13).await;
}

async fn talk_in_rough_weather(seed: u64) {
    let (_scene, mut alice, mut bob) = talk(seed, Weather::ROUGH).await;
    assert_eq!(texts(&bob.conversation().await, false), said("It is me", "hers"));
    assert_eq!(texts(&alice.conversation().await, false), said("I see", "his"));
}

/// No network on the way of TCP swaps frames, but a relay that means ill can. Order on the screen is then its
/// to spoil; it still loses nothing and shows nothing twice.
#[tokio::test]
async fn a_relay_that_swaps_frames_loses_nothing() {
    let (_scene, mut alice, mut bob) = talk(14, Weather::LAWLESS).await;
    for (person, first, who) in [(&mut bob, "It is me", "hers"), (&mut alice, "I see", "his")] {
        let items = person.conversation().await;
        let (mut heard, mut said) = (texts(&items, false), said(first, who));
        heard.sort_unstable();
        said.sort_unstable();
        assert_eq!(heard, said);
    }
}

/// Both talk at once until all is read. Says nothing yet about what they heard.
async fn talk(seed: u64, weather: Weather) -> (Scene, Person, Person) {
    let scene = Scene::new(seed).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;
    alice.network.rough(weather);
    bob.network.rough(weather);
    let speak = async |person: &Person, who: &str| {
        for n in 0..EACH {
            person.say(&format!("{who} {n}")).await;
        }
    };
    tokio::join!(speak(&alice, "hers"), speak(&bob, "his"));
    tokio::join!(all_heard(&mut alice), all_heard(&mut bob));
    tokio::join!(alice.reads(), bob.reads());
    tokio::join!(all_read(&mut alice), all_read(&mut bob));

    for person in [&alice, &bob] {
        assert!(person.network.troubled_frames() > 20, "the weather was fine");
    }
    (scene, alice, bob)
}

async fn all_heard(person: &mut Person) {
    person.sees("everything", |items| texts(items, false).len() > EACH && !gaps(items)).await;
}

async fn all_read(person: &mut Person) {
    let read = |item: &MessageItem| !item.mine || item.state == MessageState::Read;
    person.sees("that all was read", |items| items.iter().all(read)).await;
    assert_eq!(texts(&person.conversation().await, true).len(), EACH + 1);
}

fn gaps(items: &[MessageItem]) -> bool {
    let missing = |notice: &NoticeKind| matches!(notice, NoticeKind::Gap { .. } | NoticeKind::Lost { .. });
    items.iter().any(|item| matches!(&item.body, MessageBody::Notice { notice } if missing(notice)))
}

fn said(first: &str, who: &str) -> Vec<String> {
    let rest = (0..EACH).map(|n| format!("{who} {n}"));
    [first.to_owned()].into_iter().chain(rest).collect()
}
