//! How cost grows: accounts, depth of a mailbox, length of a message, connections.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;

use super::{
    ANY_PORT, Away, Connected, Idle, Load, Measured, Pair, Stranger, Usage, client::Client, pairs_of_strangers,
    sign_up, without_limits,
};
use crate::program::RelayProgram;

/// Pairs that load the relay while something else grows.
const PAIRS: usize = 20;
/// How long each size is loaded.
const TIME: Duration = Duration::from_secs(3);
/// What they send.
const LOAD: Load = Load { bytes: 200, window: 10 };
/// People who connect one after the other, to see how long that takes.
const CALLERS: usize = 200;

/// What was measured at several sizes of one thing.
#[derive(Debug)]
pub struct Growth {
    /// What grows.
    pub of: &'static str,
    /// What was measured.
    pub columns: &'static [&'static str],
    /// A size, and a value for each column.
    pub rows: Vec<(u64, Vec<f64>)>,
}

/// Measures everything, and tells of each size that is done.
///
/// # Errors
/// If a program does not start, or refuses, loses or disorders a message.
pub async fn grow(dir: &Path, mut tell: impl FnMut(&str, u64)) -> anyhow::Result<Vec<Growth>> {
    Ok(vec![
        accounts(&dir.join("accounts"), &mut tell).await?,
        depth(&dir.join("depth"), &mut tell).await?,
        length(&dir.join("length"), &mut tell).await?,
        connections(dir, &mut tell).await?,
    ])
}

async fn accounts(dir: &Path, tell: &mut impl FnMut(&str, u64)) -> anyhow::Result<Growth> {
    let columns = &["sign_ups_per_second", "start_ms", "connect_ms", "memory_mb", "messages_per_second", "cpu_us"];
    let mut growth = Growth { of: "accounts", columns, rows: Vec::new() };
    let pairs = pairs_of_strangers(PAIRS, 0);
    let mut relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
    sign_up(&relay, people(&pairs)).await?;
    let mut there = 2 * PAIRS;
    for size in [1_000, 10_000, 100_000] {
        let newcomers: Vec<_> = (there..size).map(Stranger::draw).collect();
        let began = Instant::now();
        sign_up(&relay, newcomers.iter()).await?;
        let sign_ups = newcomers.len() as f64 / began.elapsed().as_secs_f64();
        there = size;
        drop(relay);
        let began = Instant::now();
        relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
        let start_ms = milliseconds(began);
        let began = Instant::now();
        for caller in newcomers.iter().step_by(newcomers.len() / CALLERS).take(CALLERS) {
            Client::connect(relay.address(), caller).await?;
        }
        let connect_ms = milliseconds(began) / CALLERS as f64;
        let memory_mb = Usage::of(relay.id())?.memory_kb as f64 / 1_024.0;
        let measured = loaded(&relay, &pairs, LOAD).await?;
        let row = vec![sign_ups, start_ms, connect_ms, memory_mb, measured.per_second(), measured.cpu_us_per_message()];
        growth.rows.push((size as u64, row));
        tell(growth.of, size as u64);
    }
    Ok(growth)
}

async fn depth(dir: &Path, tell: &mut impl FnMut(&str, u64)) -> anyhow::Result<Growth> {
    let columns = &["stored_per_second", "first_ms", "drained_per_second", "drain_cpu_us"];
    let mut growth = Growth { of: "mailbox depth", columns, rows: Vec::new() };
    for (n, size) in [100, 10_000, 100_000].into_iter().enumerate() {
        let pairs = pairs_of_strangers(1, 0);
        let dir = dir.join(n.to_string());
        let mut relay = RelayProgram::start(&dir, ANY_PORT, without_limits()).await?;
        sign_up(&relay, people(&pairs)).await?;
        let mut away = Away::open(relay.address(), &pairs, Load { window: 256, ..LOAD }).await?;
        let began = Instant::now();
        away.fill(size).await?;
        let stored = size as f64 / began.elapsed().as_secs_f64();
        // A relay that has just started knows of nobody what waits for them.
        let listen = relay.address();
        drop(relay);
        relay = RelayProgram::start(&dir, listen, without_limits()).await?;
        let before = Usage::of(relay.id())?;
        let drained = away.drain().await?;
        let cpu_us = (Usage::of(relay.id())?.cpu_us - before.cpu_us) as f64 / size as f64;
        growth.rows.push((size, vec![stored, drained.first_ms, drained.per_second(), cpu_us]));
        tell(growth.of, size);
    }
    Ok(growth)
}

async fn length(dir: &Path, tell: &mut impl FnMut(&str, u64)) -> anyhow::Result<Growth> {
    let columns = &["messages_per_second", "megabytes_per_second", "cpu_us", "p50_ms"];
    let mut growth = Growth { of: "bytes of a message", columns, rows: Vec::new() };
    let pairs = pairs_of_strangers(PAIRS, 0);
    let relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
    sign_up(&relay, people(&pairs)).await?;
    for bytes in [200, 2_000, 20_000, 100_000] {
        let mut measured = loaded(&relay, &pairs, Load { bytes, ..LOAD }).await?;
        let megabytes = measured.per_second() * bytes as f64 / 1e6;
        let p50 = measured.latencies.quantile_ms(0.5);
        growth.rows.push((bytes as u64, vec![measured.per_second(), megabytes, measured.cpu_us_per_message(), p50]));
        tell(growth.of, bytes as u64);
    }
    Ok(growth)
}

async fn connections(dir: &Path, tell: &mut impl FnMut(&str, u64)) -> anyhow::Result<Growth> {
    let columns = &["kb_each", "messages_per_second", "cpu_us", "p50_ms"];
    let mut growth = Growth { of: "idle connections", columns, rows: Vec::new() };
    for size in [500, 2_000, 5_000] {
        let pairs = pairs_of_strangers(PAIRS, 0);
        let people: Vec<_> = people(&pairs).collect();
        let idle = Idle::open(&dir.join(format!("idle-{size}")), size, &people).await?;
        ensure!(idle.count() >= size, "not everybody is connected");
        let mut measured = loaded(idle.relay(), &pairs, LOAD).await?;
        let p50 = measured.latencies.quantile_ms(0.5);
        let row = vec![idle.kb_each, measured.per_second(), measured.cpu_us_per_message(), p50];
        growth.rows.push((size as u64, row));
        tell(growth.of, size as u64);
    }
    Ok(growth)
}

async fn loaded(relay: &RelayProgram, pairs: &[Pair], load: Load) -> anyhow::Result<Measured> {
    Connected::open(relay.address(), pairs, load).await?.measure(relay.id(), TIME).await
}

fn people(pairs: &[Pair]) -> impl Iterator<Item = &Stranger> {
    pairs.iter().flat_map(|pair| [&pair.sender, &pair.receiver])
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}
