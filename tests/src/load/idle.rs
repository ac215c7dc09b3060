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

/// Connections that stay open, and what they cost.
#[derive(Debug)]
pub struct Idle {
    relay: RelayProgram,
    connections: Vec<Client>,
    /// Kilobytes of the relay's own memory for each, everything it keeps for them included.
    pub kb_each: f64,
}

impl Idle {
    /// Opens so many on a relay of their own, with more people signed up there.
    ///
    /// The relay is started anew after the sign-up, so that memory which that has left free does not hide anything.
    ///
    /// # Errors
    /// If the relay does not come up, or does not let somebody in.
    pub async fn open(dir: &Path, count: usize, others: &[&Stranger]) -> anyhow::Result<Self> {
        let first = others.len();
        let people: Vec<Stranger> = (first..first + count + count / EARLY).map(Stranger::draw).collect();
        let relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
        sign_up(&relay, people.iter().chain(others.iter().copied())).await?;
        drop(relay);
        let relay = RelayProgram::start(dir, ANY_PORT, without_limits()).await?;
        let (people, early) = people.split_at(count);
        let mut connections = open(&relay, early).await?;
        let before = Usage::of(relay.id())?.memory_kb;
        connections.append(&mut open(&relay, people).await?);
        let after = Usage::of(relay.id())?.memory_kb;
        let kb_each = after.saturating_sub(before) as f64 / people.len().max(1) as f64;
        Ok(Self { relay, connections, kb_each })
    }

    /// The relay that holds them.
    pub fn relay(&self) -> &RelayProgram {
        &self.relay
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.connections.len()
    }
}

async fn open(relay: &RelayProgram, people: &[Stranger]) -> anyhow::Result<Vec<Client>> {
    let opening = stream::iter(people.iter().map(|who| Client::connect(relay.address(), who)));
    let open = opening.buffer_unordered(AT_ONCE).try_collect().await?;
    sleep(SETTLE).await;
    Ok(open)
}
