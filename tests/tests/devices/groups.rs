//! Groups with people who have several devices.

use sotto_machine::rows::MessageState;
use sotto_tests::town::Town;
use sotto_wire::GroupId;

const LAPTOP: &str = "alice's laptop";

/// Alice with two devices, Bob with two, Carol with one, in one group that Alice has founded.
fn group() -> (Town, GroupId) {
    let mut town = super::town();
    town.sign_up("carol", "+351912345603");
    town.link("bob", "bob's phone");
    town.settle();
    let group = town.found_and_settle("alice", "Sea trip", &["bob", "carol"]);
    (town, group)
}

const ALL: [&str; 5] = ["alice", LAPTOP, "bob", "bob's phone", "carol"];

#[test]
fn every_device_of_every_member_reads_what_any_device_writes() {
    let (mut town, group) = group();
    for name in ALL {
        town.tell_group(name, &group, &format!("{name} is here"));
        town.settle();
    }
    let all: Vec<String> = ALL.iter().map(|name| format!("{name} is here")).collect();
    for name in ALL {
        assert_eq!(town.group_texts(name, &group), all, "{name}");
        assert_eq!(town.members(name, &group).len(), 3, "{name}");
    }
}

#[test]
fn a_message_to_a_group_has_its_ticks_on_both_devices() {
    let (mut town, group) = group();
    let id = town.tell_group(LAPTOP, &group, "when do we sail?");
    town.settle();
    for name in ["alice", LAPTOP] {
        assert_eq!(town.message(name, &id).state, MessageState::Delivered, "{name}");
    }
    for name in ["bob", "carol"] {
        let (chat, order) = (town.group_chat(name, &group), town.person(name).rows.newest());
        town.input(name, sotto_machine::step::Input::MarkRead { chat, order, tell: true });
    }
    town.settle();
    for name in ["alice", LAPTOP] {
        assert_eq!(town.message(name, &id).state, MessageState::Read, "{name}");
    }
}

#[test]
fn a_device_that_comes_later_is_in_the_groups_and_reads_what_comes() {
    let (mut town, group) = group();
    town.tell_group("bob", &group, "before the tablet");
    town.settle();
    town.link("alice", "alice's tablet");
    town.settle();
    town.tell_group("bob", &group, "after it");
    town.tell_group(LAPTOP, &group, "and from the laptop");
    town.settle();
    assert_eq!(town.group_texts("alice's tablet", &group), ["after it", "and from the laptop"]);
    town.tell_group("alice's tablet", &group, "from the tablet");
    town.settle();
    for name in ALL {
        assert_eq!(town.group_texts(name, &group).last().unwrap(), "from the tablet", "{name}");
    }
}

#[test]
fn what_waits_for_a_group_is_encrypted_anew_when_a_device_comes_and_when_one_goes() {
    let (mut town, group) = group();
    town.tell_group("carol", &group, "one");
    town.settle();
    town.disconnect("carol");
    town.link("bob", "bob's tablet");
    town.unlink("bob", "bob's phone");
    town.settle();
    town.connect("carol");
    town.tell_group("carol", &group, "two");
    town.settle();
    assert_eq!(town.group_texts("bob's tablet", &group), ["two"]);
    assert_eq!(town.group_texts("bob", &group), ["one", "two"]);
    assert_eq!(town.group_texts("bob's phone", &group), ["one"]);
    // Whatever of it a relay hands to who was put out, it stays closed.
    for payload in town.group_payloads("bob") {
        town.hand_payload("bob's phone", payload);
    }
    assert_eq!(town.group_texts("bob's phone", &group), ["one"]);
}
