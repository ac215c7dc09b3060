//! Senders: each keeps a window of messages under way, and times how long each takes to be accepted.

use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use tokio::{
    task::JoinSet,
    time::{sleep_until, timeout},
};

use super::{
    Latencies, Load, Pair, Usage,
    client::Client,
    frames::{Heard, SendTemplate},
    stopwatch::Stopwatch,
};

/// After the end, what is under way still has this long to be accepted.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

/// What a server did in the time that counts.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// Accepted.
    pub messages: u64,
    /// Seconds of it.
    pub seconds: f64,
    /// From `Send` to `Accepted`.
    pub latencies: Latencies,
    /// Microseconds of the server's CPU.
    pub cpu_us: u64,
    /// Bytes it wrote to the disk.
    pub written: u64,
    /// Kilobytes of memory that are its own, at the end.
    pub memory_kb: u64,
}

impl Measured {
    /// What was measured before or after it with the same load.
    pub fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.seconds += other.seconds;
        self.latencies.append(other.latencies);
        self.cpu_us += other.cpu_us;
        self.written += other.written;
        self.memory_kb = self.memory_kb.max(other.memory_kb);
    }

    /// Messages in a second.
    pub fn per_second(&self) -> f64 {
        self.messages as f64 / self.seconds
    }

    /// Microseconds of the server's CPU for each message.
    pub fn cpu_us_per_message(&self) -> f64 {
        self.cpu_us as f64 / self.messages.max(1) as f64
    }

    /// Bytes on the server's disk for each message.
    pub fn written_per_message(&self) -> f64 {
        self.written as f64 / self.messages.max(1) as f64
    }
}

/// The connected senders of all pairs.
#[derive(Debug)]
pub(super) struct Senders(Vec<Sender>);

impl Senders {
    pub(super) async fn connect(address: SocketAddr, pairs: &[Pair], load: Load) -> anyhow::Result<Self> {
        let mut senders = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let client = Client::connect(address, &pair.sender).await?;
            let template = SendTemplate::to(&pair.receiver, load.bytes);
            senders.push(Sender { client, template, window: load.window, sent: 0, under_way: HashMap::new() });
        }
        Ok(Self(senders))
    }

    /// Messages that were sent so far. Between two measurements all of them are accepted.
    pub(super) fn sent(&self) -> u64 {
        self.0.iter().map(|sender| sender.sent).sum()
    }

    /// Sends for so long, and looks at what the server used for it.
    pub(super) async fn measure(&mut self, process: u32, time: Duration) -> anyhow::Result<Measured> {
        let stopwatch = Stopwatch::begin(time);
        let mut sending = JoinSet::new();
        for mut sender in self.0.drain(..) {
            sending.spawn(async move {
                let latencies = sender.send_until(stopwatch, u64::MAX).await?;
                anyhow::Ok((sender, latencies))
            });
        }
        sleep_until(stopwatch.begin.into()).await;
        let before = Usage::of(process)?;
        sleep_until(stopwatch.end.into()).await;
        let after = Usage::of(process)?;
        let mut measured = Measured {
            seconds: time.as_secs_f64(),
            cpu_us: after.cpu_us - before.cpu_us,
            written: after.written - before.written,
            memory_kb: after.memory_kb,
            ..Measured::default()
        };
        while let Some(ended) = timeout(LAST_ANSWERS, sending.join_next()).await.context("a message has no answer")? {
            let (sender, latencies) = ended??;
            self.0.push(sender);
            measured.latencies.append(latencies);
        }
        measured.messages = measured.latencies.count() as u64;
        Ok(measured)
    }

    /// Sends so many of each, as fast as they are accepted.
    pub(super) async fn send_each(&mut self, count: u64) -> anyhow::Result<()> {
        let sending = self.0.iter_mut().map(|sender| sender.send_until(Stopwatch::never(), sender.sent + count));
        futures_util::future::try_join_all(sending).await.map(drop)
    }
}

#[derive(Debug)]
struct Sender {
    client: Client,
    template: SendTemplate,
    window: usize,
    sent: u64,
    under_way: HashMap<u64, Instant>,
}

impl Sender {
    /// Sends until the time is over or so many are sent, and everything is accepted.
    async fn send_until(&mut self, stopwatch: Stopwatch, most: u64) -> anyhow::Result<Latencies> {
        let mut latencies = Latencies::default();
        loop {
            let now = Instant::now();
            while self.under_way.len() < self.window && self.sent < most && now < stopwatch.end {
                self.sent += 1;
                self.client.feed(self.template.number(self.sent)).await?;
                self.under_way.insert(self.sent, now);
            }
            self.client.flush().await?;
            if self.under_way.is_empty() {
                return Ok(latencies);
            }
            let heard = self.client.hear().await?;
            let now = Instant::now();
            for frame in heard {
                ensure!(*frame != Heard::Refused, "a message was refused");
                if let Heard::Accepted(id) = frame
                    && let Some(since) = self.under_way.remove(&self.template.number_of(*id))
                    && stopwatch.counts(now)
                {
                    latencies.add(now - since);
                }
            }
        }
    }
}
