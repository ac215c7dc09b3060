//! What becomes of a `Send`.

use sotto_wire::{
    Accepted, DeliveryToken, DeviceId, Recipient, RefuseReason, Refused, SealedFor, Send, ToClient, ToRelay, limits,
};

use super::people::{Person, World, alice, bob, id};
use crate::relay::{CloseReason, Input, Limits, Rate, Remembered, WriteOutcome};

fn accepted(n: u8, at: u64) -> ToClient {
    ToClient::Accepted(Accepted { id: id(n), refused: vec![], at })
}

fn reasons(frames: Vec<ToClient>) -> Vec<RefuseReason> {
    frames.into_iter().filter_map(|f| if let ToClient::Refused(r) = f { Some(r.reason) } else { None }).collect()
}

#[test]
fn bob_is_away_and_the_tick_comes_with_the_commit() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    assert_eq!(world.heard(desk), []);
    world.answer_writes(WriteOutcome::Committed);
    assert_eq!(world.heard(desk), [accepted(1, world.now)]);
    assert_eq!(world.rows.len(), 1);
    assert_eq!(world.remembered, [Remembered { id: id(1), at: world.now, refused: vec![] }]);
}

#[test]
fn bob_is_here_and_the_tick_comes_with_his_ack_and_without_a_row() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.heard(desk);
    world.send(desk, 1, vec![bob.copies("hello")]);
    let [(seq, text)] = world.delivered(bobs).try_into().unwrap();
    assert_eq!((text.as_str(), world.heard(desk)), ("hello", vec![]));
    world.ack(bobs, seq);
    assert_eq!(world.heard(desk), [accepted(1, world.now)]);
    world.wait(1_000);
    assert!(world.rows.is_empty());
}

#[test]
fn bob_is_here_but_silent_and_the_tick_comes_with_the_row() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.heard(desk);
    let sent_at = world.now;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.wait(149);
    assert!(world.rows.is_empty());
    world.wait(1);
    assert_eq!(world.rows.len(), 1);
    assert_eq!(world.heard(desk), [accepted(1, sent_at)]);
    let [(seq, _)] = world.delivered(bobs).try_into().unwrap();
    world.ack(bobs, seq);
    assert!(world.rows.is_empty(), "acknowledged rows are deleted");
    assert_eq!(world.heard(desk), [], "one tick is enough");
}

#[test]
fn one_tick_needs_every_device_meant() {
    let (alice, bob) = (alice(), Person::new(b'b', 2));
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.devices[0]));
    world.heard(desk);
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.answer_writes(WriteOutcome::Committed);
    assert_eq!(world.heard(desk), [], "his other device has not acknowledged");
    assert_eq!(world.remembered, [], "so the disk may not promise anything yet");
    let [(seq, _)] = world.delivered(bobs).try_into().unwrap();
    world.ack(bobs, seq);
    assert_eq!(world.heard(desk), [accepted(1, world.now)]);
}

#[test]
fn the_same_send_again_gets_the_same_answer_and_no_second_copy() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.send(desk, 1, vec![bob.copies("hello")]);
    let at = world.now;
    world.wait(5_000);
    world.disconnect(desk);
    let again = world.connect(&alice, alice.desk());
    world.heard(again);
    world.send(again, 1, vec![bob.copies("hello")]);
    assert_eq!(world.heard(again), [accepted(1, at)]);
    assert_eq!(world.rows.len(), 1);
}

#[test]
fn a_send_that_only_the_disk_remembers_is_answered_from_there() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    world.remembered.push(Remembered { id: id(1), at: 77, refused: vec![] });
    world.core.remember_sends([(id(1), 0)]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    world.send(desk, 1, vec![bob.copies("hello")]);
    assert_eq!(world.heard(desk), [accepted(1, 77)]);
    assert!(world.rows.is_empty());
}

#[test]
fn a_sender_who_reconnects_before_the_tick_gets_it_on_the_new_connection() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.disconnect(desk);
    let again = world.connect(&alice, alice.desk());
    world.heard(again);
    world.send(again, 1, vec![bob.copies("hello")]);
    world.answer_writes(WriteOutcome::Committed);
    assert_eq!(world.heard(again), [accepted(1, world.now)]);
    assert_eq!(world.rows.len(), 1);
}

#[test]
fn an_older_list_or_unknown_devices_are_refused_and_nothing_is_stored() {
    let (alice, bob) = (alice(), Person { list_version: 2, ..Person::new(b'b', 2) });
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    let good = bob.copies("hello");
    let old = Recipient { list_version: 1, ..good.clone() };
    let newer = Recipient { list_version: 3, ..good.clone() };
    let nobody = Recipient { devices: Vec::new(), ..good.clone() };
    let stranger = SealedFor { device: DeviceId([9; 16]), sealed: vec![1] };
    let unknown = Recipient { devices: [good.devices.clone(), vec![stranger]].concat(), ..good };
    for (n, bad) in (1..).zip([old, newer, nobody, unknown]) {
        world.send(desk, n, vec![bad]);
    }
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::ListChanged; 4]);
    assert!(world.rows.is_empty());
}

