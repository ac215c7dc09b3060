//! A live connection, frame by frame.

use std::time::Duration;

use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use sotto_wire::{ToClient, ToRelay, decode_to_client, decode_to_relay};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Error, Message, protocol::Role},
};

use super::{Dice, Fate};

/// How long a frame is kept back for the one that overtakes it.
const KEPT_BACK: Duration = Duration::from_millis(40);

/// Carries frames both ways until the connection is over. `early` came with the relay's answer.
pub(super) async fn carry(engine: TcpStream, relay: TcpStream, early: Vec<u8>, dice: [Dice; 2]) {
    let engine = WebSocketStream::from_raw_socket(engine, Role::Server, None).await;
    let relay = WebSocketStream::from_partially_read(relay, early, Role::Client, None).await;
    let (to_engine, from_engine) = engine.split();
    let (to_relay, from_relay) = relay.split();
    let [up, down] = dice;
    tokio::select! {
        () = forward(from_engine, to_relay, up, is_send) => {}
        () = forward(from_relay, to_engine, down, is_delivery) => {}
    }
}

fn is_send(frame: &[u8]) -> bool {
    matches!(decode_to_relay(frame), Ok(ToRelay::Send(_)))
}

fn is_delivery(frame: &[u8]) -> bool {
    matches!(decode_to_client(frame), Ok(ToClient::Deliver(_)))
}

/// One direction. Returns when the connection is to be cut.
async fn forward(
    mut from: impl Stream<Item = Result<Message, Error>> + Unpin,
    mut to: impl Sink<Message, Error = Error> + Unpin,
    mut dice: Dice,
    may_double: impl Fn(&[u8]) -> bool,
) {
    let mut kept_back: Option<Message> = None;
    loop {
        let next = match kept_back {
            None => from.next().await,
            Some(_) => timeout(KEPT_BACK, from.next()).await.unwrap_or_else(|_| kept_back.take().map(Ok)),
        };
        let Some(Ok(frame)) = next else { return };
        // Each side of the network answers pings itself; that they come, and the end of a connection, is said to the other.
        let bytes: &[u8] = match &frame {
            Message::Binary(bytes) => bytes,
            Message::Text(text) => text.as_bytes(),
            Message::Ping(_) | Message::Close(_) => {
                let over = frame.is_close();
                if to.send(frame).await.is_err() || over {
                    return;
                }
                continue;
            }
            Message::Pong(_) | Message::Frame(_) => continue,
        };
        let sent = match dice.fate().await {
            Fate::Lost => return dice.silence().await,
            Fate::Cut => return,
            Fate::Swapped if kept_back.is_none() => {
                kept_back = Some(frame);
                continue;
            }
            Fate::Doubled if may_double(bytes) => {
                let _ = to.feed(frame.clone()).await;
                to.send(frame).await
            }
            Fate::Passes | Fate::Doubled | Fate::Swapped => to.send(frame).await,
        };
        if sent.is_err() {
            return;
        }
        if let Some(overtaken) = kept_back.take()
            && to.send(overtaken).await.is_err()
        {
            return;
        }
    }
}
