//! What was seen of a group while its schedule was played, and what it came to.

use std::collections::BTreeSet;

use sotto_machine::{group::rows::GroupRow, rows::MessageState};
use sotto_wire::{AccountId, GroupId, MessageId};

use crate::{simulation::verdict::Verdict, town::Town};

/// Watches from outside.
#[derive(Default)]
pub(super) struct Record {
    /// The relay has shown people different logs.
    pub(super) split: bool,
    texts: Vec<Text>,
    /// Whoever was seen outside the group, or asked whether they want to be in it.
    unsteady: BTreeSet<AccountId>,
    looked: bool,
}

struct Text {
    author: String,
    text: String,
    id: MessageId,
}

impl Record {
    /// Somebody has written.
    pub(super) fn said(&mut self, author: &str, text: &str, id: MessageId) {
        self.texts.push(Text { author: author.to_owned(), text: text.to_owned(), id });
    }

    /// Something has happened.
    pub(super) fn look(&mut self, town: &Town, group: &GroupId, names: &[&str]) {
        let first = !std::mem::replace(&mut self.looked, true);
        for name in names {
            let account = town.account(name);
            let here = members(town, group, name).contains(&account);
            if !here || (!first && town.person(name).group(group).is_some_and(|row| !row.accepted)) {
                self.unsteady.insert(account);
            }
        }
    }

    /// The end of a schedule after which everything has come to rest.
    pub(super) fn judge(&self, town: &Town, group: &GroupId, names: &[&str]) -> Verdict {
        let mut verdict = Verdict { groups: 1, ..Verdict::default() };
        self.judge_texts(town, group, names, &mut verdict);
        verdict.forks_missed = match self.split {
            true => pairs(names).filter(|(one, other)| parted_unseen(town, group, one, other)).count() as u64,
            false => strays(town, group, names),
        };
        verdict
    }

    fn judge_texts(&self, town: &Town, group: &GroupId, names: &[&str], verdict: &mut Verdict) {
        verdict.messages += self.texts.len() as u64;
        let forked = |name: &&str| town.person(name).group(group).is_some_and(|row| row.fork.is_some());
        let apart = self.split || names.iter().any(forked);
        let truth = longest(town, group, names);
        // Who was removed and added anew between two looks belongs to it only since then.
        let founder = |account: &AccountId| {
            truth.as_ref().and_then(|row| row.state.member(account)).is_some_and(|member| member.since == 1)
        };
        let steady = |account: &AccountId| founder(account) && !self.unsteady.contains(account);
        for said in &self.texts {
            let author = town.account(&said.author);
            let meant_for = town.person(&said.author).meant_for.get(&said.id).cloned().unwrap_or_default();
            let state = town.person(&said.author).own_message(&said.id).map(|message| message.state);
            let accepted = state.is_some_and(|s| s >= MessageState::Sent && !matches!(s, MessageState::Failed(_)));
            verdict.accepted += u64::from(accepted);
            for name in names {
                let reader = town.account(name);
                let shown = town.group_texts(name, group).iter().filter(|text| **text == said.text).count();
                verdict.leaked += u64::from(shown > 0 && reader != author && !meant_for.contains(&reader));
                verdict.doubled += u64::from(shown > 1);
                let owed = accepted && !apart && steady(&reader) && steady(&author);
                verdict.lost += u64::from(owed && shown == 0);
            }
        }
    }
}

/// The group as whoever has read furthest sees it.
fn longest(town: &Town, group: &GroupId, names: &[&str]) -> Option<GroupRow> {
    names.iter().filter_map(|name| town.person(name).group(group)).max_by_key(|row| row.state.epoch)
}

fn pairs<'a>(names: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    names.iter().enumerate().flat_map(|(at, one)| names[at + 1..].iter().map(|other| (*one, *other)))
}

/// With one log for all: how many are in the group, or think so, and see another one than whoever has read furthest.
fn strays(town: &Town, group: &GroupId, names: &[&str]) -> u64 {
    let rows = || names.iter().map(|name| (town.account(name), town.person(name).group(group)));
    let Some(truth) = longest(town, group, names).map(|row| row.state) else { return 0 };
    let strays = rows().filter(|(account, row)| {
        let belongs = truth.member(account).is_some();
        match row {
            Some(row) if belongs => row.state.hash != truth.hash && row.fork.is_none(),
            Some(row) => row.state.member(account).is_some() && row.fork.is_none(),
            None => belongs,
        }
    });
    strays.count() as u64
}

/// Two who were shown different changes, see each other in the group, and were not told, neither of them.
fn parted_unseen(town: &Town, group: &GroupId, one: &str, other: &str) -> bool {
    let (Some(a), Some(b)) = (town.person(one).group(group), town.person(other).group(group)) else { return false };
    let accounts = [town.account(one), town.account(other)];
    let together = |row: &GroupRow| accounts.iter().all(|account| row.state.member(account).is_some());
    // Whoever is shown less than the others only waits for the rest; different changes meet under one epoch.
    let (less, more) = if a.state.epoch <= b.state.epoch { (&a, other) } else { (&b, one) };
    let there = town.person(more).event_hash(group, less.state.epoch);
    let parted = there.is_some_and(|hash| hash != less.state.hash);
    parted && together(&a) && together(&b) && a.fork.is_none() && b.fork.is_none()
}

fn members(town: &Town, group: &GroupId, seen_by: &str) -> BTreeSet<AccountId> {
    let row = town.person(seen_by).group(group);
    row.map(|row| row.state.members.iter().map(|member| member.account).collect()).unwrap_or_default()
}
