//! Several devices a person, on a clock that the scene holds: what is said and read on one shows on all, and what an
//! attacker cannot make of that.

#[path = "devices/attacks.rs"]
mod attacks;
#[path = "devices/decisions.rs"]
mod decisions;
#[path = "devices/groups.rs"]
mod groups;
#[path = "devices/scenes.rs"]
mod scenes;

use sotto_tests::town::Town;

/// Alice with a laptop besides, Bob with one device.
fn town() -> Town {
    let mut town = Town::with_alice_and_bob();
    town.link("alice", "alice's laptop");
    town.settle();
    town
}

/// They have talked.
fn talked() -> Town {
    let mut town = town();
    town.say("alice", "bob", "hello");
    town.say("bob", "alice", "who is this?");
    town
}
