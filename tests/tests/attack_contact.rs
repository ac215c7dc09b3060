//! The malicious contact: somebody with real keys of their own who lies inside the encryption.

use sotto_machine::step::{Event, Rejection};
use sotto_tests::{
    forger::{self, ForgedBody, ForgedConversation, ForgedInner},
    town::Town,
};
use sotto_wire::{AccountId, DeviceId, Hash, PublicKey};
use vodozemac::olm::SessionConfig;

/// Mallory, who has met bob, sends him what `bend` makes of an honest message.
fn attack(bend: impl FnOnce(&mut ForgedInner, &Town)) -> Town {
    let mut town = Town::with_alice_and_bob();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "bob", "hello");
    town.say("bob", "mallory", "hello");
    let mut inner = forger::inner(town.person("mallory"), town.person("bob"), 100, "believe me", town.now);
    bend(&mut inner, &town);
    let (from, to) = (town.person("mallory"), town.person("bob"));
    let payload =
        forger::pre_key_message(from, to, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    town.post_forged("mallory", "bob", payload, true);
    town
}

fn bob_believes(town: &Town) -> bool {
    let bob = town.person("bob");
    bob.rows.people().iter().any(|c| bob.texts(c.chat).contains(&"believe me".to_owned()))
}

#[track_caller]
fn assert_refused(town: &Town, why: Rejection) {
    assert!(!bob_believes(town), "bob believes it");
    assert!(town.events("bob").contains(&Event::Dropped(why)), "{:?}", town.events("bob"));
}

#[test]
fn the_forger_is_good_enough_an_honest_message_passes() {
    assert!(bob_believes(&attack(|_, _| {})));
}

#[test]
fn claiming_to_be_another_account_fails() {
    assert_refused(&attack(|inner, town| inner.sender.account = town.account("alice")), Rejection::Identity);
}

#[test]
fn claiming_another_accounts_key_fails() {
    let town = attack(|inner, town| inner.sender.account_key = town.person("alice").own().account_key);
    assert_refused(&town, Rejection::Identity);
}

#[test]
fn claiming_to_be_another_device_fails() {
    assert_refused(&attack(|inner, _| inner.sender.device = DeviceId([9; 16])), Rejection::Identity);
    assert_refused(&attack(|inner, _| inner.sender.device_key = PublicKey([9; 32])), Rejection::Identity);
}

#[test]
fn passing_on_what_was_meant_for_somebody_else_fails() {
    let town = attack(|inner, town| inner.recipient.account = town.account("alice"));
    assert_refused(&town, Rejection::Identity);
    assert_refused(&attack(|inner, _| inner.recipient.device = DeviceId([9; 16])), Rejection::Identity);
    assert_refused(&attack(|inner, _| inner.recipient.device_key = PublicKey([9; 32])), Rejection::Identity);
}

#[test]
fn speaking_in_somebody_elses_conversation_fails() {
    let town = attack(|inner, town| inner.conversation = ForgedConversation::Direct(town.account("alice")));
    assert_refused(&town, Rejection::Conversation);
    let nobody = ForgedConversation::Direct(AccountId([9; 32]));
    assert_refused(&attack(|inner, _| inner.conversation = nobody), Rejection::Conversation);
}

#[test]
fn a_counter_that_was_used_before_fails() {
    assert_refused(&attack(|inner, _| inner.pair_counter = 1), Rejection::Repeated);
}

#[test]
fn two_hashes_for_one_version_of_the_senders_list_are_reported() {
    let town = attack(|inner, _| inner.sender.list_hash = Hash([9; 32]));
    assert!(!bob_believes(&town));
    let account = town.account("mallory");
    let why = Rejection::ListRolledBack;
    assert!(town.events("bob").contains(&Event::KeysRejected { account, why }));
}

#[test]
fn a_split_view_of_the_recipients_list_is_reported() {
    for bend in [
        |inner: &mut ForgedInner| inner.recipient.list_hash = Hash([9; 32]),
        |inner: &mut ForgedInner| inner.recipient.list_version += 1,
    ] {
        let town = attack(|inner, _| bend(inner));
        assert!(!bob_believes(&town));
        let (account, why) = (town.account("mallory"), Rejection::ListRolledBack);
        assert!(town.events("bob").contains(&Event::KeysRejected { account, why }));
    }
}

#[test]
fn a_plaintext_that_is_no_message_changes_nothing() {
    let mut town = Town::with_alice_and_bob();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "bob", "hello");
    let before = town.person("bob").rows.sizes();
    for plaintext in [vec![], vec![0; 64], vec![0xff; 300], b"\xa1\x00\x80".to_vec()] {
        let (from, to) = (town.person("mallory"), town.person("bob"));
        let payload = forger::pre_key_message(from, to, &town.post_office, SessionConfig::version_2(), &plaintext);
        town.post_forged("mallory", "bob", payload, true);
    }
    assert_eq!(town.person("bob").rows.sizes(), before, "no session, no gap, nothing to send");
}

#[test]
fn an_olm_message_of_version_1_is_refused_and_uses_up_no_key() {
    let mut town = Town::with_alice_and_bob();
    town.sign_up("mallory", "+351912345666");
    town.start_chat("mallory", "bob");
    let bobs_account = town.person("bob").rows.clone();
    let inner = forger::inner(town.person("mallory"), town.person("bob"), 1, "believe me", town.now);
    let (from, to) = (town.person("mallory"), town.person("bob"));
    #[expect(clippy::disallowed_methods, reason = "an attacker may use the old version")]
    let old = SessionConfig::version_1();
    let payload = forger::pre_key_message(from, to, &town.post_office, old, &forger::pack(&inner));
    town.post_forged("mallory", "bob", payload, true);
    assert!(!bob_believes(&town));
    use sotto_machine::rows::Rows as _;
    assert_eq!(
        town.person("bob").rows.olm_account().unwrap(),
        bobs_account.olm_account().unwrap(),
        "the one-time key is still there"
    );
}

#[test]
fn a_text_that_grows_without_bound_when_decompressed_is_refused() {
    let town = attack(|inner, _| {
        let mut bomb = vec![0x82, 0x00, 0x81, 0x7a, 0x10, 0x00, 0x00, 0x00];
        bomb.resize(64 << 20, b'a');
        inner.body = zstd_of(&bomb);
        inner.compressed = true;
    });
    assert_refused(&town, Rejection::Malformed);
}

fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).expect("memory")
}

#[test]
fn a_receipt_for_a_message_in_another_chat_ticks_nothing() {
    use sotto_machine::rows::MessageState;
    let mut town = Town::with_alice_and_bob();
    town.sign_up("mallory", "+351912345666");
    town.say("mallory", "bob", "hello");
    town.say("bob", "mallory", "hello");
    town.say("alice", "bob", "hi");
    town.disconnect("alice");
    let to_alice = town.say("bob", "alice", "for alice only");
    assert_eq!(town.message("bob", &to_alice).state, MessageState::Sent);
    let mut inner = forger::inner(town.person("mallory"), town.person("bob"), 100, "", town.now);
    inner.body = minicbor::to_vec(ForgedBody::Receipt { read: true, messages: vec![to_alice] }).unwrap();
    let (from, to) = (town.person("mallory"), town.person("bob"));
    let payload =
        forger::pre_key_message(from, to, &town.post_office, SessionConfig::version_2(), &forger::pack(&inner));
    town.post_forged("mallory", "bob", payload, true);
    assert_eq!(town.message("bob", &to_alice).state, MessageState::Sent);
}
