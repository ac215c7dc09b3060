//! What can be tried with lists of devices, and with the form in which one's own devices talk.

use sotto_machine::{
    linking::{self, NewDevice},
    rows::Rows as _,
    step::{Event, Input, Rejection, StepError},
};
use sotto_tests::{
    forger::{self, ForgedBody, ForgedConversation, ForgedInner, ForgedSeen},
    town::Town,
};
use sotto_wire::{Hash, MessageId, SUITE};
use vodozemac::olm::{Account, SessionConfig};

use super::talked;

const LAPTOP: &str = "alice's laptop";

fn believed(town: &Town, name: &str) -> bool {
    let person = town.person(name);
    person.rows.people().iter().any(|contact| person.texts(contact.chat).contains(&"believe me".to_owned()))
}

/// Mallory, a contact of Alice's, sends her something that only her own devices may say.
fn as_own_device(bend: impl FnOnce(&mut ForgedInner, &Town)) -> Town {
    let mut town = talked();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "alice", "hello");
    town.say("alice", "mallory", "hello");
    let mut inner = forger::inner(town.person("mallory"), town.person("alice"), 100, "believe me", town.now);
    bend(&mut inner, &town);
    let (from, to) = (town.person("mallory"), town.person("alice"));
    let payload =
        forger::pre_key_message(from, to, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    town.post_forged("mallory", "alice", payload, true);
    town
}

#[test]
fn another_account_that_speaks_as_ones_own_device_is_not_heard() {
    let town = as_own_device(|inner, town| inner.conversation = ForgedConversation::Direct(town.account("bob")));
    assert!(!believed(&town, "alice"));
    assert!(town.events("alice").contains(&Event::Dropped(Rejection::Conversation)));
    let town = as_own_device(|inner, town| {
        inner.conversation = ForgedConversation::Direct(town.account("bob"));
        inner.sender.account = town.account("alice");
    });
    assert!(!believed(&town, "alice"));
    assert!(town.events("alice").contains(&Event::Dropped(Rejection::Identity)));
}

#[test]
fn another_account_says_nothing_about_what_was_read() {
    let town = as_own_device(|inner, town| {
        let bob = town.account("bob");
        let alices = town.person("alice").chat_with(&bob).unwrap();
        let heard = town.person("alice").rows.unread_up_to(alices, i64::MAX).unwrap();
        let messages = heard.iter().map(|m| ForgedSeen { author: m.author, message: m.id }).collect();
        inner.body = minicbor::to_vec(ForgedBody::SeenHere { messages, played: false }).unwrap();
    });
    let chat = town.chat("alice", "bob");
    assert!(!town.person("alice").rows.unread_up_to(chat, i64::MAX).unwrap().is_empty());
    assert!(town.events("alice").contains(&Event::Dropped(Rejection::Authority)));
}

/// A certificate for a device of Alice's account that its account key has not signed.
#[test]
fn a_device_that_the_account_did_not_sign_does_not_pass_as_ones_own() {
    let mut town = talked();
    town.sign_up("mallory", "+351912345666");
    let (mallory, alice) = (Account::new(), town.account("alice"));
    let honest = town.person(LAPTOP).certified().cert.read_unverified().unwrap();
    let cert = sotto_wire::DeviceCert {
        account: alice,
        device_key: sotto_wire::PublicKey(*mallory.ed25519_key().as_bytes()),
        olm_key: sotto_wire::PublicKey(mallory.curve25519_key().to_bytes()),
        suite: SUITE,
        ..honest
    };
    let forged = forger::certify(town.person("mallory"), &cert, &mallory);
    let laptop = town.person(LAPTOP).device();
    town.post_office.keys.get_mut(&laptop).unwrap().device = forged;
    let before = town.post_office.archive[&laptop].len();
    // Alice looks at her own list again, and does not believe what she is shown.
    town.input("alice", Input::ListChanged { account: alice, version: 99 });
    let id = town.say("alice", "bob", "not to a stranger");
    let rejected = |event: &Event| matches!(event, Event::KeysRejected { account, .. } if *account == alice);
    assert!(town.events("alice").iter().any(rejected), "{:?}", town.events("alice"));
    assert_eq!(town.post_office.archive[&laptop].len(), before, "nothing was encrypted to it");
    let failed = matches!(town.message("alice", &id).state, sotto_machine::rows::MessageState::Failed(_));
    assert!(failed, "and she is told");
}

