//! A group as large as it may be: what one message costs its sender, without database and network.

use std::time::Instant;

use anyhow::{Context as _, ensure};
use sotto_machine::rows::MessageState;

use crate::town::Town;

/// What a group costs the one who writes in it, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct GroupCosts {
    /// Founding it.
    pub found_ms: f64,
    /// The first message, with which the session's key goes to everybody.
    pub first_send_ms: f64,
    /// Each message after it.
    pub send_ms: f64,
}

/// Founds a group of so many, all of whom but the sender are away, and writes so many messages in it.
///
/// # Errors
/// If a message is not accepted, or leaves as more than one payload.
pub fn group_costs(members: usize, messages: u32) -> anyhow::Result<GroupCosts> {
    let mut town = Town::new(1_000);
    let names: Vec<String> = (1..members).map(|n| format!("member {n}")).collect();
    town.sign_up("alice", "+351912000000");
    for (n, name) in (1..).zip(&names) {
        town.sign_up(name, &format!("+35191200{n:04}"));
        // They are away: what is measured is the sender.
        town.disconnect(name);
    }
    let everybody: Vec<&str> = names.iter().map(String::as_str).collect();
    let begun = Instant::now();
    let group = town.found("alice", "Everybody", &everybody);
    town.settle();
    let found_ms = milliseconds(begun);
    let there = town.person("alice").group(&group).context("the group")?.state.members.len();
    ensure!(there == members, "{there} of {members} are in the group");

    let begun = Instant::now();
    let first = town.tell_group("alice", &group, "the first");
    town.settle();
    let first_send_ms = milliseconds(begun);
    ensure!(town.message("alice", &first).state == MessageState::Sent, "the first message was not accepted");

    let reader = names.first().context("a member")?;
    let before = town.group_payloads(reader).len();
    let begun = Instant::now();
    for n in 0..messages {
        let id = town.tell_group("alice", &group, &format!("number {n}"));
        town.settle();
        ensure!(town.message("alice", &id).state == MessageState::Sent, "a message was not accepted");
    }
    let send_ms = milliseconds(begun) / f64::from(messages.max(1));
    let payloads = town.group_payloads(reader).len() - before;
    ensure!(payloads == messages as usize, "{payloads} payloads for {messages} messages");
    Ok(GroupCosts { found_ms, first_send_ms, send_ms })
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}
