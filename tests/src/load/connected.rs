//! Pairs of devices that are both there.

use std::net::SocketAddr;

use tokio::task::AbortHandle;

use super::{Load, Measured, Pair, client::Client, sending::Senders};

/// Loads a server with these pairs, all connected.
///
/// # Errors
/// If the server refuses a message, closes a connection or does not answer.
pub async fn connected(address: SocketAddr, process: u32, pairs: &[Pair], load: Load) -> anyhow::Result<Measured> {
    let mut receiving = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let receiver = Client::connect(address, &pair.receiver).await?;
        receiving.push(tokio::spawn(receive(receiver)).abort_handle());
    }
    let measured = Senders::connect(address, pairs, load).await?.measure(process).await;
    receiving.iter().for_each(AbortHandle::abort);
    measured
}

/// Acknowledges whatever comes.
async fn receive(mut client: Client) -> anyhow::Result<()> {
    loop {
        if let Some(last) = client.deliveries().await?.last().copied() {
            client.acknowledge(last).await?;
        }
    }
}
