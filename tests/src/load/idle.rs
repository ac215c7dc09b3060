//! Connections that say nothing: what each costs the relay in memory.

use std::{path::Path, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::sleep;

use super::{ANY_PORT, Stranger, Usage, client::Client, people::sign_up, without_limits};
use crate::program::RelayProgram;

/// Connections opened at the same time.
const AT_ONCE: usize = 32;
/// One in so many opens before the measured ones: threads, database readers and the allocator's first pages are there then.
const EARLY: usize = 5;
/// What was only needed for opening is given back in this time.
const SETTLE: Duration = Duration::from_secs(2);

/// Kilobytes of the relay's own memory for each of so many idle connections, everything it keeps for them included.
///
/// The relay is started anew after the sign-up, so that memory which that has left free does not hide anything.
///
/// # Errors
/// If the relay does not come up, or does not let somebody in.
pub async fn kilobytes_per_idle_connection(dir: &Path, count: usize) -> anyhow::Result<f64> {
    let people: Vec<Stranger> = (0..count + count / EARLY).map(Stranger::draw).collect();
    let relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
    sign_up(&relay, people.iter()).await?;
    drop(relay);
    let relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
    let (others, early) = people.split_at(count);
    let _early = open(&relay, early).await?;
    let before = Usage::of(relay.id())?.memory_kb;
    let open = open(&relay, others).await?;
    let after = Usage::of(relay.id())?.memory_kb;
    Ok(after.saturating_sub(before) as f64 / open.len().max(1) as f64)
}

async fn open(relay: &RelayProgram, people: &[Stranger]) -> anyhow::Result<Vec<Client>> {
    let opening = stream::iter(people.iter().map(|who| Client::connect(relay.address(), who)));
    let open = opening.buffer_unordered(AT_ONCE).try_collect().await?;
    sleep(SETTLE).await;
    Ok(open)
}
