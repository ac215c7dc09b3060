//! `npm run simulate -- --seeds N`: plays that many schedules on all cores and says what went wrong.
#![allow(clippy::print_stdout, reason = "this program is read by people and scripts")]

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use serde_json::json;
use sotto_tests::simulation::{Script, Verdict, World, play_seed, shrink};

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
    let (verdict, failed) = play_all(first, seeds);
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

fn play_all(first: u64, seeds: u64) -> (Verdict, Vec<u64>) {
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let played: Vec<(Verdict, Vec<u64>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let (mut sum, mut failed) = (Verdict::default(), Vec::new());
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= first + seeds {
                            return (sum, failed);
                        }
                        let verdict = play_seed(seed);
                        if !verdict.holds() {
                            failed.push(seed);
                        }
                        sum.add(&verdict);
                    }
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().expect("a worker")).collect()
    });
    let (mut verdict, mut failed) = (Verdict::default(), Vec::new());
    for (part, seeds) in played {
        verdict.add(&part);
        failed.extend(seeds);
    }
    failed.sort_unstable();
    (verdict, failed)
}

fn print_failure(seed: u64) {
    let script = shrink(&Script::draw(seed));
    println!("seed {seed} fails: {:?}", World::play(&script));
    println!("  {} people, clocks off by {:?} ms", script.people, script.skews);
    for (at, action) in &script.actions {
        println!("  {at:>6} ms  {action:?}");
    }
}

fn print_table(seeds: u64, verdict: &Verdict, seconds: f64, failed: &[u64]) {
    println!("{:<12}{:>12}", "schedules", seeds);
    for (name, value) in [
        ("crashes", verdict.crashes),
        ("messages", verdict.messages),
        ("accepted", verdict.accepted),
        ("lost", verdict.lost),
        ("doubled", verdict.doubled),
        ("reordered", verdict.reordered),
        ("stuck", verdict.stuck),
        ("broken", verdict.broken),
        ("failed seeds", failed.len() as u64),
    ] {
        println!("{name:<12}{value:>12}");
    }
    println!("{:<12}{:>12.0}", "per minute", seeds as f64 / seconds * 60.0);
    println!(
        "{}",
        json!({
            "seeds": seeds, "crashes": verdict.crashes, "accepted": verdict.accepted, "lost": verdict.lost,
            "doubled": verdict.doubled, "reordered": verdict.reordered, "stuck": verdict.stuck,
            "broken": verdict.broken, "per_minute": (seeds as f64 / seconds * 60.0).round(),
        })
    );
}
