//! The relay dies in the middle of a conversation and comes back with what was on its disk.

use sotto_engine::view::{MessageItem, MessageState};
use sotto_tests::people::{Person, Scene, texts};

#[tokio::test]
async fn what_was_under_way_when_the_relay_was_killed_arrives_once() {
    let mut scene = Scene::with_relay_program(5).await;
    let (mut alice, mut bob) = scene.alice_and_bob().await;

    for death in 0..4 {
        // Bob is sometimes away: his messages are then in the mailbox, not on his disk.
        let asleep = if death % 2 == 1 { Err(bob.leave().await) } else { Ok(bob) };
        let mut last = String::new();
        for n in 0..25 {
            last = alice.say(&format!("{death}.{n}")).await;
            if n == 12 {
                scene.relay.kill();
            }
        }
        alice.offline().await;
        scene.relay.start().await;
        if asleep.is_err() {
            alice.reaches(&last, MessageState::Sent).await;
            scene.relay.kill();
            scene.relay.start().await;
        }
        bob = match asleep {
            Ok(awake) => awake,
            Err(asleep) => asleep.wake().await,
        };
        bob.hears(&format!("{death}.24")).await;
        bob.say(&format!("heard {death}")).await;
        alice.hears(&format!("heard {death}")).await;
    }

    let said = (0..4).flat_map(|death| (0..25).map(move |n| format!("{death}.{n}")));
    let said: Vec<_> = ["It is me".to_owned()].into_iter().chain(said).collect();
    assert_eq!(texts(&bob.conversation().await, false), said);
    let all_delivered = async |person: &mut Person| {
        let delivered = |item: &MessageItem| !item.mine || item.state >= MessageState::Delivered;
        person.sees("two ticks each", |items| items.iter().all(delivered)).await;
    };
    all_delivered(&mut alice).await;
    all_delivered(&mut bob).await;
}
