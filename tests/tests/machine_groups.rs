//! Five people and their groups, on a clock that the scene holds.

#[path = "machine_groups/look.rs"]
mod look;

use sotto_machine::{
    group::{GroupOp, Policy, Role, Who, rows::GroupLineKind},
    rows::{Content, MessageState, Rows as _},
};
use sotto_tests::town::Town;
use sotto_wire::{GroupId, limits::DAY};

fn town() -> Town {
    let mut town = Town::new(5);
    for (n, name) in ["alice", "bob", "carol", "dave", "erin"].into_iter().enumerate() {
        town.sign_up(name, &format!("+35191234570{n}"));
    }
    town
}

/// Alice founds a group with Bob and Carol, who are in it.
fn trio() -> (Town, GroupId) {
    let mut town = town();
    let group = town.found_and_settle("alice", "Sea trip", &["bob", "carol"]);
    (town, group)
}

#[test]
fn everybody_reads_what_anybody_writes() {
    let (mut town, group) = trio();
    for name in ["alice", "bob", "carol"] {
        assert_eq!(town.members(name, &group), ["alice", "bob", "carol"], "{name}");
        assert_eq!(town.person(name).group(&group).unwrap().state.name, "Sea trip");
        town.tell_group(name, &group, &format!("{name} is here"));
        town.settle();
    }
    let all = ["alice is here", "bob is here", "carol is here"];
    for name in ["alice", "bob", "carol"] {
        assert_eq!(town.group_texts(name, &group), all, "{name}");
    }
    assert!(town.person("dave").group(&group).is_none());
}

#[test]
fn the_first_message_waits_for_the_founding_and_nobody_gets_a_chat_with_strangers() {
    let mut town = town();
    town.disconnect("alice");
    let group = town.found("alice", "Sea trip", &["bob", "carol"]);
    let first = town.tell_group("alice", &group, "written before anybody knew");
    town.settle();
    assert_eq!(town.message("alice", &first).state, MessageState::Sending);
    town.connect("alice");
    town.settle();
    assert_eq!(town.group_texts("bob", &group), ["written before anybody knew"]);
    let strangers = town.person("bob").rows.contacts().unwrap().into_iter().filter(|c| c.listed).count();
    assert_eq!(strangers, 0, "bob has written to nobody, and nobody to bob");
}

#[test]
fn a_message_is_as_far_as_the_slowest_member() {
    let (mut town, group) = trio();
    town.disconnect("carol");
    let id = town.tell_group("alice", &group, "when do we sail?");
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Sent);
    let chat = town.group_chat("bob", &group);
    let order = town.person("bob").rows.newest();
    town.input("bob", sotto_machine::step::Input::MarkRead { chat, order, tell: true });
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Sent, "carol has nothing yet");
    town.connect("carol");
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Delivered);
    let (chat, order) = (town.group_chat("carol", &group), town.person("carol").rows.newest());
    town.input("carol", sotto_machine::step::Input::MarkRead { chat, order, tell: true });
    town.settle();
    assert_eq!(town.message("alice", &id).state, MessageState::Read);
}

#[test]
fn who_is_added_reads_what_comes_and_not_what_was() {
    let (mut town, group) = trio();
    town.tell_group("alice", &group, "before dave");
    town.settle();
    town.add("alice", &group, &["dave"]);
    town.settle();
    town.accept_group("dave", &group);
    town.tell_group("bob", &group, "hello, dave");
    town.settle();
    town.tell_group("dave", &group, "hello, all");
    town.settle();
    assert_eq!(town.group_texts("dave", &group), ["hello, dave", "hello, all"]);
    assert_eq!(town.group_texts("carol", &group), ["before dave", "hello, dave", "hello, all"]);
    assert_eq!(town.members("dave", &group), ["alice", "bob", "carol", "dave"]);
}

#[test]
fn what_has_left_before_somebody_came_is_not_encrypted_anew_for_them() {
    let (mut town, group) = trio();
    town.post_office.mute = true;
    let id = town.tell_group("alice", &group, "before dave");
    town.settle();
    town.add("bob", &group, &["dave"]);
    town.change("carol", &group, GroupOp::Leave);
    town.post_office.mute = false;
    for name in ["bob", "carol", "dave", "alice"] {
        town.disconnect(name);
        town.connect(name);
        town.settle();
    }
    town.accept_group("dave", &group);
    town.settle();
    assert_eq!(town.members("alice", &group), ["alice", "bob", "dave"]);
    assert_eq!(town.message("alice", &id).state, MessageState::Delivered);
    assert_eq!(town.group_texts("bob", &group), ["before dave"], "and once only");
    assert_eq!(town.group_texts("dave", &group), Vec::<String>::new());
}

