//! Receivers that are away: their mailboxes are written while they are gone, and emptied when they come.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::{task::JoinSet, time::timeout};

use super::{Load, Measured, Pair, Stranger, client::Client, sending::Senders};

/// A mailbox from which nothing comes for so long is stuck.
const SILENCE: Duration = Duration::from_secs(30);

/// Pairs of which only the sender is there.
#[derive(Debug)]
pub struct Away {
    address: SocketAddr,
    receivers: Vec<Stranger>,
    senders: Senders,
}

/// How mailboxes were emptied.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drained {
    /// Messages that waited in all of them together.
    pub messages: u64,
    /// Seconds from the first connection to the last message.
    pub seconds: f64,
    /// Milliseconds until the slowest was welcome and had its first message.
    pub first_ms: f64,
}

impl Drained {
    /// Messages in a second.
    pub fn per_second(&self) -> f64 {
        self.messages as f64 / self.seconds
    }
}

impl Away {
    /// Connects the senders.
    ///
    /// # Errors
    /// If the relay lets somebody not in.
    pub async fn open(address: SocketAddr, pairs: &[Pair], load: Load) -> anyhow::Result<Self> {
        let receivers = pairs.iter().map(|pair| pair.receiver.clone()).collect();
        Ok(Self { address, receivers, senders: Senders::connect(address, pairs, load).await? })
    }

    /// Puts so many messages into each mailbox.
    ///
    /// # Errors
    /// If the relay refuses a message, closes a connection or does not answer.
    pub async fn fill(&mut self, depth: u64) -> anyhow::Result<()> {
        self.senders.send_each(depth).await
    }

    /// Writes for so long.
    ///
    /// # Errors
    /// If the relay refuses a message, closes a connection or does not answer.
    pub async fn measure(&mut self, process: u32, time: Duration) -> anyhow::Result<Measured> {
        self.senders.measure(process, time).await
    }

    /// The receivers come and take everything.
    ///
    /// # Errors
    /// If something that was accepted does not come, or not in its order.
    pub async fn drain(self) -> anyhow::Result<Drained> {
        let (waiting, began) = (self.senders.sent(), Instant::now());
        let mut draining = JoinSet::new();
        for receiver in self.receivers {
            draining.spawn(drain(self.address, receiver));
        }
        let mut drained = Drained::default();
        while let Some(ended) = draining.join_next().await {
            let (count, first) = ended??;
            drained.messages += count;
            drained.first_ms = drained.first_ms.max(first.as_secs_f64() * 1_000.0);
        }
        drained.seconds = began.elapsed().as_secs_f64();
        ensure!(drained.messages == waiting, "{waiting} were accepted, {} came", drained.messages);
        Ok(drained)
    }
}

/// Takes everything that waits for a device. Answers how much it was, and when the first came.
async fn drain(address: SocketAddr, who: Stranger) -> anyhow::Result<(u64, Duration)> {
    let began = Instant::now();
    let mut client = Client::connect(address, &who).await?;
    let waiting = client.waiting();
    let (mut count, mut last, mut first) = (0, 0, Duration::ZERO);
    while count < waiting {
        let deliveries = timeout(SILENCE, client.deliveries()).await.context("a mailbox is stuck")??;
        if count == 0 {
            first = began.elapsed();
        }
        for &seq in deliveries {
            ensure!(seq > last, "{seq} came after {last}");
            last = seq;
        }
        count += deliveries.len() as u64;
        if !deliveries.is_empty() {
            client.acknowledge(last).await?;
        }
    }
    Ok((count, first))
}
