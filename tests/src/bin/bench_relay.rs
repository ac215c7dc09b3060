//! `npm run bench:relay -- --pairs 50 --window 10 --seconds 10 --bytes 200`: the relay beside a forwarder without storage.
#![allow(clippy::print_stdout, reason = "this program is read by people and scripts")]

use std::path::Path;

use anyhow::Context as _;
use mimalloc::MiMalloc;
use serde_json::json;
use sotto_tests::{
    load::{
        ANY_PORT, Away, Forwarder, Load, Measured, Stranger, away, connected, kilobytes_per_idle_connection,
        pairs_of_strangers, serve_forwarder, sign_up, without_limits,
    },
    program::RelayProgram,
};

/// The relay's allocator, so that the forwarder is not measured by another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const USAGE: &str = "\
bench:relay  [--pairs N] [--window N] [--seconds N] [--bytes N] [--idle N] [--accounts N] [--offline [--depth N]]

  --pairs     pairs of devices, one of which sends (50)
  --window    messages of each sender that are not accepted yet (10)
  --seconds   how long each side is measured (10)
  --bytes     sealed bytes of a message (200)
  --idle      connections that say nothing, for memory; 0 leaves this out (1000)
  --accounts  accounts signed up besides (0)
  --offline   the receivers are away; afterwards they come and empty their mailboxes
  --depth     messages that wait in each mailbox before the measured ones (0)";

/// What to measure.
#[derive(Debug, Clone, Copy)]
struct Plan {
    pairs: usize,
    load: Load,
    idle: usize,
    accounts: usize,
    offline: bool,
    depth: u64,
}

/// What was measured.
#[derive(Debug)]
struct Outcome {
    relay: Measured,
    drain: Option<Away>,
    forwarder: Measured,
    kb_per_idle_connection: Option<f64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words == ["forwarder"] {
        return serve_forwarder().await;
    }
    let plan = plan(&words).context(USAGE)?;
    // On the disk of the checkout's build, which is a real one; `/tmp` may be memory.
    let dir = tempfile::tempdir_in(std::env::current_exe()?.parent().context("a directory")?)?;
    let mut outcome = measure(plan, dir.path()).await?;
    print(plan, &mut outcome);
    Ok(())
}

fn plan(words: &[String]) -> anyhow::Result<Plan> {
    let load = Load { bytes: 200, window: 10, seconds: 10 };
    let mut plan = Plan { pairs: 50, load, idle: 1_000, accounts: 0, offline: false, depth: 0 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--offline" {
            plan.offline = true;
            continue;
        }
        let number = || words.clone().next().context("a number is missing")?.parse::<u64>().context("not a number");
        match word.as_str() {
            "--pairs" => plan.pairs = number()? as usize,
            "--window" => plan.load.window = number()?.max(1) as usize,
            "--seconds" => plan.load.seconds = number()?.max(1),
            "--bytes" => plan.load.bytes = number()? as usize,
            "--idle" => plan.idle = number()? as usize,
            "--accounts" => plan.accounts = number()? as usize,
            "--depth" => plan.depth = number()?,
            other => anyhow::bail!("{other} is no option"),
        }
        words.next();
    }
    Ok(plan)
}

async fn measure(plan: Plan, dir: &Path) -> anyhow::Result<Outcome> {
    let pairs = pairs_of_strangers(plan.pairs, 0);
    let forwarder = {
        let forwarder = Forwarder::start().await?;
        connected(forwarder.address(), forwarder.id(), &pairs, plan.load).await?
    };
    let (relay, drain) = {
        let relay = RelayProgram::start(&dir.join("relay"), ANY_PORT, without_limits()).await?;
        let others: Vec<_> = (0..plan.accounts).map(|n| Stranger::draw(2 * plan.pairs + n)).collect();
        let people = pairs.iter().flat_map(|pair| [&pair.sender, &pair.receiver]).chain(&others);
        sign_up(&relay, people).await?;
        if plan.offline {
            let away = away(relay.address(), relay.id(), &pairs, plan.load, plan.depth).await?;
            (away.stored.clone(), Some(away))
        } else {
            (connected(relay.address(), relay.id(), &pairs, plan.load).await?, None)
        }
    };
    let kb_per_idle_connection = match plan.idle {
        0 => None,
        count => Some(kilobytes_per_idle_connection(&dir.join("idle"), count).await?),
    };
    Ok(Outcome { relay, drain, forwarder, kb_per_idle_connection })
}

fn print(plan: Plan, outcome: &mut Outcome) {
    let Load { bytes, window, seconds } = plan.load;
    let away = if plan.offline { ", receivers away" } else { "" };
    println!("{} pairs, {window} under way each, {bytes} B, {seconds} s{away}\n", plan.pairs);
    println!("{:<26}{:>14}{:>14}", "", "relay", "forwarder");
    let (relay, forwarder) = (&mut outcome.relay, &mut outcome.forwarder);
    let mut row = |name: &str, digits: usize, of: &dyn Fn(&mut Measured) -> f64| {
        println!("{name:<26}{:>14.digits$}{:>14.digits$}", of(relay), of(forwarder));
    };
    row("messages a second", 0, &|m| m.per_second());
    row("p50 (ms)", 3, &|m| m.latencies.quantile_ms(0.5));
    row("p99 (ms)", 3, &|m| m.latencies.quantile_ms(0.99));
    row("CPU for a message (us)", 2, &|m| m.cpu_us_per_message());
    row("written for a message (B)", 1, &|m| m.written_per_message());
    if let Some(away) = &outcome.drain {
        println!("{:<26}{:>14.0}", "drained a second", away.drained_per_second());
    }
    if let Some(kb) = outcome.kb_per_idle_connection {
        println!("{:<26}{kb:>14.2}", format!("KB idle ({})", plan.idle));
    }
    let tidy = |value: f64, digits: i32| (value * 10_f64.powi(digits)).round() / 10_f64.powi(digits);
    let line = json!({
        "messages_per_second": tidy(relay.per_second(), 0),
        "forwarder_per_second": tidy(forwarder.per_second(), 0),
        "ratio": tidy(relay.per_second() / forwarder.per_second(), 3),
        "p50_ms": tidy(relay.latencies.quantile_ms(0.5), 3),
        "p99_ms": tidy(relay.latencies.quantile_ms(0.99), 3),
        "forwarder_p50_ms": tidy(forwarder.latencies.quantile_ms(0.5), 3),
        "forwarder_p99_ms": tidy(forwarder.latencies.quantile_ms(0.99), 3),
        "kb_per_idle_connection": outcome.kb_per_idle_connection.map(|kb| tidy(kb, 2)),
        "cpu_us_per_message": tidy(relay.cpu_us_per_message(), 2),
        "forwarder_cpu_us_per_message": tidy(forwarder.cpu_us_per_message(), 2),
        "written_bytes_per_message": tidy(relay.written_per_message(), 1),
        "drained_per_second": outcome.drain.as_ref().map(|away| tidy(away.drained_per_second(), 0)),
    });
    println!("\n{line}");
}