#[test]
fn ones_own_list_rolled_back_is_reported_and_never_absorbed() {
    let mut town = talked();
    let alice = town.account("alice");
    let old = town.post_office.lists[&alice].clone();
    town.link("alice", "alice's tablet");
    town.settle();
    town.post_office.lists.insert(alice, old.clone());
    town.input(LAPTOP, Input::ListChanged { account: alice, version: 99 });
    town.settle();
    let rejected = |event: &Event| matches!(event, Event::KeysRejected { account, .. } if *account == alice);
    assert!(town.events(LAPTOP).iter().any(rejected));
    assert_ne!(town.person(LAPTOP).own().list, old);
}

#[test]
fn a_device_that_was_put_out_reads_nothing_more_and_is_not_heard() {
    let mut town = talked();
    let laptop = town.person(LAPTOP).device();
    town.unlink("alice", LAPTOP);
    town.settle();
    let before = town.post_office.archive[&laptop].len();
    town.say("alice", "bob", "without the laptop");
    town.say("bob", "alice", "indeed");
    assert_eq!(town.post_office.archive[&laptop].len(), before, "nothing is put into its mailbox");
    assert!(town.person("bob").rows.device(&laptop).unwrap().is_none());
    assert!(town.person("alice").rows.device(&laptop).unwrap().is_none());
    // It goes on by its old list, under a relay that lets it.
    let (from, bob) = (town.person(LAPTOP), town.person("bob"));
    let inner = forger::inner(from, bob, 100, "believe me", town.now);
    let payload =
        forger::pre_key_message(from, bob, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    town.post_forged(LAPTOP, "bob", payload, true);
    assert!(!believed(&town, "bob"));
}

#[test]
fn only_the_primary_lets_devices_in_and_only_those_that_consent() {
    let mut town = talked();
    let mut rng = rand::rng();
    let offer = NewDevice::draw(town.account("alice"), town.now, &mut rng).offer();
    let primary = town.person("alice").own().clone();
    assert!(linking::admit(&primary, &offer, town.now).is_ok());
    assert!(matches!(linking::admit(town.person(LAPTOP).own(), &offer, town.now), Err(StepError::NotPrimary)));
    let unwilling = linking::DeviceOffer { consent: sotto_wire::Signature([7; 64]), ..offer.clone() };
    assert!(linking::admit(&primary, &unwilling, town.now).is_err());
    let foreign = NewDevice::draw(town.account("bob"), town.now, &mut rng).offer();
    assert!(linking::admit(&primary, &foreign, town.now).is_err());
    assert!(linking::remove(&primary, &primary.device, town.now).is_err());
    // What the primary has signed for one device makes no other one.
    let (certified, list) = linking::admit(&primary, &offer, town.now).unwrap();
    let other = NewDevice::draw(town.account("alice"), town.now, &mut rng);
    let shared = linking::SharedAccount::of(&primary);
    assert!(other.finish(certified, list, shared, town.now).is_err());
    let laptop = town.person(LAPTOP).device();
    assert!(town.refuses(LAPTOP, Input::Link(linking::LinkInput::Remove(laptop))));
}

#[test]
fn a_primary_that_is_said_to_have_a_list_it_never_signed_says_so() {
    let mut town = talked();
    let mut inner = forger::inner(town.person("bob"), town.person("alice"), 100, "believe me", town.now);
    (inner.recipient.list_version, inner.recipient.list_hash) = (9, Hash([9; 32]));
    inner.message_id = MessageId([9; 16]);
    let (from, to) = (town.person("bob"), town.person("alice"));
    let payload =
        forger::pre_key_message(from, to, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    town.post_forged("bob", "alice", payload, true);
    assert!(!believed(&town, "alice"));
    let reported = |event: &Event| matches!(event, Event::KeysRejected { why: Rejection::ListRolledBack, .. });
    assert!(town.events("alice").iter().any(reported));
}
