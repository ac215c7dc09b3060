//! `npm run chaos -- --rounds N`: the real relay and real engines, killed, cut off and left without a disk.
#![allow(clippy::print_stdout, reason = "this program is read by people and scripts")]

use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;
use sotto_tests::chaos::{Plan, play};

const USAGE: &str = "\
chaos  [--rounds N] [--people N] [--seed N]

  --rounds  failures, one after the other (20)
  --people  engines that all write to each other (3)
  --seed    draws the failures and their moments (1)";

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let plan = plan().context(USAGE)?;
    // On the disk of the build, which is a real one; `/tmp` may be memory.
    let dir = tempfile::tempdir_in(std::env::current_exe()?.parent().context("a directory")?)?;
    println!("{:>6}  {:<36}{:>16}", "round", "failure", "recovered in ms");
    let played = play(plan, dir.path(), |round, fault, recovery| {
        println!("{round:>6}  {:<36}{:>16}", fault.to_string(), recovery.as_millis());
    });
    let mut verdict = played.await?;
    println!();
    verdict.details.iter().for_each(|detail| println!("{detail}"));
    for (name, value) in [
        ("rounds", plan.rounds),
        ("kills", verdict.kills),
        ("writes without room, relay", verdict.refused_by_relay),
        ("writes without room, engines", verdict.refused_by_engines),
        ("accepted", verdict.accepted),
        ("lost", verdict.lost),
        ("doubled", verdict.doubled),
        ("reordered", verdict.reordered),
        ("without a tick", verdict.unticked),
    ] {
        println!("{name:<32}{value:>10}");
    }
    let (p50, p99) = (verdict.recoveries.quantile_ms(0.5), verdict.recoveries.quantile_ms(0.99));
    println!("{:<32}{p50:>10.0}\n{:<32}{p99:>10.0}\n", "recovery p50 (ms)", "recovery p99 (ms)");
    println!(
        "{}",
        json!({
            "rounds": plan.rounds, "kills": verdict.kills, "accepted": verdict.accepted, "lost": verdict.lost,
            "doubled": verdict.doubled, "recovery_p99_ms": p99.round(), "reordered": verdict.reordered,
            "unticked": verdict.unticked, "refused_by_relay": verdict.refused_by_relay,
            "refused_by_engines": verdict.refused_by_engines, "seed": plan.seed,
        })
    );
    Ok(if verdict.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn plan() -> anyhow::Result<Plan> {
    let mut plan = Plan { rounds: 20, people: 3, seed: 1 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().context("a number is missing")?.parse::<u64>().context("not a number")?;
        match word.as_str() {
            "--rounds" => plan.rounds = value,
            "--people" => plan.people = value.max(2) as usize,
            "--seed" => plan.seed = value,
            other => anyhow::bail!("{other} is no option"),
        }
    }
    Ok(plan)
}
