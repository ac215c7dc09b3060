//! One device's WebSocket: takes every frame that is there, and flushes once.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use sotto_wire::{Ack, ToRelay, encode_to_relay, rest};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Bytes, Message, client::IntoClientRequest as _, protocol::WebSocketConfig},
};

use super::{
    frames::{Heard, hear},
    people::Stranger,
};

/// Thousands of connections are held by one process.
const BUFFER: usize = 8 * 1024;

/// A connection.
#[derive(Debug)]
pub(super) struct Client {
    socket: WebSocketStream<TcpStream>,
    waiting: u64,
    heard: Vec<Heard>,
    deliveries: Vec<u64>,
}

impl Client {
    /// Connects and is welcomed.
    pub(super) async fn connect(address: SocketAddr, who: &Stranger) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{address}{}", rest::LIVE).into_client_request()?;
        request.headers_mut().insert("authorization", who.bearer().parse()?);
        let config = WebSocketConfig::default().read_buffer_size(BUFFER);
        let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await.context("not connected")?;
        let Some(Ok(Message::Binary(first))) = socket.next().await else { bail!("not welcomed") };
        let Heard::Welcome { waiting } = hear(&first) else { bail!("not welcomed") };
        Ok(Self { socket, waiting, heard: Vec::new(), deliveries: Vec::new() })
    }

    /// Messages that waited for this device when it came.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Waits for frames and takes all that are there.
    pub(super) async fn hear(&mut self) -> anyhow::Result<&[Heard]> {
        self.heard.clear();
        let mut next = self.socket.next().await;
        loop {
            match next.context("the connection was closed")?? {
                Message::Binary(bytes) => self.heard.push(hear(&bytes)),
                Message::Close(frame) => bail!("the connection was closed: {frame:?}"),
                _ => {}
            }
            next = match self.socket.next().now_or_never() {
                Some(more) => more,
                None if self.heard.is_empty() => self.socket.next().await,
                None => return Ok(&self.heard),
            };
        }
    }

    /// As [`Self::hear`], and tells which messages were delivered.
    pub(super) async fn deliveries(&mut self) -> anyhow::Result<&[u64]> {
        self.hear().await?;
        let delivered = self.heard.iter().filter_map(|f| if let Heard::Deliver(seq) = f { Some(*seq) } else { None });
        self.deliveries.clear();
        self.deliveries.extend(delivered);
        Ok(&self.deliveries)
    }

    /// Puts a frame before the next flush.
    pub(super) async fn feed(&mut self, frame: Bytes) -> anyhow::Result<()> {
        Ok(self.socket.feed(Message::Binary(frame)).await?)
    }

    pub(super) async fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.socket.flush().await?)
    }

    pub(super) async fn acknowledge(&mut self, up_to: u64) -> anyhow::Result<()> {
        self.feed(encode_to_relay(&ToRelay::Ack(Ack { up_to })).into()).await?;
        self.flush().await
    }
}
