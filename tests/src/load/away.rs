//! Receivers that are away: their mailboxes are written while they are gone, and emptied when they come.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::{task::JoinSet, time::timeout};

use super::{Load, Measured, Pair, client::Client, sending::Senders};

/// A mailbox from which nothing comes for so long is stuck.
const SILENCE: Duration = Duration::from_secs(30);

/// What a relay did for devices that were away.
#[derive(Debug, Clone, Default)]
pub struct Away {
    /// The writing of the mailboxes.
    pub stored: Measured,
    /// Messages that waited in all of them together.
    pub waiting: u64,
    /// Seconds until each was on its device.
    pub drained_in: f64,
}

impl Away {
    /// Messages in a second, from the first connection to the last message.
    pub fn drained_per_second(&self) -> f64 {
        self.waiting as f64 / self.drained_in
    }
}

/// Fills each receiver's mailbox to a depth, then for the time that counts, and empties them all.
///
/// # Errors
/// If the relay refuses a message, closes a connection, does not answer or has lost something.
pub async fn away(address: SocketAddr, process: u32, pairs: &[Pair], load: Load, depth: u64) -> anyhow::Result<Away> {
    let mut senders = Senders::connect(address, pairs, load).await?;
    senders.send_each(depth).await?;
    let stored = senders.measure(process).await?;
    let waiting = stored.accepted;
    let began = Instant::now();
    let mut draining = JoinSet::new();
    for pair in pairs {
        draining.spawn(drain(address, pair.receiver.clone()));
    }
    let mut drained = 0;
    while let Some(count) = draining.join_next().await {
        drained += count??;
    }
    ensure!(drained == waiting, "{waiting} were accepted, {drained} came");
    Ok(Away { stored, waiting, drained_in: began.elapsed().as_secs_f64() })
}

/// Takes everything that waits for a device.
async fn drain(address: SocketAddr, who: super::Stranger) -> anyhow::Result<u64> {
    let mut client = Client::connect(address, &who).await?;
    let waiting = client.waiting();
    let (mut count, mut last) = (0, 0);
    while count < waiting {
        let deliveries = timeout(SILENCE, client.deliveries()).await.context("a mailbox is stuck")??;
        for &seq in deliveries {
            ensure!(seq > last, "{seq} came after {last}");
            last = seq;
        }
        count += deliveries.len() as u64;
        if !deliveries.is_empty() {
            client.acknowledge(last).await?;
        }
    }
    Ok(count)
}
