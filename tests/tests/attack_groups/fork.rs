//! A relay that shows members different groups, and members who lie about it.

use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use sotto_machine::{
    group::{GroupOp, rows::GroupLineKind},
    post::Post,
    rows::Content,
    step::{Input, Rejection},
};
use sotto_tests::group_forger::{ForgedFork, ForgedKeys};
use sotto_wire::{Hash, MessageId};

use super::{assert_dropped, forge_keys, scene};

#[test]
fn who_is_shown_another_group_than_the_others_is_told_and_sends_nothing_more() {
    let (mut town, group) = scene();
    // The relay keeps one log for Alice, and another one, with Bob's change, for Bob and Carol.
    town.disconnect("alice");
    town.disconnect("carol");
    let before = town.post_office.logs.clone();
    town.change("bob", &group, GroupOp::rename("Bob's"));
    town.settle();
    let others = std::mem::replace(&mut town.post_office.logs, before);
    for name in ["bob", "carol"] {
        let account = town.account(name);
        town.post_office.shown.insert(account, others.clone());
    }
    town.connect("alice");
    town.change("alice", &group, GroupOp::rename("Alice's"));
    town.settle();
    town.connect("carol");
    town.settle();
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    // Carol sees what Bob sees, and has said nothing yet that Alice would refuse.
    assert_eq!(town.person("carol").group(&group).unwrap().fork, None);
    town.tell_group("carol", &group, "hello?");
    town.settle();
    // Alice hears of Bob's change and stops. Each of the others hears from her that she sees another group.
    for name in ["alice", "bob", "carol"] {
        let row = town.person(name).group(&group).unwrap();
        let fork = row.fork.unwrap_or_else(|| panic!("{name} was not told"));
        assert_eq!(fork.epoch, 2, "{name}");
        assert_eq!(fork.ours, row.state.hash, "{name}");
        assert_ne!(fork.ours, fork.theirs);
        let lines = town.person(name).rows.conversation(row.chat);
        let told = |content: &Content| matches!(content, Content::Group(line) if line.what == GroupLineKind::Forked);
        assert_eq!(lines.iter().filter(|message| told(&message.content)).count(), 1, "{name}");
        let (id, post) = (MessageId([90; 16]), Box::new(Post::text("nothing more")));
        let (now, input) = (town.now, Input::SendPost { chat: row.chat, id, post });
        assert!(town.person_mut(name).try_step(input, now, &mut rng).is_err(), "{name}");
    }
    let fork = |name: &str| town.person(name).group(&group).unwrap().fork.unwrap();
    assert_eq!((fork("alice").ours, fork("alice").theirs), (fork("bob").theirs, fork("bob").ours));
}

#[test]
fn who_tells_of_a_fork_without_being_a_member_or_of_what_was_never_said_is_not_believed() {
    let (mut town, group) = scene();
    let state = town.person("carol").group(&group).unwrap().state;
    let told = |yours, mine| ForgedKeys::ForkSeen(ForgedFork { group, epoch: state.epoch, yours, mine });
    town.start_chat("dave", "carol");
    forge_keys(&mut town, "dave", "carol", 100, &told(state.hash, Hash([7; 32])));
    assert_dropped(&town, "carol", Rejection::NotAllowed);
    // Not what Carol has come to, or no other than that: nothing is split.
    forge_keys(&mut town, "bob", "carol", 100, &told(Hash([8; 32]), Hash([7; 32])));
    forge_keys(&mut town, "bob", "carol", 101, &told(state.hash, state.hash));
    assert_eq!(town.person("carol").group(&group).unwrap().fork, None);
    town.tell_group("carol", &group, "all is well");
    town.settle();
    assert_eq!(town.group_texts("alice", &group).last().unwrap(), "all is well");
}
