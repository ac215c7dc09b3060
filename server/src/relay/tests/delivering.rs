//! In what order, how many at once, and again after a break.

use sotto_wire::{ToClient, limits::IN_FLIGHT};

use super::people::{Person, World, alice, bob};
use crate::relay::{CloseReason, ConnectionId, Input, Load, Loaded, Volume, WriteOutcome};

fn numbers(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

/// Alice sends numbers; ids go round, so at most 250 of them.
fn send_numbers(world: &mut World, from: ConnectionId, to: &Person, range: std::ops::Range<usize>) {
    for n in range {
        world.send(from, u8::try_from(n + 1).unwrap(), vec![to.copies(&n.to_string())]);
    }
}

/// Bob reads and acknowledges until nothing more comes.
fn read_all(world: &mut World, connection: ConnectionId) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        let delivered = world.delivered(connection);
        let Some((last, _)) = delivered.last().cloned() else { return texts };
        texts.extend(delivered.into_iter().map(|(_, text)| text));
        world.ack(connection, last);
    }
}

#[test]
fn the_first_thing_said_is_welcome() {
    let bob = bob();
    let mut world = World::with(&[&bob]);
    let bobs = world.connect(&bob, bob.desk());
    assert!(matches!(world.heard(bobs).as_slice(), [ToClient::Welcome(w)] if w.waiting == 0 && w.one_time_keys == 50));
}

#[test]
fn what_waited_comes_in_order_and_64_at_a_time() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    send_numbers(&mut world, desk, &bob, 0..200);
    let bobs = world.connect(&bob, bob.desk());
    let first = world.heard(bobs);
    assert!(matches!(&first[0], ToClient::Welcome(w) if w.waiting == 200));
    assert_eq!(first.len() - 1, IN_FLIGHT);
    let ToClient::Deliver(last) = first.last().unwrap() else { panic!("no message") };
    world.ack(bobs, last.seq);
    assert_eq!(read_all(&mut world, bobs), numbers(64..200));
    assert!(world.rows.is_empty());
}

#[test]
fn live_messages_too_stop_at_64() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 0..100);
    let delivered = world.delivered(bobs);
    assert_eq!(delivered.len(), IN_FLIGHT);
    world.ack(bobs, delivered[9].0);
    assert_eq!(world.texts(bobs), numbers(64..74));
    assert!(world.rows.is_empty(), "nothing was written for somebody who keeps up");
}

#[test]
fn what_comes_while_the_past_is_read_stays_behind_it() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    send_numbers(&mut world, desk, &bob, 0..100);
    let bobs = world.connect(&bob, bob.desk());
    let first = world.delivered(bobs);
    send_numbers(&mut world, desk, &bob, 100..150);
    world.ack(bobs, first.last().unwrap().0);
    assert_eq!(read_all(&mut world, bobs), numbers(64..150));
    send_numbers(&mut world, desk, &bob, 150..160);
    assert_eq!(read_all(&mut world, bobs), numbers(150..160));
    assert!(world.rows.is_empty());
}

#[test]
fn a_slow_reader_gets_everything_in_order_from_memory_and_disk() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    // Large enough to fill the queue in memory long before 250.
    let text = |n: usize| format!("{n} {}", "x".repeat(60_000));
    for n in 0..250 {
        world.send(desk, u8::try_from(n + 1).unwrap(), vec![bob.copies(&text(n))]);
    }
    assert_eq!(world.rows.len(), 250, "once memory is full everything is on the disk");
    let got: Vec<_> = read_all(&mut world, bobs).iter().map(|t| t.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(got, numbers(0..250));
    assert!(world.rows.is_empty());
}

#[test]
fn what_was_not_acknowledged_comes_again_after_a_break() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 0..5);
    let delivered = world.delivered(bobs);
    world.ack(bobs, delivered[1].0);
    world.disconnect(bobs);
    assert_eq!(world.rows.len(), 3, "what was only in memory is on the disk now");
    send_numbers(&mut world, desk, &bob, 5..7);
    let again = world.connect(&bob, bob.desk());
    let delivered_again = world.delivered(again);
    assert_eq!(delivered_again[0].0, delivered[2].0, "numbers stay");
    world.ack(again, delivered_again.last().unwrap().0);
    assert_eq!(delivered_again.into_iter().map(|(_, t)| t).collect::<Vec<_>>(), numbers(2..7));
    assert!(world.rows.is_empty());
}

