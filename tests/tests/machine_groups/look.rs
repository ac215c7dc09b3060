//! What a group shows of itself, and who is writing in it.

use sotto_machine::{
    group::{GroupOp, Look, Policy, Who, rows::GroupLineKind},
    rows::Content,
    step::{Event, Input},
};
use sotto_tests::town::Town;
use sotto_wire::{GroupId, Hash};

use super::trio;

const FACE: [u8; 5] = [0xff, 0xd8, 0xff, 1, 2];

fn look(about: Option<&str>, picture: Option<&[u8]>) -> GroupOp {
    let look = Look { about: about.map(str::to_owned), picture: picture.map(<[u8]>::to_vec) };
    GroupOp::Rename { name: "whatever it is".into(), look: Some(look) }
}

/// Name, words and picture, as somebody knows them.
fn shown(town: &Town, name: &str, group: &GroupId) -> (String, String, Option<Vec<u8>>) {
    let person = town.person(name);
    let state = person.group(group).expect("the group").state;
    let picture = person.rows.group_picture(group).map(<[u8]>::to_vec);
    assert_eq!(state.picture, picture.as_deref().map(Hash::of), "{name}");
    (state.name, state.about, picture)
}

#[test]
fn words_and_picture_reach_everybody_and_who_comes_later() {
    let (mut town, group) = trio();
    let named = shown(&town, "alice", &group).0;
    town.change("alice", &group, look(Some(" Ten days in August "), None));
    town.settle();
    town.change("bob", &group, look(None, Some(&FACE)));
    town.settle();
    town.add("alice", &group, &["dave"]);
    town.settle();
    for name in ["alice", "bob", "carol", "dave"] {
        let wanted = (named.clone(), "Ten days in August".to_owned(), Some(FACE.to_vec()));
        assert_eq!(shown(&town, name, &group), wanted, "{name}");
    }
    let lines = town.person("carol").rows.conversation(town.group_chat("carol", &group));
    let told = lines.into_iter().filter_map(|row| match &row.content {
        Content::Group(line) => Some(line.what.clone()),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(told.contains(&GroupLineKind::Described("Ten days in August".into())));
    assert!(told.contains(&GroupLineKind::Pictured(true)));
    assert!(!told.iter().any(|what| matches!(what, GroupLineKind::Renamed(_))), "the name is as it was");

    town.change("carol", &group, look(Some(""), Some(&[])));
    town.settle();
    assert_eq!(shown(&town, "dave", &group), (named, String::new(), None));
    let policy = Policy { edit: Who::Admins, ..Policy::default() };
    town.change("alice", &group, GroupOp::Policy { policy });
    town.settle();
    assert!(town.change_refused("carol", &group, look(Some("mine"), None)));
}

#[test]
fn what_is_too_long_or_no_picture_is_left_out_and_splits_nothing() {
    let (mut town, group) = trio();
    let before = shown(&town, "bob", &group);
    town.change("alice", &group, look(Some(&"x".repeat(301)), Some(b"<svg onload=alert(1)>")));
    town.settle();
    for name in ["alice", "bob", "carol"] {
        assert_eq!(shown(&town, name, &group), before, "{name}");
    }
    town.tell_group("carol", &group, "nothing happened");
    town.settle();
    assert_eq!(town.group_texts("alice", &group).last().unwrap(), "nothing happened");
}

#[test]
fn another_look_does_not_take_back_a_name_that_was_given_meanwhile() {
    let (mut town, group) = trio();
    town.change("bob", &group, GroupOp::rename("Bob's trip"));
    town.change("alice", &group, look(Some("With a boat"), None));
    town.settle();
    for name in ["alice", "bob", "carol"] {
        let (called, about, _) = shown(&town, name, &group);
        assert_eq!((called.as_str(), about.as_str()), ("Bob's trip", "With a boat"), "{name}");
    }
}

#[test]
fn who_does_not_know_of_looks_reads_the_name_and_counts_the_same_event() {
    /// As it was before there were looks.
    #[derive(Debug, PartialEq, minicbor::Encode, minicbor::Decode)]
    enum Old {
        #[n(5)]
        Rename {
            #[n(0)]
            name: String,
        },
    }
    let new = minicbor::to_vec(look(Some("words"), Some(&FACE))).unwrap();
    assert_eq!(minicbor::decode::<Old>(&new).unwrap(), Old::Rename { name: "whatever it is".into() });
    let old = minicbor::to_vec(Old::Rename { name: "Summer".into() }).unwrap();
    assert_eq!(minicbor::decode::<GroupOp>(&old).unwrap(), GroupOp::rename("Summer"));
}

#[test]
fn members_see_who_is_writing_and_nobody_else_does() {
    let (mut town, group) = trio();
    town.say("dave", "alice", "hello");
    for name in ["alice", "bob", "carol"] {
        town.tell_group(name, &group, "here");
        town.settle();
    }
    let chat = town.group_chat("alice", &group);
    town.input("alice", Input::Typing { chat });
    town.settle();
    let who = town.account("alice");
    for name in ["bob", "carol"] {
        let chat = town.group_chat(name, &group);
        assert!(town.events(name).contains(&Event::Writing { chat, who }), "{name}");
    }
    let anywhere = |event: &Event| matches!(event, Event::Writing { .. });
    assert!(!town.events("dave").iter().any(anywhere));
    // Where only admins write, nobody else is said to.
    let policy = Policy { send: Who::Admins, ..Policy::default() };
    town.change("alice", &group, GroupOp::Policy { policy });
    town.settle();
    let chat = town.group_chat("bob", &group);
    town.input("bob", Input::Typing { chat });
    town.settle();
    assert!(
        !town.events("carol").iter().any(|e| matches!(e, Event::Writing { who, .. } if *who == town.account("bob")))
    );
}
