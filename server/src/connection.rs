//! One WebSocket: bytes to frames and back, with its limits on silence, slowness and nonsense.

use std::{ops::ControlFlow, time::Duration};

use axum::{
    Error,
    extract::ws::{CloseFrame, Message, WebSocket},
};
use futures_util::{
    Sink, SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use sotto_wire::{DecodeError, decode_to_relay, encode_to_client};
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{
    config::LimitsConfig,
    driver::{CoreHandle, Event, OUTGOING, Outgoing},
    relay::{CloseReason, Connected, ConnectionId, Input},
};

/// Malformed frames after which a connection ends.
const MALFORMED: u32 = 3;
/// Frames put on the socket before it is flushed.
const BATCH: usize = 64;
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
pub(crate) async fn serve(socket: WebSocket, connected: Connected, core: CoreHandle, limits: &LimitsConfig) {
    let patience = Patience::from(limits);
    let connection = connected.connection;
    let (queue, mut outgoing) = mpsc::channel(OUTGOING);
    core.tell(Event::Connected(connected, queue)).await;
    let (mut sink, stream) = socket.split();
    let ended = tokio::select! {
        reason = read(stream, connection, &core, patience) => reason,
        reason = write(&mut sink, &mut outgoing, patience) => reason,
    };
    core.tell(Event::Input(Input::Disconnected { connection })).await;
    if let Some(reason) = ended {
        tracing::debug!(connection = connection.0, ?reason, "closed");
        let frame = CloseFrame { code: reason.code(), reason: "".into() };
        let _ = timeout(FAREWELL, sink.send(Message::Close(Some(frame)))).await;
    }
}

/// Reads until the peer leaves (`None`) or must be sent away.
async fn read(
    mut stream: SplitStream<WebSocket>,
    connection: ConnectionId,
    core: &CoreHandle,
    patience: Patience,
) -> Option<CloseReason> {
    let mut malformed = 0;
    loop {
        let Ok(message) = timeout(patience.idle, stream.next()).await else { return Some(CloseReason::Idle) };
        let decoded = match message?.ok()? {
            Message::Binary(bytes) => decode_to_relay(&bytes),
            Message::Text(_) => Err(DecodeError::Malformed),
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Close(_) => return None,
        };
        match decoded {
            Ok(frame) => core.tell(Event::Input(Input::Frame { connection, frame })).await,
            // A newer peer says more than this relay understands.
            Err(DecodeError::Unknown(_)) => {}
            Err(DecodeError::Malformed | DecodeError::TooLong(_)) => malformed += 1,
        }
        if malformed >= MALFORMED {
            return Some(CloseReason::Malformed);
        }
    }
}

/// Writes until the core ends the connection, or the socket fails (`None`).
async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    outgoing: &mut mpsc::Receiver<Outgoing>,
    patience: Patience,
) -> Option<CloseReason> {
    let mut pings = interval(patience.ping);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    let mut batch = Vec::new();
    loop {
        let written = tokio::select! {
            count = outgoing.recv_many(&mut batch, BATCH) => {
                if count == 0 {
                    return Some(CloseReason::TooSlow);
                }
                timeout(patience.slow_reader, write_batch(sink, &mut batch)).await
            }
            _ = pings.tick() => {
                let ping = async { sink.send(Message::Ping(bytes::Bytes::new())).await.map(ControlFlow::Continue) };
                timeout(patience.slow_reader, ping).await
            }
        };
        match written {
            Ok(Ok(ControlFlow::Continue(()))) => {}
            Ok(Ok(ControlFlow::Break(reason))) => return Some(reason),
            Ok(Err(_)) => return None,
            Err(_) => return Some(CloseReason::TooSlow),
        }
    }
}

/// Puts everything on the socket and flushes once. Breaks off where the core wants the connection closed.
async fn write_batch(
    sink: &mut (impl Sink<Message, Error = Error> + Unpin),
    batch: &mut Vec<Outgoing>,
) -> Result<ControlFlow<CloseReason>, Error> {
    for item in batch.drain(..) {
        match item {
            Outgoing::Frame(frame) => sink.feed(Message::Binary(encode_to_client(&frame).into())).await?,
            Outgoing::Close(reason) => {
                sink.flush().await?;
                return Ok(ControlFlow::Break(reason));
            }
        }
    }
    sink.flush().await?;
    Ok(ControlFlow::Continue(()))
}
