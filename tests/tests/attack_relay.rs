//! The malicious relay: it holds every blob and the whole directory, and may answer whatever it likes.

use sotto_machine::{
    rows::{MessageState, Rows as _, Trust},
    seal::SealedPlain,
    step::{Event, Input, Rejection},
};
use sotto_tests::{forger, town::Town};
use sotto_wire::{
    AccountId, CertifiedDevice, DeviceCert, DeviceId, Hash, ListedDevice, PreKey, PreKeyKind, PublicKey, SUITE, limits,
};
use vodozemac::olm::Account;

fn talked() -> Town {
    let mut town = Town::with_alice_and_bob();
    town.say("alice", "bob", "one");
    town.say("bob", "alice", "two");
    town
}

#[track_caller]
fn assert_keys_rejected(town: &Town, who: &str, whose: AccountId) {
    let reported =
        town.events(who).iter().any(|e| matches!(e, Event::KeysRejected { account, .. } if *account == whose));
    assert!(reported, "{:?}", town.events(who));
}

/// Replaces bob's first one-time key in the directory before alice has claimed any.
fn with_pre_key(forge: impl FnOnce(&Town, PreKey) -> sotto_wire::Signed<PreKey>) -> Town {
    let mut town = Town::with_alice_and_bob();
    let device = town.person("bob").device();
    let honest = town.post_office.keys[&device].one_time.last().unwrap().read_unverified().unwrap();
    let forged = forge(&town, honest);
    town.post_office.keys.get_mut(&device).unwrap().one_time.push(forged);
    town.say("alice", "bob", "hello");
    town
}

#[track_caller]
fn assert_alice_sends_nothing(town: &Town) {
    assert!(town.post_office.archive.get(&town.person("bob").device()).is_none_or(Vec::is_empty));
    assert_keys_rejected(town, "alice", town.account("bob"));
}

#[test]
fn a_pre_key_signed_by_another_device_is_refused() {
    let town = with_pre_key(|town, honest| forger::sign_pre_key(&forger::olm_account(town.person("alice")), &honest));
    assert_alice_sends_nothing(&town);
}

#[test]
fn an_expired_pre_key_is_refused() {
    let town = with_pre_key(|town, honest| {
        let expired = PreKey { not_after: town.now - 1, ..honest };
        forger::sign_pre_key(&forger::olm_account(town.person("bob")), &expired)
    });
    assert_alice_sends_nothing(&town);
}

#[test]
fn a_pre_key_whose_kind_was_swapped_is_refused() {
    let town = with_pre_key(|town, honest| {
        let bob = forger::olm_account(town.person("bob"));
        let signed = forger::sign_pre_key(&bob, &honest);
        let swapped = forger::sign_pre_key(&bob, &PreKey { kind: PreKeyKind::Fallback, ..honest });
        // The swapped bytes under the honest signature: what a relay without bob's key can make.
        let mut bytes = swapped.to_vec();
        let (honest, tail) = (signed.to_vec(), 64);
        let at = bytes.len() - tail;
        bytes[at..].copy_from_slice(&honest[honest.len() - tail..]);
        sotto_wire::Signed::from_slice(&bytes).unwrap()
    });
    assert_alice_sends_nothing(&town);
}

#[test]
fn a_pre_key_of_low_order_is_refused() {
    let town = with_pre_key(|town, honest| {
        let low = PreKey { x25519: PublicKey([0; 32]), ..honest };
        forger::sign_pre_key(&forger::olm_account(town.person("bob")), &low)
    });
    assert_alice_sends_nothing(&town);
}