#[test]
fn a_quick_reconnect_waits_for_rows_on_their_way_to_the_disk() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 0..3);
    world.disk_answers = false;
    world.disconnect(bobs);
    let again = world.connect(&bob, bob.desk());
    send_numbers(&mut world, desk, &bob, 3..6);
    assert_eq!(world.texts(again), Vec::<String>::new());
    world.disk_answers = true;
    world.answer_writes(WriteOutcome::Committed);
    assert_eq!(read_all(&mut world, again), numbers(0..6));
}

#[test]
fn an_ack_counts_only_for_what_this_connection_was_given() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    send_numbers(&mut world, desk, &bob, 0..100);
    let bobs = world.connect(&bob, bob.desk());
    let given = world.delivered(bobs);
    world.ack(bobs, u64::MAX);
    assert_eq!(world.rows.len(), 100 - given.len());
    assert_eq!(read_all(&mut world, bobs), numbers(64..100));
}

#[test]
fn a_newer_connection_of_a_device_replaces_the_older() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, older) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 0..1);
    let newer = world.connect(&bob, bob.desk());
    assert_eq!(world.closed, [(older, CloseReason::Replaced)]);
    assert_eq!(read_all(&mut world, newer), numbers(0..1));
    world.disconnect(older);
    send_numbers(&mut world, desk, &bob, 1..2);
    assert_eq!(world.texts(newer), numbers(1..2));
}

#[test]
fn a_device_no_longer_listed_is_signed_out_when_it_comes() {
    let bob = bob();
    let mut world = World::with(&[]);
    let bobs = world.connect(&bob, bob.desk());
    assert_eq!(world.closed, [(bobs, CloseReason::SignedOut)]);
    assert_eq!(world.heard(bobs), []);
}

#[test]
fn numbers_go_on_after_the_account_was_forgotten() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 0..1);
    let [(before, _)] = world.delivered(bobs).try_into().unwrap();
    world.ack(bobs, before);
    // A restart: the core knows nothing, the disk holds no row.
    world.core = crate::relay::Core::new(crate::relay::Limits::default());
    assert!(world.rows.is_empty());
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 1..2);
    let [(after, _)] = world.delivered(bobs).try_into().unwrap();
    assert!(after > before);
}

#[test]
fn a_number_is_given_out_only_once_it_is_reserved() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    world.disk_answers = false;
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    send_numbers(&mut world, desk, &bob, 0..1);
    assert_eq!(world.texts(bobs), Vec::<String>::new());
    world.answer_writes(WriteOutcome::Committed);
    assert_eq!(world.texts(bobs), numbers(0..1));
}

#[test]
fn a_failed_read_is_tried_again() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.disconnect(bobs);
    send_numbers(&mut world, desk, &bob, 0..2);
    let bobs = ConnectionId(77);
    let connected = crate::relay::Connected {
        connection: bobs,
        account: bob.account,
        device: bob.desk(),
        one_time_keys: 1,
        expired: 0,
    };
    let mut commands = Vec::new();
    world.core.step(Input::Connected(connected), world.now, &mut commands);
    let load = commands.iter().find_map(|c| match c {
        crate::relay::Command::Load(load @ Load::Rows(_)) => Some(load.clone()),
        _ => None,
    });
    world.give(Input::Loaded(Loaded::Failed(load.unwrap())));
    assert_eq!(world.texts(bobs), Vec::<String>::new());
    world.wait(1_000);
    assert_eq!(world.texts(bobs), numbers(0..2));
}

#[test]
fn what_ran_out_makes_room() {
    let (alice, bob) = (alice(), bob());
    let limits = crate::relay::Limits { mailbox_messages: 1, ..crate::relay::Limits::default() };
    let mut world = World::bounded(limits, &[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    send_numbers(&mut world, desk, &bob, 0..1);
    world.rows.clear();
    world.give(Input::RanOut { device: bob.desk(), volume: Volume::one(1) });
    send_numbers(&mut world, desk, &bob, 1..2);
    assert_eq!(world.rows.len(), 1);
}