#[test]
fn an_answer_to_one_device_of_several_is_taken() {
    let (alice, bob) = (alice(), Person { list_version: 2, ..Person::new(b'b', 2) });
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    let both = bob.copies("again, for you alone");
    let one = Recipient { devices: both.devices[..1].to_vec(), ..both };
    world.send(desk, 1, vec![one]);
    world.answer_writes(WriteOutcome::Committed);
    assert_eq!(world.heard(desk), [accepted(1, world.now)]);
}

#[test]
fn ones_own_devices_need_no_token_and_the_sending_one_no_copy() {
    let alice = Person::new(b'a', 2);
    let mut world = World::with(&[&alice]);
    let desk = world.connect(&alice, alice.devices[0]);
    world.heard(desk);
    let mut own = Recipient { token: None, ..alice.copies("note to self") };
    own.devices.remove(0);
    world.send(desk, 1, vec![own]);
    assert_eq!(world.heard(desk), [accepted(1, world.now)]);
    assert_eq!(world.rows.iter().map(|r| r.device).collect::<Vec<_>>(), [alice.devices[1]]);
}

#[test]
fn a_wrong_token_is_refused() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    world.send(desk, 1, vec![Recipient { token: Some(DeliveryToken([0; 32])), ..bob.copies("hello") }]);
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::TokenRefused]);
}

#[test]
fn first_contacts_are_few() {
    let alice = alice();
    let strangers: Vec<_> = (1..=4).map(|n| Person::new(n, 1)).collect();
    let everybody: Vec<_> = strangers.iter().chain([&alice]).collect();
    let limits = Limits { first_contacts: 3, first_messages: Rate::per(2, limits::HOUR), ..Limits::default() };
    let mut world = World::bounded(limits, &everybody);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    for (n, stranger) in (1..).zip(&strangers) {
        world.send(desk, n, vec![Recipient { token: None, ..stranger.copies("hi") }]);
    }
    world.send(desk, 8, vec![Recipient { token: None, ..strangers[0].copies("hi?") }]);
    world.send(desk, 9, vec![Recipient { token: None, ..strangers[0].copies("hello??") }]);
    let refused =
        world.heard(desk).into_iter().filter_map(|f| if let ToClient::Refused(r) = f { Some(r) } else { None });
    let expected = |n, retry_after| Refused { id: id(n), reason: RefuseReason::RateLimited, retry_after };
    assert_eq!(refused.collect::<Vec<_>>(), [expected(4, Some(limits::HOUR)), expected(9, Some(limits::HOUR / 2))]);
}

#[test]
fn nobody_there_is_account_gone() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    world.send(desk, 1, vec![bob.copies("hello")]);
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::AccountGone]);
}

#[test]
fn a_closed_account_is_signed_out_and_its_mailbox_purged() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.wait(1_000);
    assert_eq!(world.rows.len(), 1);
    world.close_account(&bob);
    assert_eq!(world.closed, [(bobs, CloseReason::SignedOut)]);
    assert!(world.rows.is_empty());
    world.heard(desk);
    world.send(desk, 2, vec![bob.copies("hello?")]);
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::AccountGone]);
}

#[test]
fn a_new_list_is_told_to_its_devices_and_counts_at_once() {
    let (alice, bob) = (alice(), Person::new(b'b', 2));
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    let (kept, removed) = (world.connect(&bob, bob.devices[0]), world.connect(&bob, bob.devices[1]));
    world.watch(desk, &bob, bob.token);
    world.heard(desk);
    world.heard(kept);
    let smaller = Person { list_version: 2, devices: bob.devices[..1].to_vec(), ..bob.clone() };
    world.change(&smaller);
    let changed = |frames: Vec<ToClient>| matches!(frames.as_slice(), [ToClient::ListChanged(l)] if l.version == 2);
    assert!(changed(world.heard(desk)) && changed(world.heard(kept)));
    assert_eq!(world.closed, [(removed, CloseReason::SignedOut)]);
    world.send(desk, 1, vec![bob.copies("hello")]);
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::ListChanged]);
    world.send(desk, 2, vec![smaller.copies("hello")]);
    assert_eq!(world.texts(kept), ["hello"]);
}

#[test]
fn a_full_mailbox_refuses_and_an_emptied_one_takes_again() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::bounded(Limits { mailbox_messages: 2, ..Limits::default() }, &[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    for n in 1..=3 {
        world.send(desk, n, vec![bob.copies("hello")]);
    }
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::MailboxFull]);
    assert_eq!(world.rows.len(), 2);
    let bobs = world.connect(&bob, bob.desk());
    let last = world.delivered(bobs).last().unwrap().0;
    world.ack(bobs, last);
    world.send(desk, 4, vec![bob.copies("hello")]);
    assert_eq!(reasons(world.heard(desk)), []);
}