/// The relay shows alice a device of bob's account that bob's account key never signed.
fn with_foreign_device(signed_by: &str, foreign_olm_key_only: bool) -> Town {
    let mut town = Town::with_alice_and_bob();
    let (bob, mallory) = (town.person("bob"), Account::new());
    let honest = bob.certified().cert.read_unverified().unwrap();
    let cert = if foreign_olm_key_only {
        DeviceCert { olm_key: PublicKey(mallory.curve25519_key().to_bytes()), ..honest.clone() }
    } else {
        DeviceCert {
            account: bob.account(),
            device: DeviceId([9; 16]),
            device_key: PublicKey(*mallory.ed25519_key().as_bytes()),
            olm_key: PublicKey(mallory.curve25519_key().to_bytes()),
            created: town.now,
            suite: SUITE,
        }
    };
    let signer = if foreign_olm_key_only { forger::olm_account(bob) } else { mallory };
    let forged = forger::certify(town.person(signed_by), &cert, &signer);
    let mut published = town.post_office.keys[&bob.device()].clone();
    published.device = forged;
    town.post_office.keys.insert(honest.device, published);
    town.say("alice", "bob", "hello");
    town
}

#[test]
fn a_certificate_with_a_foreign_olm_key_is_refused() {
    assert_alice_sends_nothing(&with_foreign_device("alice", true));
}

#[test]
fn a_device_that_the_account_did_not_sign_is_refused() {
    assert_alice_sends_nothing(&with_foreign_device("alice", false));
}

#[test]
fn a_device_that_was_signed_but_is_not_in_the_list_is_refused() {
    assert_alice_sends_nothing(&with_foreign_device("bob", false));
}

#[test]
fn a_device_whose_own_consent_is_missing_is_refused() {
    let mut town = Town::with_alice_and_bob();
    let bob = town.person("bob");
    let honest = bob.certified();
    let forged = CertifiedDevice { device_sig: sotto_wire::Signature([0; 64]), ..honest };
    let device = bob.device();
    town.post_office.keys.get_mut(&device).unwrap().device = forged;
    town.say("alice", "bob", "hello");
    assert_alice_sends_nothing(&town);
}

fn bobs_devices(town: &Town) -> Vec<ListedDevice> {
    town.person("bob").own().list.read_unverified().unwrap().devices
}

fn show_list(town: &mut Town, list: sotto_wire::Signed<sotto_wire::DeviceList>) {
    let account = town.account("bob");
    town.post_office.lists.insert(account, list);
    town.input("alice", Input::ListChanged { account, version: 99 });
    town.settle();
}

#[test]
fn a_list_rolled_back_is_reported_and_never_absorbed() {
    let mut town = talked();
    let (first, devices) = (town.person("bob").own().list.clone(), bobs_devices(&town));
    let second = forger::sign_list(town.person("bob"), 2, first.hash(), devices, town.now);
    show_list(&mut town, second);
    assert_eq!(town.person("alice").rows.peer(&town.account("bob")).unwrap().unwrap().version, 2);
    show_list(&mut town, first);
    assert_keys_rejected(&town, "alice", town.account("bob"));
    assert_eq!(town.person("alice").rows.peer(&town.account("bob")).unwrap().unwrap().version, 2);
}

#[test]
fn one_version_with_two_hashes_is_reported() {
    let mut town = talked();
    let devices = bobs_devices(&town);
    let other = forger::sign_list(town.person("bob"), 1, Hash([0; 32]), devices, town.now + 1);
    show_list(&mut town, other);
    assert_keys_rejected(&town, "alice", town.account("bob"));
}

#[test]
fn a_successor_that_does_not_name_the_pinned_list_is_reported() {
    let mut town = talked();
    let devices = bobs_devices(&town);
    let fork = forger::sign_list(town.person("bob"), 2, Hash([7; 32]), devices, town.now);
    show_list(&mut town, fork);
    assert_keys_rejected(&town, "alice", town.account("bob"));
}

#[test]
fn an_expired_list_does_not_begin_a_conversation() {
    let mut town = Town::with_alice_and_bob();
    town.now += limits::LIST_LIFE + 1;
    town.say("alice", "bob", "hello");
    assert_alice_sends_nothing(&town);
}

#[test]
fn a_list_of_another_account_is_refused() {
    let mut town = Town::with_alice_and_bob();
    town.sign_up("mallory", "+351912345666");
    let (bob, mallory) = (town.account("bob"), town.account("mallory"));
    let foreign = town.post_office.lists[&mallory].clone();
    town.post_office.lists.insert(bob, foreign);
    town.say("alice", "bob", "hello");
    assert_alice_sends_nothing(&town);
}