#[test]
fn who_is_removed_reads_nothing_more_and_knows_it() {
    let (mut town, group) = trio();
    town.remove("alice", &group, "bob");
    town.settle();
    town.tell_group("carol", &group, "without bob");
    town.settle();
    assert_eq!(town.group_texts("bob", &group), Vec::<String>::new());
    assert_eq!(town.group_texts("alice", &group), ["without bob"]);
    for name in ["alice", "bob", "carol"] {
        assert_eq!(town.members(name, &group), ["alice", "carol"], "{name}");
    }
    assert!(town.change_refused("bob", &group, GroupOp::Leave));
}

#[test]
fn who_was_removed_and_is_added_again_goes_on_in_the_same_chat() {
    let (mut town, group) = trio();
    town.remove("alice", &group, "bob");
    town.settle();
    town.tell_group("carol", &group, "without bob");
    town.settle();
    let chat = town.group_chat("bob", &group);
    town.add("alice", &group, &["bob"]);
    town.settle();
    assert_eq!(town.group_chat("bob", &group), chat);
    town.accept_group("bob", &group);
    town.tell_group("carol", &group, "welcome back");
    town.settle();
    assert_eq!(town.group_texts("bob", &group), ["welcome back"]);
}

#[test]
fn who_leaves_is_followed_by_a_new_secret() {
    let (mut town, group) = trio();
    let before = town.person("alice").group(&group).unwrap();
    town.change("carol", &group, GroupOp::Leave);
    town.settle();
    let after = town.person("alice").group(&group).unwrap();
    assert_eq!(town.members("bob", &group), ["alice", "bob"]);
    assert_eq!(after.state.epoch, before.state.epoch + 2, "the leave, and the secret after it");
    assert_ne!(after.secret, before.secret);
    town.tell_group("bob", &group, "without carol");
    town.settle();
    assert_eq!(town.group_texts("alice", &group), ["without carol"]);
    assert_eq!(town.group_texts("carol", &group), Vec::<String>::new());
}

#[test]
fn an_owner_who_leaves_is_followed_by_an_admin() {
    let (mut town, group) = trio();
    town.promote("alice", &group, "carol", Role::Admin);
    town.settle();
    town.change("alice", &group, GroupOp::Leave);
    town.settle();
    let state = town.person("bob").group(&group).unwrap().state;
    assert_eq!(state.role(&town.account("carol")), Some(Role::Owner));
    assert!(!state.rekey_due, "carol has drawn a new secret");
}

#[test]
fn roles_decide_what_may_be_done() {
    let (mut town, group) = trio();
    let (bob, carol) = (town.account("bob"), town.account("carol"));
    assert!(town.change_refused("bob", &group, GroupOp::Remove { account: carol }));
    assert!(town.change_refused("bob", &group, GroupOp::Role { account: bob, role: Role::Admin }));
    town.promote("alice", &group, "bob", Role::Admin);
    town.settle();
    town.remove("bob", &group, "carol");
    town.settle();
    assert_eq!(town.members("carol", &group), ["alice", "bob"]);
    let alice = town.account("alice");
    assert!(town.change_refused("bob", &group, GroupOp::Remove { account: alice }), "nobody removes the owner");
}

#[test]
fn a_policy_keeps_members_from_writing() {
    let (mut town, group) = trio();
    let policy = Policy { send: Who::Admins, ..Policy::default() };
    town.change("alice", &group, GroupOp::Policy { policy });
    town.settle();
    town.tell_group("alice", &group, "only I may speak");
    town.settle();
    assert_eq!(town.group_texts("bob", &group), ["only I may speak"]);
    let state = town.person("bob").group(&group).unwrap().state;
    assert_eq!(state.policy, policy);
}

#[test]
fn two_changes_at_once_come_one_after_the_other() {
    let (mut town, group) = trio();
    town.promote("alice", &group, "bob", Role::Admin);
    town.settle();
    town.disconnect("bob");
    town.change("bob", &group, GroupOp::rename("Bob's trip"));
    town.change("alice", &group, GroupOp::rename("Alice's trip"));
    town.settle();
    town.connect("bob");
    town.settle();
    for name in ["alice", "bob", "carol"] {
        let state = town.person(name).group(&group).unwrap().state;
        assert_eq!(state.name, "Bob's trip", "{name}: the later one stands");
    }
}

