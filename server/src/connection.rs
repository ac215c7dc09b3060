//! One WebSocket: bytes to frames and back, with its limits on silence, slowness and nonsense.

use std::time::Duration;

use axum::{
    Error,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use futures_util::{
    FutureExt as _, Sink, SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use sotto_wire::{DecodeError, ToClient, ToRelay, decode_to_relay, encode_to_client};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    config::LimitsConfig,
    driver::{CoreHandle, Event},
    outgoing::{Receiver, outgoing},
    relay::{CloseReason, Connected, ConnectionId, Input},
};

/// Malformed frames after which a connection ends.
const MALFORMED: u32 = 3;
/// Frames read before the core is told of them.
const BATCH: usize = 64;
/// Bytes of them.
const BATCH_BYTES: usize = 64 << 10;
/// How long the last word may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// A connection's own limits.
#[derive(Debug, Clone, Copy)]
struct Patience {
    ping: Duration,
    idle: Duration,
    slow_reader: Duration,
}

impl From<&LimitsConfig> for Patience {
    fn from(limits: &LimitsConfig) -> Self {
        Self {
            ping: Duration::from_secs(limits.ping_seconds.max(1)),
            idle: Duration::from_secs(limits.idle_seconds.max(1)),
            slow_reader: Duration::from_secs(limits.slow_reader_seconds.max(1)),
        }
    }
}

/// Serves one connection until either side ends it.
///
/// Not an `async fn`: what such a one is given it carries around for ever, and there are thousands of these.
pub(crate) fn serve(
    socket: WebSocket,
    connected: Connected,
    core: CoreHandle,
    limits: &LimitsConfig,
) -> impl Future<Output = ()> + Send + use<> {
    let patience = Patience::from(limits);
    let connection = connected.connection;
    let (queue, outgoing) = outgoing();
    let (mut sink, stream) = socket.split();
    let connected = Box::new(Event::Connected(connected, queue));
    async move {
        let Some(ear) = core.listen().await else { return };
        ear.send(*connected);
        let ended = tokio::select! {
            reason = read(stream, connection, &core, patience.idle) => reason,
            reason = write(&mut sink, &outgoing, &patience) => reason,
        };
        if let Some(ear) = core.listen().await {
            ear.send(Event::Input(Input::Disconnected { connection }));
        }
        if let Some(reason) = ended {
            tracing::debug!(connection = connection.0, ?reason, "closed");
            let frame = CloseFrame { code: reason.code(), reason: "".into() };
            let _ = timeout(FAREWELL, sink.send(Message::Close(Some(frame)))).await;
        }
    }
}

/// Reads until the peer leaves (`None`) or must be sent away.
async fn read(
    mut stream: SplitStream<WebSocket>,
    connection: ConnectionId,
    core: &CoreHandle,
    idle: Duration,
) -> Option<CloseReason> {
    let mut malformed = 0;
    loop {
        let Ok(first) = timeout(idle, stream.next()).await else { return Some(CloseReason::Idle) };
        let (mut next, mut frames, mut bytes) = (Some(first), Vec::new(), 0);
        // What has come together is told together: the core is woken once for all of it.
        let ended = loop {
            let Some(message) = next.take() else { break None };
            bytes += message.as_ref().and_then(|m| m.as_ref().ok()).map_or(0, length);
            match understand(message) {
                Ok(Some(frame)) => frames.push(frame),
                // A newer peer says more than this relay understands.
                Ok(None) | Err(Misfit::Frame(DecodeError::Unknown(_))) => {}
                Err(Misfit::Frame(_)) => malformed += 1,
                Err(Misfit::Gone) => break Some(None),
            }
            if malformed >= MALFORMED {
                break Some(Some(CloseReason::Malformed));
            }
            if frames.len() < BATCH && bytes < BATCH_BYTES {
                next = stream.next().now_or_never();
            }
        };
        if !frames.is_empty()
            && let Some(ear) = core.listen().await
        {
            ear.send(Event::Frames(connection, frames));
        }
        if let Some(reason) = ended {
            return reason;
        }
    }
}

fn length(message: &Message) -> usize {
    if let Message::Binary(bytes) = message { bytes.len() } else { 0 }
}

/// Why a message is no frame.
enum Misfit {
    Frame(DecodeError),
    /// The peer is no longer there.
    Gone,
}

/// A message as a frame; `None` for a sign of life.
fn understand(message: Option<Result<Message, Error>>) -> Result<Option<ToRelay>, Misfit> {
    match message {
        Some(Ok(Message::Binary(bytes))) => decode_to_relay(&bytes).map(Some).map_err(Misfit::Frame),
        Some(Ok(Message::Text(_))) => Err(Misfit::Frame(DecodeError::Malformed)),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Misfit::Gone),
    }
}

/// Writes until the core ends the connection, or the socket fails (`None`).
async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    outgoing: &Receiver,
    patience: &Patience,
) -> Option<CloseReason> {
    let mut pings = interval(patience.ping);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    loop {
        let written = tokio::select! {
            taken = outgoing.take() => match taken {
                Ok(frames) => timeout(patience.slow_reader, write_together(sink, frames)).await,
                Err(reason) => return Some(reason),
            },
            _ = pings.tick() => {
                let ping = async { sink.send(Message::Ping(bytes::Bytes::new())).await };
                timeout(patience.slow_reader, ping).await
            }
        };
        match written {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return None,
            Err(_) => return Some(CloseReason::TooSlow),
        }
    }
}

/// Puts everything on the socket and flushes once.
async fn write_together(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    frames: Vec<ToClient>,
) -> Result<(), Error> {
    for message in frames.into_iter().map(|frame| Message::Binary(encode_to_client(&frame).into())) {
        sink.feed(message).await?;
    }
    sink.flush().await
}