#[test]
fn rewriting_the_sender_of_a_sealed_message_fails() {
    let mut town = talked();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "bob", "hello");
    town.say("bob", "mallory", "hello");
    town.disconnect("bob");
    town.write("alice", "bob", "from alice");
    let bob = town.person("bob").device();
    let stolen = town.post_office.steal(&bob).pop().unwrap();
    // The relay cannot open the seal; an accomplice who could would still only swap the standing around it.
    let opened = town.person("bob").open(&stolen.sealed).unwrap();
    let mallory = town.person("mallory");
    let standing = town.post_office.standing(mallory.account(), mallory.device(), town.now);
    let swapped = SealedPlain { standing, ..opened };
    town.connect("bob");
    town.input("bob", Input::Delivered { seq: stolen.seq, at: stolen.at, opened: Ok(swapped) });
    assert!(!town.texts("bob", "mallory").contains(&"from alice".to_owned()));
    assert!(town.events("bob").contains(&Event::Dropped(Rejection::Undecryptable)));
}

#[test]
fn replays_show_nothing_twice_and_break_no_session_also_after_a_restart() {
    let mut town = talked();
    town.say("alice", "bob", "three");
    let device = town.person("bob").device();
    let all_mail = town.post_office.archive[&device].clone();
    for restarted in [false, true] {
        if restarted {
            town.restart("bob");
        }
        for mail in &all_mail {
            town.post_office.put(device, mail.sealed.clone(), town.now, false);
        }
        town.settle();
        assert_eq!(town.texts("bob", "alice"), ["one", "two", "three"], "restarted: {restarted}");
    }
    town.say("alice", "bob", "four");
    town.say("bob", "alice", "five");
    assert_eq!(town.texts("alice", "bob").last().map(String::as_str), Some("five"));
}

#[test]
fn a_replay_under_a_fresh_seal_shows_nothing_twice() {
    let mut town = talked();
    let device = town.person("bob").device();
    let first = town.post_office.archive[&device][0].clone();
    let SealedPlain { payload, .. } = town.person("bob").open(&first.sealed).unwrap();
    town.post_forged("alice", "bob", payload, true);
    assert_eq!(town.texts("bob", "alice"), ["one", "two"]);
}

#[test]
fn a_replayed_fallback_message_opens_no_second_session() {
    let mut town = Town::with_alice_and_bob();
    let device = town.person("bob").device();
    town.post_office.keys.get_mut(&device).unwrap().one_time.clear();
    town.say("alice", "bob", "one");
    assert_eq!(town.texts("bob", "alice"), ["one"]);
    let sessions = |town: &Town| town.person("bob").rows.sessions(&town.person("alice").device()).unwrap().len();
    let before = sessions(&town);
    let mail = town.post_office.archive[&device][0].clone();
    town.post_office.put(device, mail.sealed, town.now, false);
    town.settle();
    assert_eq!(town.texts("bob", "alice"), ["one"]);
    assert_eq!(sessions(&town), before);
}

#[test]
fn a_sealed_message_for_another_device_or_altered_does_not_open() {
    let mut town = talked();
    town.sign_up("carol", "+351912345603");
    town.disconnect("bob");
    town.write("alice", "bob", "for bob only");
    let mail = town.post_office.steal(&town.person("bob").device()).pop().unwrap();
    assert!(town.person("carol").open(&mail.sealed).is_err(), "another device");
    for at in [0, 8, 700, 1_127, 1_128, mail.sealed.len() - 1] {
        let mut altered = mail.sealed.clone();
        altered[at] ^= 1;
        assert!(town.person("bob").open(&altered).is_err(), "byte {at}");
    }
    for length in [0, 7, 8, 1_127, 1_128, 1_140] {
        assert!(town.person("bob").open(&mail.sealed[..length]).is_err(), "length {length}");
    }
    assert!(town.person("bob").open(&mail.sealed).is_ok());
}

