//! `npm run bench:relay -- --pairs 50 --window 10 --seconds 10 --bytes 200`: the relay beside a forwarder without storage.
#![allow(clippy::print_stdout, reason = "this program is read by people and scripts")]

use anyhow::Context as _;
use mimalloc::MiMalloc;
use serde_json::{Map, Value, json};
use sotto_tests::load::{Comparison, Growth, Load, Measured, Plan, compare, grow, serve_forwarder};

/// The relay's allocator, so that the forwarder is not measured by another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const USAGE: &str = "\
bench:relay  [--pairs N] [--window N] [--seconds N] [--bytes N] [--idle N] [--accounts N] [--offline [--depth N]]
bench:relay  --growth

  --pairs     pairs of devices, one of which sends (50)
  --window    messages of each sender that are not accepted yet (10)
  --seconds   how long each side is measured, in turns (10)
  --bytes     sealed bytes of a message (200)
  --idle      connections that say nothing, for memory; 0 leaves this out (5000)
  --accounts  accounts signed up besides (0)
  --offline   the receivers are away; afterwards they come and empty their mailboxes
  --depth     messages that wait in each mailbox before the measured ones (0)
  --growth    instead: the relay alone with more accounts, deeper mailboxes, longer messages, more connections";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words == ["forwarder"] {
        return serve_forwarder().await;
    }
    // On the disk of the checkout's build, which is a real one; `/tmp` may be memory.
    let dir = tempfile::tempdir_in(std::env::current_exe()?.parent().context("a directory")?)?;
    if words == ["--growth"] {
        let tables = grow(dir.path(), |of, size| println!("{size} {of} done")).await?;
        print_growth(&tables);
        return Ok(());
    }
    let plan = plan(&words).context(USAGE)?;
    let mut comparison = compare(plan, dir.path()).await?;
    print(plan, &mut comparison);
    Ok(())
}

fn plan(words: &[String]) -> anyhow::Result<Plan> {
    let load = Load { bytes: 200, window: 10 };
    let mut plan = Plan { pairs: 50, load, seconds: 10, idle: 5_000, accounts: 0, offline: false, depth: 0 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--offline" {
            plan.offline = true;
            continue;
        }
        let number = || words.clone().next().context("a number is missing")?.parse::<u64>().context("not a number");
        match word.as_str() {
            "--pairs" => plan.pairs = number()?.max(1) as usize,
            "--window" => plan.load.window = number()?.max(1) as usize,
            "--seconds" => plan.seconds = number()?.max(1),
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

fn print(plan: Plan, comparison: &mut Comparison) {
    let (Load { bytes, window }, seconds) = (plan.load, plan.seconds);
    let away = if plan.offline { ", receivers away" } else { "" };
    println!("{} pairs, {window} under way each, {bytes} B, {seconds} s{away}\n", plan.pairs);
    println!("{:<26}{:>14}{:>14}", "", "relay", "forwarder");
    let (relay, forwarder) = (&mut comparison.relay, &mut comparison.forwarder);
    let mut row = |name: &str, digits: usize, of: &dyn Fn(&mut Measured) -> f64| {
        println!("{name:<26}{:>14.digits$}{:>14.digits$}", of(relay), of(forwarder));
    };
    row("messages a second", 0, &|m| m.per_second());
    row("p50 (ms)", 3, &|m| m.latencies.quantile_ms(0.5));
    row("p99 (ms)", 3, &|m| m.latencies.quantile_ms(0.99));
    row("CPU for a message (us)", 2, &|m| m.cpu_us_per_message());
    row("written for a message (B)", 1, &|m| m.written_per_message());
    if let Some(drained) = &comparison.drained {
        println!("{:<26}{:>14.0}", "drained a second", drained.per_second());
    }
    if let Some(kb) = comparison.kb_per_idle_connection {
        println!("{:<26}{kb:>14.2}", format!("KB idle ({})", plan.idle));
    }
    let line = json!({
        "messages_per_second": tidy(relay.per_second(), 0),
        "forwarder_per_second": tidy(forwarder.per_second(), 0),
        "ratio": tidy(relay.per_second() / forwarder.per_second(), 3),
        "p50_ms": tidy(relay.latencies.quantile_ms(0.5), 3),
        "p99_ms": tidy(relay.latencies.quantile_ms(0.99), 3),
        "forwarder_p50_ms": tidy(forwarder.latencies.quantile_ms(0.5), 3),
        "forwarder_p99_ms": tidy(forwarder.latencies.quantile_ms(0.99), 3),
        "kb_per_idle_connection": comparison.kb_per_idle_connection.map(|kb| tidy(kb, 2)),
        "cpu_us_per_message": tidy(relay.cpu_us_per_message(), 2),
        "forwarder_cpu_us_per_message": tidy(forwarder.cpu_us_per_message(), 2),
        "written_bytes_per_message": tidy(relay.written_per_message(), 1),
        "drained_per_second": comparison.drained.map(|drained| tidy(drained.per_second(), 0)),
    });
    println!("\n{line}");
}

fn print_growth(tables: &[Growth]) {
    let mut line = Map::new();
    for table in tables {
        println!("\n{:>20}{}", table.of, table.columns.iter().map(|c| format!("{c:>22}")).collect::<String>());
        let mut rows = Vec::new();
        for (size, values) in &table.rows {
            println!("{size:>20}{}", values.iter().map(|v| format!("{v:>22.2}")).collect::<String>());
            let size = [("size".to_owned(), json!(size))];
            let named = table.columns.iter().zip(values).map(|(c, v)| ((*c).to_owned(), json!(tidy(*v, 2))));
            rows.push(Value::Object(size.into_iter().chain(named).collect()));
        }
        line.insert(table.of.replace(' ', "_"), Value::Array(rows));
    }
    println!("\n{}", Value::Object(line));
}

fn tidy(value: f64, digits: i32) -> f64 {
    (value * 10_f64.powi(digits)).round() / 10_f64.powi(digits)
}