#[test]
fn one_full_device_of_two_is_named_in_the_tick() {
    let (alice, bob) = (alice(), Person::new(b'b', 2));
    let mut world = World::bounded(Limits { mailbox_messages: 1, ..Limits::default() }, &[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.devices[0]));
    world.send(desk, 1, vec![bob.copies("one")]);
    let seq = world.delivered(bobs)[0].0;
    world.ack(bobs, seq);
    world.heard(desk);
    world.send(desk, 2, vec![bob.copies("two")]);
    let seq = world.delivered(bobs)[0].0;
    world.ack(bobs, seq);
    let frames = world.heard(desk);
    let [ToClient::Accepted(tick)] = frames.as_slice() else { panic!("no tick: {frames:?}") };
    assert_eq!(
        tick.refused.iter().map(|r| (r.device, r.reason)).collect::<Vec<_>>(),
        [(bob.devices[1], RefuseReason::MailboxFull)]
    );
}

#[test]
fn a_disk_that_refuses_is_no_tick() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.answer_writes(WriteOutcome::Failed);
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::Unavailable]);
    world.disk_answers = true;
    world.send(desk, 1, vec![bob.copies("hello")]);
    assert_eq!(world.heard(desk), [accepted(1, world.now)], "a refused id may be used again");
}

#[test]
fn a_disk_that_refuses_does_not_matter_to_somebody_who_acknowledges() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.heard(desk);
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.wait(200);
    world.answer_writes(WriteOutcome::Failed);
    assert_eq!(world.heard(desk), []);
    let [(seq, _)] = world.delivered(bobs).try_into().unwrap();
    world.ack(bobs, seq);
    assert!(matches!(world.heard(desk).as_slice(), [ToClient::Accepted(_)]));
}

#[test]
fn a_disk_that_refuses_and_a_reader_who_leaves_is_a_refusal() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.heard(desk);
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.wait(200);
    world.answer_writes(WriteOutcome::Failed);
    world.disconnect(bobs);
    assert_eq!(reasons(world.heard(desk)), [RefuseReason::Unavailable]);
}

#[test]
fn nonsense_is_refused() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    let good = bob.copies("hello");
    world.send(desk, 1, vec![]);
    world.send(desk, 2, vec![good.clone(), good.clone()]);
    world.send(desk, 3, vec![Recipient { token: None, ..alice.copies("to this very device") }]);
    let large = SealedFor { device: bob.desk(), sealed: vec![0; limits::MAX_SEALED + 1] };
    world.send(desk, 4, vec![Recipient { devices: vec![large], ..good }]);
    let [a, b, c] = [RefuseReason::Malformed; 3];
    assert_eq!(reasons(world.heard(desk)), [a, b, c, RefuseReason::TooLarge]);
}

#[test]
fn too_many_frames_are_refused_until_there_is_room_again() {
    let (alice, bob) = (alice(), bob());
    let limits = Limits { frames: Rate::per(10, 1_000).burst(2), ..Limits::default() };
    let mut world = World::bounded(limits, &[&alice, &bob]);
    let desk = world.connect(&alice, alice.desk());
    world.heard(desk);
    for n in 1..=3 {
        world.send(desk, n, vec![bob.copies("hello")]);
    }
    let frames = world.heard(desk);
    let refused = ToClient::Refused(Refused { id: id(3), reason: RefuseReason::RateLimited, retry_after: Some(100) });
    assert_eq!(frames.last(), Some(&refused));
    world.wait(100);
    world.send(desk, 3, vec![bob.copies("hello")]);
    assert_eq!(world.heard(desk), [accepted(3, world.now)]);
}

#[test]
fn typing_reaches_who_is_here_and_leaves_no_trace() {
    let (alice, bob) = (alice(), Person::new(b'b', 2));
    let mut world = World::with(&[&alice, &bob]);
    let (desk, bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.devices[0]));
    world.heard(desk);
    world.heard(bobs);
    let typing = |to| ToRelay::Send(Send { id: id(1), to: vec![to], ephemeral: true, payload: None });
    world.frame(desk, typing(bob.copies("typing")));
    assert!(matches!(world.heard(bobs).as_slice(), [ToClient::Ephemeral(e)] if e.sealed == b"typing"));
    world.frame(desk, typing(Recipient { token: None, ..bob.copies("typing") }));
    assert_eq!((world.heard(bobs), world.heard(desk)), (vec![], vec![]), "needs a token, and is never answered");
    world.wait(1_000);
    assert!(world.rows.is_empty());
}

#[test]
fn a_draining_relay_finishes_what_it_has_and_takes_no_more() {
    let (alice, bob) = (alice(), bob());
    let mut world = World::with(&[&alice, &bob]);
    let (desk, _bobs) = (world.connect(&alice, alice.desk()), world.connect(&bob, bob.desk()));
    world.heard(desk);
    world.disk_answers = false;
    world.send(desk, 1, vec![bob.copies("hello")]);
    world.give(Input::Drain);
    assert!(!world.core.is_drained());
    world.send(desk, 2, vec![bob.copies("too late")]);
    world.answer_writes(WriteOutcome::Committed);
    assert!(world.core.is_drained());
    let frames = world.heard(desk);
    assert!(matches!(frames[0], ToClient::Draining(_)));
    assert!(matches!(frames[1], ToClient::Refused(r) if r.reason == RefuseReason::Unavailable));
    assert!(matches!(frames[2], ToClient::Accepted(_)));
    assert_eq!(world.rows.len(), 1);
}
