//! `npm run simulate -- --seeds N`: plays that many schedules on all cores and says what went wrong.
#![allow(clippy::print_stdout, reason = "this program is read by people and scripts")]

use std::{process::ExitCode, time::Instant};

use serde_json::json;
use sotto_tests::simulation::{GroupScript, Script, Verdict, World, play_group, play_seeds, shrink};

/// Most failing seeds that are shrunk and printed.
const MOST_SHRUNK: usize = 3;

fn main() -> ExitCode {
    let (seeds, first) = match arguments() {
        Ok(arguments) => arguments,
        Err(usage) => {
            println!("{usage}");
            return ExitCode::FAILURE;
        }
    };
    let began = Instant::now();
    let (verdict, failed) = play_seeds(first, seeds);
    let seconds = began.elapsed().as_secs_f64();
    for &seed in failed.iter().take(MOST_SHRUNK) {
        print_failure(seed);
    }
    print_table(seeds, &verdict, seconds, &failed);
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How many seeds, and the first.
fn arguments() -> Result<(u64, u64), String> {
    let (mut seeds, mut first) = (1_000, 0);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().and_then(|v| v.parse().ok());
        match (word.as_str(), value) {
            ("--seeds", Some(n)) => seeds = n,
            ("--first", Some(n)) => first = n,
            _ => return Err("usage: simulate [--seeds N] [--first SEED]".to_owned()),
        }
    }
    Ok((seeds, first))
}

fn print_failure(seed: u64) {
    let group = GroupScript::draw(seed);
    let verdict = play_group(&group);
    if !verdict.holds() {
        println!("seed {seed} fails with its group: {verdict:?}\n  {:?} devices", group.devices);
        for action in &group.actions {
            println!("  {action:?}");
        }
        return;
    }
    let script = shrink(&Script::draw(seed), None);
    println!("seed {seed} fails: {:?}", World::play(&script, None));
    println!("  {:?} devices, clocks off by {:?} ms", script.devices, script.skews);
    for (at, action) in &script.actions {
        println!("  {at:>6} ms  {action:?}");
    }
}

fn print_table(seeds: u64, verdict: &Verdict, seconds: f64, failed: &[u64]) {
    println!("{:<16}{:>12}", "schedules", seeds);
    for (name, value) in [
        ("crashes", verdict.crashes),
        ("full disks", verdict.rolled_back),
        ("disks set back", verdict.set_back),
        ("messages", verdict.messages),
        ("accepted", verdict.accepted),
        ("lost", verdict.lost),
        ("doubled", verdict.doubled),
        ("reordered", verdict.reordered),
        ("stuck", verdict.stuck),
        ("broken", verdict.broken),
        ("unbounded", verdict.unbounded),
        ("groups", verdict.groups),
        ("forks missed", verdict.forks_missed),
        ("leaked", verdict.leaked),
        ("failed seeds", failed.len() as u64),
    ] {
        println!("{name:<16}{value:>12}");
    }
    println!("{:<16}{:>12.0}", "per minute", seeds as f64 / seconds * 60.0);
    println!(
        "{}",
        json!({
            "seeds": seeds, "crashes": verdict.crashes, "accepted": verdict.accepted, "lost": verdict.lost,
            "doubled": verdict.doubled, "reordered": verdict.reordered, "stuck": verdict.stuck,
            "broken": verdict.broken, "unbounded": verdict.unbounded, "set_back": verdict.set_back,
            "groups": verdict.groups, "forks_missed": verdict.forks_missed, "leaked": verdict.leaked,
            "per_minute": (seeds as f64 / seconds * 60.0).round(),
        })
    );
}
