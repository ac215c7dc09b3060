//! Coming into a group by its link, by those who may and those who may not.

use sotto_machine::{
    group::{
        GroupOp, Invitation, JoinLink, Policy, Role, Who,
        input::GroupInput,
        rows::{GroupLineKind, GroupRows as _},
    },
    rows::Content,
    step::{Input, Rejection},
};
use sotto_tests::town::Town;
use sotto_wire::GroupId;

use super::{SAID, assert_dropped, scene};

const SECRET: [u8; 16] = [5; 16];

/// Alice makes a link.
fn link(town: &mut Town, group: &GroupId, secret: [u8; 16], approval: bool) {
    let policy = Policy { add: Who::Admins, link: Some(JoinLink { secret, approval }), ..Policy::default() };
    town.change("alice", group, GroupOp::Policy { policy });
    town.settle();
}

/// Somebody opens a link that names one person to be asked.
fn ask(town: &mut Town, name: &str, group: &GroupId, secret: [u8; 16], whom: &str) {
    let admins = vec![town.account(whom)];
    town.input(name, Input::Group(GroupInput::Ask(Invitation { group: *group, secret, admins })));
    town.settle();
}

fn asking(town: &Town, group: &GroupId) -> usize {
    town.person("alice").rows.group_requests(group).unwrap().len()
}

fn admit(town: &mut Town, name: &str, group: &GroupId, whom: &str) -> bool {
    let (chat, account) = (town.group_chat(name, group), town.account(whom));
    town.try_input(name, Input::Group(GroupInput::Admit { chat, account }))
}

#[test]
fn who_asks_by_a_link_comes_in_once_an_admin_says_so_and_a_member_cannot() {
    let (mut town, group) = scene();
    link(&mut town, &group, SECRET, true);
    ask(&mut town, "dave", &group, SECRET, "alice");
    assert_eq!((asking(&town, &group), town.members("alice", &group).len()), (1, 3));
    assert!(!admit(&mut town, "bob", &group, "dave"), "he is no admin");
    // Asked again, also after the programs died, it is one request.
    town.restart("dave");
    town.restart("alice");
    ask(&mut town, "dave", &group, SECRET, "alice");
    assert_eq!(asking(&town, &group), 1);
    assert!(admit(&mut town, "alice", &group, "dave"));
    town.settle();
    assert_eq!(town.members("carol", &group), ["alice", "bob", "carol", "dave"]);
    assert_eq!(asking(&town, &group), 0);
    // He has asked for it himself: nobody has to be accepted by him.
    assert!(town.person("dave").group(&group).unwrap().accepted);
    town.tell_group("dave", &group, "dave is here");
    town.settle();
    assert_eq!(town.group_texts("carol", &group).last().unwrap(), "dave is here");
    assert_eq!(town.group_texts("dave", &group), ["dave is here"]);
}

#[test]
fn without_approval_the_first_admin_adds_at_once_and_a_second_one_says_nothing() {
    let (mut town, group) = scene();
    town.promote("alice", &group, "bob", Role::Admin);
    town.settle();
    link(&mut town, &group, SECRET, false);
    let admins = vec![town.account("alice"), town.account("bob")];
    town.input("dave", Input::Group(GroupInput::Ask(Invitation { group, secret: SECRET, admins })));
    town.settle();
    assert_eq!(town.members("carol", &group), ["alice", "bob", "carol", "dave"]);
    for name in ["alice", "bob"] {
        assert!(town.person(name).rows.group_requests(&group).unwrap().is_empty(), "{name}");
        let chat = town.group_chat(name, &group);
        let lines = town.person(name).rows.conversation(chat);
        let overtaken = |content: &Content| matches!(content, Content::Group(l) if l.what == GroupLineKind::Overtaken);
        assert!(!lines.iter().any(|line| overtaken(&line.content)), "{name}");
    }
}

#[test]
fn a_forged_request_and_one_to_somebody_who_is_no_admin_are_not_heard() {
    let (mut town, group) = scene();
    ask(&mut town, "dave", &group, [0; 16], "alice");
    assert_dropped(&town, "alice", Rejection::NotAllowed);
    link(&mut town, &group, SECRET, false);
    ask(&mut town, "dave", &group, [6; 16], "alice");
    ask(&mut town, "dave", &group, SECRET, "carol");
    assert_dropped(&town, "carol", Rejection::NotAllowed);
    assert_eq!(asking(&town, &group), 0);
    assert_eq!(town.members("alice", &group), ["alice", "bob", "carol"]);
    assert!(town.person("dave").group(&group).is_none());
}

#[test]
fn a_link_that_was_made_anew_ends_the_one_before_and_what_was_asked_by_it() {
    let (mut town, group) = scene();
    link(&mut town, &group, SECRET, true);
    ask(&mut town, "dave", &group, SECRET, "alice");
    assert_eq!(asking(&town, &group), 1);
    link(&mut town, &group, [6; 16], true);
    assert_eq!(asking(&town, &group), 0, "who came by the old link asks no more");
    assert!(!admit(&mut town, "alice", &group, "dave"));
    ask(&mut town, "dave", &group, SECRET, "alice");
    assert_eq!(asking(&town, &group), 0);
    // Without a link nobody comes in.
    town.change("alice", &group, GroupOp::Policy { policy: Policy::default() });
    town.settle();
    ask(&mut town, "dave", &group, [6; 16], "alice");
    assert_eq!((asking(&town, &group), town.members("alice", &group).len()), (0, 3));
}

#[test]
fn who_was_removed_does_not_come_back_by_a_link_on_their_own() {
    let (mut town, group) = scene();
    link(&mut town, &group, SECRET, false);
    town.remove("alice", &group, "bob");
    town.settle();
    // The link still opens for others; he has to be let in.
    ask(&mut town, "bob", &group, SECRET, "alice");
    assert_eq!((asking(&town, &group), town.members("alice", &group).len()), (1, 2));
    link(&mut town, &group, [6; 16], false);
    ask(&mut town, "bob", &group, SECRET, "alice");
    assert_eq!((asking(&town, &group), town.members("alice", &group).len()), (0, 2));
    town.tell_group("carol", &group, "without bob");
    town.settle();
    assert_eq!(town.group_texts("bob", &group), SAID);
}
