//! What is refused for now is not overtaken by what was sent after it.

use sotto_wire::{RefuseReason, Refused, ToClient, limits::HOUR};

use super::people::{Person, World, alice, bob, id};
use crate::relay::{ConnectionId, Limits, Rate, WriteOutcome};

/// The ids refused on a connection since the last time, with what was said of when to try again.
fn refused(world: &mut World, connection: ConnectionId) -> Vec<(u8, RefuseReason, Option<u64>)> {
    let frames = world.heard(connection).into_iter();
    frames
        .filter_map(|f| match f {
            ToClient::Refused(Refused { id, reason, retry_after }) => Some((id.0[0], reason, retry_after)),
            _ => None,
        })
        .collect()
}

/// What Bob's mailbox holds, in order.
fn texts(world: &World) -> Vec<String> {
    world.rows.iter().map(|row| String::from_utf8(row.sealed.clone()).unwrap()).collect()
}

/// Alice may send two messages at once, and one more each second.
fn slow_world(people: &[&Person]) -> World {
    World::bounded(Limits { frames: Rate::per(1, 1_000).burst(2), ..Limits::default() }, people)
}

#[test]
fn what_follows_a_refused_message_waits_for_it() {
    let (alice, bob, carol) = (alice(), bob(), Person::new(b'c', 1));
    let mut world = slow_world(&[&alice, &bob, &carol]);
    let desk = world.connect(&alice, alice.desk());
    for n in 1..=3 {
        world.send(desk, n, vec![bob.copies(&n.to_string())]);
    }
    assert_eq!(refused(&mut world, desk), [(3, RefuseReason::RateLimited, Some(1_000))]);
    world.wait(1_000);
    world.send(desk, 4, vec![bob.copies("4")]);
    assert_eq!(refused(&mut world, desk), [(4, RefuseReason::RateLimited, Some(200))], "there is room, but 3 is first");
    world.wait(1_000);
    world.send(desk, 5, vec![carol.copies("for somebody else")]);
    assert_eq!(refused(&mut world, desk), []);
    world.wait(3_000);
    for n in [3, 4] {
        world.send(desk, n, vec![bob.copies(&n.to_string())]);
    }
    assert_eq!(texts(&world), ["1", "2", "for somebody else", "3", "4"]);
}

#[test]
fn several_refused_messages_come_in_the_order_in_which_they_were_sent() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.disk_answers = false;
    for n in 1..=3 {
        world.send(desk, n, vec![bob.copies(&n.to_string())]);
    }
    world.answer_writes(WriteOutcome::Failed);
    let unavailable = |n| (n, RefuseReason::Unavailable, Some(5_000));
    assert_eq!(refused(&mut world, desk), [1, 2, 3].map(unavailable));
    world.disk_answers = true;
    world.wait(5_000);
    // As if the answer to 2 had come late: Alice takes it for being under way.
    for n in [1, 3, 2, 3] {
        world.send(desk, n, vec![bob.copies(&n.to_string())]);
    }
    assert_eq!(refused(&mut world, desk), [(3, RefuseReason::Unavailable, Some(200))]);
    assert_eq!(texts(&world), ["1", "2", "3"]);
}

#[test]
fn what_was_given_to_the_disk_behind_a_failed_write_fails_too() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("1")]);
    world.send(desk, 2, vec![bob.copies("2")]);
    world.answer_write(WriteOutcome::Failed);
    // The disk has room again before the core hears of it.
    world.answer_writes(WriteOutcome::Committed);
    let ids: Vec<_> = refused(&mut world, desk).into_iter().map(|(n, ..)| n).collect();
    assert_eq!((ids.as_slice(), texts(&world).len()), ([1, 2].as_slice(), 0));
}

#[test]
fn what_waits_in_memory_behind_a_failed_write_is_refused_with_it() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("1")]);
    // He comes while it is on its way to the disk; what follows waits in memory until it is there.
    let bobs = world.connect(&bob, bob.desk());
    world.send(desk, 2, vec![bob.copies("2")]);
    world.heard(bobs);
    world.answer_writes(WriteOutcome::Failed);
    let ids: Vec<_> = refused(&mut world, desk).into_iter().map(|(n, ..)| n).collect();
    assert_eq!(ids, [1, 2]);
    assert_eq!(world.texts(bobs), Vec::<String>::new());
    world.disk_answers = true;
    for n in 1..=2 {
        world.send(desk, n, vec![bob.copies(&n.to_string())]);
    }
    assert_eq!(world.texts(bobs), ["1", "2"]);
}

#[test]
fn what_could_not_be_deleted_goes_with_the_next_ack() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.send(desk, 1, vec![bob.copies("1")]);
    let bobs = world.connect(&bob, bob.desk());
    world.disk_answers = false;
    world.ack(bobs, 1);
    world.answer_write(WriteOutcome::Failed);
    assert_eq!(texts(&world), ["1"]);
    world.disk_answers = true;
    world.send(desk, 2, vec![bob.copies("2")]);
    world.ack(bobs, 2);
    assert_eq!(texts(&world), Vec::<String>::new());
}

#[test]
fn behind_a_message_that_only_an_ack_can_save_nothing_is_written() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("1")]);
    world.wait(200);
    world.answer_writes(WriteOutcome::Failed);
    world.disk_answers = true;
    world.send(desk, 2, vec![bob.copies("2")]);
    world.wait(1_000);
    assert_eq!(texts(&world).len(), 0);
    world.disconnect(bobs);
    let ids: Vec<_> = refused(&mut world, desk).into_iter().map(|(n, ..)| n).collect();
    assert_eq!((ids.as_slice(), texts(&world).len()), ([1, 2].as_slice(), 0));
}

#[test]
fn a_new_connection_and_a_long_wait_begin_anew() {
    let (alice, bob) = (alice(), bob());
    let limits = Limits { first_messages: Rate::per(1, HOUR), ..Limits::default() };
    let mut world = World::bounded(limits, &[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    let stranger = |text| sotto_wire::Recipient { token: None, ..bob.copies(text) };
    world.send(desk, 1, vec![stranger("1")]);
    world.send(desk, 2, vec![stranger("2")]);
    world.send(desk, 3, vec![bob.copies("3, with his token")]);
    assert_eq!(refused(&mut world, desk).len(), 2);
    world.wait(120_000);
    world.send(desk, 3, vec![bob.copies("3")]);
    assert_eq!(refused(&mut world, desk), [], "2 was given up");
    world.send(desk, 4, vec![stranger("4")]);
    assert_eq!(refused(&mut world, desk).len(), 1);
    world.disconnect(desk);
    let again = world.connect(&alice, alice.desk());
    world.heard(again);
    world.send(again, 5, vec![bob.copies("5")]);
    assert_eq!(
        world.heard(again),
        [ToClient::Accepted(sotto_wire::Accepted { id: id(5), refused: vec![], at: world.now })]
    );
}
