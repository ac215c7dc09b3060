//! Who is told that somebody is there.

use sotto_wire::{DeliveryToken, Presence, ToClient};

use super::people::{Person, START, World, alice, bob};

/// What Alice is told of Bob.
fn told(world: &mut World, connection: crate::relay::ConnectionId) -> Vec<(bool, Option<u64>)> {
    let frames = world.heard(connection).into_iter();
    let presence = frames.filter_map(|f| match f {
        ToClient::Presence(Presence { online, last_seen, .. }) => Some((online, last_seen)),
        _ => None,
    });
    presence.collect()
}

#[test]
fn bob_comes_and_goes_and_alice_is_told() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.present(desk, true, true);
    world.watch(desk, &bob, bob.token);
    assert_eq!(told(&mut world, desk), [], "he has never said that he shares it");
    let bobs = world.connect(&bob, bob.desk());
    world.present(bobs, true, true);
    assert_eq!(told(&mut world, desk), [(true, None)]);
    world.present(bobs, true, true);
    assert_eq!(told(&mut world, desk), [], "nothing has changed");
    world.wait(90_000);
    world.disconnect(bobs);
    let minute = (START + 90_000) / 60_000 * 60_000;
    assert_eq!(told(&mut world, desk), [(false, Some(minute))]);
}

#[test]
fn who_watches_later_is_told_at_once() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let bobs = world.connect(&bob, bob.desk());
    world.present(bobs, true, true);
    let desk = world.connect(&alice, alice.desk());
    world.present(desk, true, true);
    world.watch(desk, &bob, bob.token);
    assert_eq!(told(&mut world, desk), [(true, None)]);
}

#[test]
fn without_the_token_there_is_nothing_to_see() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.present(desk, true, true);
    world.watch(desk, &bob, DeliveryToken([0; 32]));
    world.present(bobs, true, true);
    assert_eq!(told(&mut world, desk), []);
}

#[test]
fn a_rotated_token_ends_it() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.present(desk, true, true);
    world.present(bobs, true, true);
    world.watch(desk, &bob, bob.token);
    world.heard(desk);
    world.change(&Person { token: DeliveryToken([1; 32]), ..bob.clone() });
    world.present(bobs, false, true);
    assert_eq!(told(&mut world, desk), []);
}

#[test]
fn who_hides_does_not_see_and_who_shows_again_does() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.present(bobs, true, true);
    world.watch(desk, &bob, bob.token);
    assert_eq!(told(&mut world, desk), []);
    world.present(desk, true, true);
    assert_eq!(told(&mut world, desk), [(true, None)]);
    world.present(bobs, true, false);
    assert_eq!(told(&mut world, desk), [(false, None)], "he hides: offline, and no last seen");
}

#[test]
fn one_device_in_use_is_enough() {
    let (alice, bob) = (alice(), Person::new(b'b', 2));
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.present(desk, true, true);
    world.watch(desk, &bob, bob.token);
    let (one, two) = (world.connect(&bob, bob.devices[0]), world.connect(&bob, bob.devices[1]));
    world.present(one, true, true);
    world.present(two, true, true);
    assert_eq!(told(&mut world, desk), [(true, None)]);
    world.disconnect(one);
    let told = told(&mut world, desk);
    assert!(told.iter().all(|(online, _)| *online), "{told:?}");
}