#[test]
fn a_change_that_another_has_made_impossible_is_told() {
    let (mut town, group) = trio();
    town.promote("alice", &group, "bob", Role::Admin);
    town.settle();
    town.disconnect("bob");
    town.remove("bob", &group, "carol");
    town.remove("alice", &group, "bob");
    town.settle();
    town.connect("bob");
    town.settle();
    assert_eq!(town.members("carol", &group), ["alice", "carol"]);
    assert_eq!(town.members("bob", &group), ["alice", "carol"]);
}

#[test]
fn a_founder_killed_at_any_moment_founds_one_group() {
    let mut town = town();
    let group = town.found("alice", "Sea trip", &["bob"]);
    for _ in 0..3 {
        town.restart("alice");
    }
    town.settle();
    town.restart("alice");
    town.settle();
    assert_eq!(town.members("bob", &group), ["alice", "bob"]);
    assert_eq!(town.post_office.logs[&group].entries.len(), 1);
}

#[test]
fn sessions_turn_over_after_a_hundred_messages_and_after_a_week() {
    use sotto_machine::group::rows::GroupRows as _;
    let (mut town, group) = trio();
    let session = |town: &Town| town.person("alice").rows.group_session_out(&group).unwrap().unwrap().session_id;
    town.tell_group("alice", &group, "one");
    town.settle();
    let first = session(&town);
    for n in 0..100 {
        town.tell_group("alice", &group, &format!("{n}"));
    }
    town.settle();
    let second = session(&town);
    assert_ne!(first, second);
    town.pass(8 * DAY);
    town.tell_group("alice", &group, "a week later");
    town.settle();
    assert_ne!(second, session(&town));
    assert_eq!(town.group_texts("bob", &group).len(), 102);
}

#[test]
fn lines_tell_what_was_done() {
    let (mut town, group) = trio();
    town.change("alice", &group, GroupOp::rename("Summer"));
    town.settle();
    town.remove("alice", &group, "bob");
    town.settle();
    let chat = town.group_chat("carol", &group);
    let lines: Vec<_> = town
        .person("carol")
        .rows
        .conversation(chat)
        .into_iter()
        .filter_map(|m| if let Content::Group(line) = &m.content { Some(line.what.clone()) } else { None })
        .collect();
    let expected = [
        GroupLineKind::Added(vec![town.account("carol")]),
        GroupLineKind::Renamed("Summer".into()),
        GroupLineKind::Removed(town.account("bob")),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn keys_lost_with_a_session_are_shared_again() {
    let (mut town, group) = trio();
    town.tell_group("alice", &group, "first");
    town.settle();
    let alices = town.person("alice").device();
    town.person_mut("bob").rows.break_sessions(&alices);
    town.add("alice", &group, &["dave"]);
    town.settle();
    town.tell_group("alice", &group, "second");
    town.settle();
    town.restart("bob");
    town.settle();
    assert_eq!(town.group_texts("bob", &group), ["first", "second"]);
}

#[test]
fn an_admin_takes_back_for_all_what_a_member_has_written_and_a_member_only_their_own() {
    use sotto_machine::step::{Act, Input};
    let (mut town, group) = trio();
    let id = town.tell_group("bob", &group, "buy my soap");
    let hers = town.tell_group("alice", &group, "none of that here");
    town.settle();
    let (alice, bob) = (town.account("alice"), town.account("bob"));
    for (author, id) in [(alice, hers), (bob, id)] {
        assert!(!town.try_input("carol", Input::Act { author, id, act: Act::DeleteForAll }), "she is a member");
    }
    assert!(!town.try_input("bob", Input::Act { author: alice, id: hers, act: Act::DeleteForAll }));
    town.act("alice", "bob", id, Act::DeleteForAll);
    for name in ["alice", "bob", "carol"] {
        assert_eq!(town.group_texts(name, &group), ["none of that here"], "{name}");
    }
    // Whoever has become an admin may it too, but not with the owner.
    town.promote("alice", &group, "carol", Role::Admin);
    town.settle();
    assert!(!town.try_input("carol", Input::Act { author: alice, id: hers, act: Act::DeleteForAll }));
}
