//! Pairs of devices that are both there.

use std::{net::SocketAddr, time::Duration};

use tokio::task::JoinSet;

use super::{Load, Measured, Pair, client::Client, sending::Senders};

/// Connected pairs; the receivers acknowledge whatever comes.
#[derive(Debug)]
pub struct Connected {
    senders: Senders,
    receiving: JoinSet<anyhow::Result<()>>,
}

impl Connected {
    /// Connects everybody.
    ///
    /// # Errors
    /// If the server lets somebody not in.
    pub async fn open(address: SocketAddr, pairs: &[Pair], load: Load) -> anyhow::Result<Self> {
        let mut receiving = JoinSet::new();
        for pair in pairs {
            let receiver = Client::connect(address, &pair.receiver).await?;
            receiving.spawn(receive(receiver));
        }
        Ok(Self { senders: Senders::connect(address, pairs, load).await?, receiving })
    }

    /// Loads the server for so long; between two times nobody says anything.
    ///
    /// # Errors
    /// If the server refuses a message, closes a connection or does not answer.
    pub async fn measure(&mut self, process: u32, time: Duration) -> anyhow::Result<Measured> {
        let measured = self.senders.measure(process, time).await?;
        match self.receiving.try_join_next() {
            Some(ended) => ended?.and(Ok(measured)),
            None => Ok(measured),
        }
    }
}

/// Acknowledges whatever comes.
async fn receive(mut client: Client) -> anyhow::Result<()> {
    loop {
        if let Some(last) = client.deliveries().await?.last().copied() {
            client.acknowledge(last).await?;
        }
    }
}
