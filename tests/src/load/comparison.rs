//! The relay beside the forwarder, in turns: a machine that is busy with something else is so for both.

use std::{path::Path, time::Duration};

use super::{
    ANY_PORT, Away, Connected, Drained, Forwarder, Idle, Load, Measured, Stranger, pairs_of_strangers, sign_up,
    without_limits,
};
use crate::program::RelayProgram;

/// Turns of each.
const TURNS: u64 = 4;

/// What to measure.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Pairs of devices, one of which sends.
    pub pairs: usize,
    /// What each sender sends.
    pub load: Load,
    /// How long each side is measured.
    pub seconds: u64,
    /// Connections that say nothing; 0 leaves them out.
    pub idle: usize,
    /// Accounts signed up besides.
    pub accounts: usize,
    /// The receivers are away.
    pub offline: bool,
    /// Messages that wait in each mailbox before the measured ones.
    pub depth: u64,
}

/// What was measured.
#[derive(Debug)]
pub struct Comparison {
    /// The relay.
    pub relay: Measured,
    /// The forwarder; its receivers are always there.
    pub forwarder: Measured,
    /// What waited in the relay's mailboxes.
    pub drained: Option<Drained>,
    /// Of the relay.
    pub kb_per_idle_connection: Option<f64>,
}

enum Relayed {
    Connected(Connected),
    Away(Away),
}

impl Relayed {
    async fn measure(&mut self, process: u32, time: Duration) -> anyhow::Result<Measured> {
        match self {
            Self::Connected(pairs) => pairs.measure(process, time).await,
            Self::Away(pairs) => pairs.measure(process, time).await,
        }
    }
}

/// Measures both.
///
/// # Errors
/// If a program does not start, or refuses, loses or disorders a message.
pub async fn compare(plan: Plan, dir: &Path) -> anyhow::Result<Comparison> {
    let pairs = pairs_of_strangers(plan.pairs, 0);
    let forwarder = Forwarder::start().await?;
    let mut forwarded = Connected::open(forwarder.address(), &pairs, plan.load).await?;
    let relay = RelayProgram::start(&dir.join("relay"), ANY_PORT, without_limits()).await?;
    let others: Vec<_> = (0..plan.accounts).map(|n| Stranger::draw(2 * plan.pairs + n)).collect();
    sign_up(&relay, pairs.iter().flat_map(|pair| [&pair.sender, &pair.receiver]).chain(&others)).await?;
    let mut relayed = if plan.offline {
        let mut away = Away::open(relay.address(), &pairs, plan.load).await?;
        away.fill(plan.depth).await?;
        Relayed::Away(away)
    } else {
        Relayed::Connected(Connected::open(relay.address(), &pairs, plan.load).await?)
    };

    let turns = TURNS.min(plan.seconds);
    let time = Duration::from_secs(plan.seconds) / u32::try_from(turns)?;
    let (mut of_relay, mut of_forwarder) = (Measured::default(), Measured::default());
    for turn in 0..turns {
        if turn % 2 == 0 {
            of_forwarder.add(forwarded.measure(forwarder.id(), time).await?);
            of_relay.add(relayed.measure(relay.id(), time).await?);
        } else {
            of_relay.add(relayed.measure(relay.id(), time).await?);
            of_forwarder.add(forwarded.measure(forwarder.id(), time).await?);
        }
    }
    let drained = match relayed {
        Relayed::Away(away) => Some(away.drain().await?),
        Relayed::Connected(_) => None,
    };
    drop((relay, forwarder));
    let kb_per_idle_connection = match plan.idle {
        0 => None,
        count => Some(Idle::open(&dir.join("idle"), count, &[]).await?.kb_each),
    };
    Ok(Comparison { relay: of_relay, forwarder: of_forwarder, drained, kb_per_idle_connection })
}