#[test]
fn an_expired_or_foreign_standing_is_refused() {
    let mut town = talked();
    town.disconnect("bob");
    town.write("alice", "bob", "late");
    let mail = town.post_office.steal(&town.person("bob").device()).pop().unwrap();
    let opened = town.person("bob").open(&mail.sealed);
    town.connect("bob");
    let late = mail.at + limits::STANDING_LIFE + 1;
    town.input("bob", Input::Delivered { seq: mail.seq, at: late, opened: opened.clone() });
    assert!(town.events("bob").contains(&Event::Dropped(Rejection::Standing)));
    let other_relay = Town::new(77);
    let alice = town.person("alice");
    let standing = other_relay.post_office.standing(alice.account(), alice.device(), town.now);
    let foreign = SealedPlain { standing, ..opened.unwrap() };
    town.input("bob", Input::Delivered { seq: mail.seq, at: mail.at, opened: Ok(foreign) });
    assert_eq!(town.texts("bob", "alice"), ["one", "two"]);
}

#[test]
fn a_changed_key_shows_a_notice_and_nothing_queued_goes_to_it() {
    let mut town = talked();
    town.disconnect("alice");
    let queued = town.write("alice", "bob", "meant for the first bob");
    town.sign_up("bob2", "+351912345602");
    town.connect("alice");
    town.settle();
    assert!(matches!(town.message("alice", &queued).state, MessageState::Failed(_)));
    let contact = town.person("alice").rows.contact_of(&town.account("bob2")).unwrap().unwrap();
    assert_eq!(contact.trust, Trust::FirstSeen);
    assert!(contact.profile_key.is_none(), "the token is not inherited");
    assert!(!town.post_office.archive.contains_key(&town.person("bob2").device()));
}

#[test]
fn a_changed_key_of_a_verified_contact_stops_sending_until_the_person_decides() {
    let mut town = talked();
    let chat = town.chat("alice", "bob");
    town.input("alice", Input::Verify { chat });
    town.sign_up("bob2", "+351912345602");
    town.say("bob2", "alice", "new phone!");
    let contact = town.person("alice").rows.contact(chat).unwrap().unwrap();
    assert_eq!((contact.trust, contact.account), (Trust::Violated, town.account("bob2")));
    let held = town.write_in("alice", chat, "is it you?");
    town.settle();
    assert_eq!(town.message("alice", &held).state, MessageState::Held);
    assert_eq!(town.texts("bob2", "alice"), ["new phone!"]);
    town.input("alice", Input::AcceptKey { chat });
    town.settle();
    assert_eq!(town.texts("bob2", "alice"), ["new phone!", "is it you?"]);
    assert_eq!(town.person("alice").texts(chat), ["one", "two", "new phone!", "is it you?"]);
}

#[test]
fn nothing_the_relay_says_raises_trust() {
    let mut town = talked();
    let chat = town.chat("alice", "bob");
    let (number, account) = (town.person("bob").number(), town.account("bob"));
    for _ in 0..3 {
        town.input("alice", Input::LookedUp { number: number.clone(), account: Some(account) });
        town.input("alice", Input::StartChat { number: number.clone(), account });
    }
    assert_eq!(town.person("alice").rows.contact(chat).unwrap().unwrap().trust, Trust::FirstSeen);
}

#[test]
fn an_ephemeral_envelope_replayed_or_late_shows_nothing() {
    let mut town = talked();
    let chat = town.chat("alice", "bob");
    town.say("alice", "bob", "three");
    town.disconnect("bob");
    town.input("alice", Input::Typing { chat });
    let mail = town.post_office.steal(&town.person("bob").device()).pop().unwrap();
    let opened = town.person("bob").open(&mail.sealed);
    town.connect("bob");
    let late = mail.at + limits::EPHEMERAL_LIFE + 1;
    let writing = |town: &Town| town.events("bob").iter().filter(|e| matches!(e, Event::Writing { .. })).count();
    town.input("bob", Input::Ephemeral { at: late, opened: opened.clone() });
    assert_eq!(writing(&town), 0);
    for _ in 0..2 {
        town.input("bob", Input::Ephemeral { at: mail.at, opened: opened.clone() });
    }
    assert_eq!(writing(&town), 1);
}
