//! The one WebSocket of a device: dialled, kept alive, and dialled again.
//!
//! A connection is over when the relay says so, when the socket breaks, or when nothing was heard for
//! [`QUIET`] and a ping stayed unanswered for [`PATIENCE`]. The next try follows after a jittered wait, at
//! once when a person asks for it, and at once when the computer wakes up or changes its network.

pub(crate) mod backoff;
pub(crate) mod wakeup;

use std::time::Duration;

use futures_util::{Sink, SinkExt as _, Stream, StreamExt as _};
use sotto_wire::{DecodeError, ToClient, ToRelay, Welcome, decode_to_client, encode_to_relay, limits, rest};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        self, Message,
        client::IntoClientRequest as _,
        http::{StatusCode, header::AUTHORIZATION},
        protocol::WebSocketConfig,
    },
};
use tracing::{debug, info, warn};
use url::Url;

use self::{backoff::Backoff, wakeup::Wakeup};
use super::rest::Credentials;

/// A connection that was quiet this long is asked whether it still stands.
const QUIET: Duration = Duration::from_secs(25);
/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take after the network changed: the old connection is most likely dead.
const IMPATIENCE: Duration = Duration::from_secs(3);
/// How long dialling may take, name look-up and TLS included.
const DIAL: Duration = Duration::from_secs(15);
/// A connection shorter than this counts as one more failure.
const STEADY: Duration = Duration::from_secs(5);
/// Two installations fight over one device: this one steps back.
const STEP_BACK: Duration = Duration::from_secs(300);
/// Small, since messages are: the default costs 128 KiB per connection.
const READ_BUFFER: usize = 8 * 1024;

/// The device token is not valid (any more).
const CLOSE_UNAUTHORISED: u16 = 4401;
/// Another connection of the same device took over.
const CLOSE_REPLACED: u16 = 4409;

/// Where to connect, and as whom.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// Base address of the relay.
    pub(crate) address: Url,
    /// This device.
    pub(crate) credentials: Credentials,
}

/// What happens to the connection, in order.
#[derive(Debug)]
pub(crate) enum LiveEvent {
    /// A try begins.
    Connecting,
    /// The relay has said who it is. Frames for it go into `outgoing`, as long as this connection stands.
    Connected {
        /// Its first frame.
        welcome: Welcome,
        /// Takes frames until the connection ends; afterwards they are lost.
        outgoing: Outgoing,
    },
    /// Any frame after the first.
    Frame(ToClient),
    /// Over; the next try begins after this wait.
    Disconnected {
        /// How long from now.
        wait: Duration,
    },
    /// The relay does not know this device (any more). There is no next try.
    SignedOut,
}

/// Takes frames for one connection.
pub(crate) type Outgoing = mpsc::UnboundedSender<ToRelay>;

/// What the connection is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    /// A person does not want to wait.
    Reconnect,
    /// The computer came back.
    Woken(Wakeup),
    /// What was delivered could not be stored: begin again at the oldest message.
    StartOver,
}

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Lost,
    SignedOut,
    Replaced,
    Draining(Duration),
    /// Nobody listens any more: the engine stops.
    Unwanted,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Keeps a connection until the relay signs this device out, or until `control` is closed.
pub(crate) async fn run(
    endpoint: Endpoint,
    mut control: mpsc::UnboundedReceiver<Control>,
    events: mpsc::UnboundedSender<LiveEvent>,
) {
    let mut backoff = Backoff::default();
    loop {
        let _ = events.send(LiveEvent::Connecting);
        let begun = Instant::now();
        let ended = match dial(&endpoint).await {
            Ok(socket) => converse(socket, &mut control, &events).await,
            Err(ended) => ended,
        };
        if begun.elapsed() > STEADY {
            backoff.reset();
        }
        let wait = match ended {
            Ended::Lost => backoff.next(),
            Ended::Draining(wait) => wait,
            Ended::Replaced => STEP_BACK,
            Ended::SignedOut => {
                let _ = events.send(LiveEvent::SignedOut);
                return;
            }
            Ended::Unwanted => return,
        };
        debug!(?ended, ?wait, "connection over");
        if events.send(LiveEvent::Disconnected { wait }).is_err() {
            return;
        }
        if !pause(wait, ended, &mut control).await {
            return;
        }
    }
}

/// Waits, or less if somebody knows better. False when the engine stops.
async fn pause(wait: Duration, ended: Ended, control: &mut mpsc::UnboundedReceiver<Control>) -> bool {
    let until = Instant::now() + wait;
    loop {
        tokio::select! {
            () = sleep_until(until) => return true,
            wish = control.recv() => match wish {
                Some(Control::Reconnect) => return true,
                Some(Control::Woken(_)) if ended != Ended::Replaced => return true,
                Some(_) => {}
                None => return false,
            },
        }
    }
}

async fn dial(endpoint: &Endpoint) -> Result<Socket, Ended> {
    let request = request(endpoint).ok_or(Ended::Lost)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_frame_size(Some(limits::MAX_FRAME))
        .max_message_size(Some(limits::MAX_FRAME));
    match timeout(DIAL, connect_async_with_config(request, Some(config), true)).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(tungstenite::Error::Http(answer))) if answer.status() == StatusCode::UNAUTHORIZED => {
            Err(Ended::SignedOut)
        }
        Ok(Err(error)) => {
            debug!(%error, "no connection");
            Err(Ended::Lost)
        }
        Err(_) => Err(Ended::Lost),
    }
}

fn request(endpoint: &Endpoint) -> Option<tungstenite::handshake::client::Request> {
    let mut url = endpoint.address.join(rest::LIVE).ok()?;
    let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
    url.set_scheme(scheme).ok()?;
    let mut request = url.as_str().into_client_request().ok()?;
    request.headers_mut().insert(AUTHORIZATION, endpoint.credentials.header());
    Some(request)
}

/// Reads and writes at the same time, so that neither side can block the other.
async fn converse(
    socket: Socket,
    control: &mut mpsc::UnboundedReceiver<Control>,
    events: &mpsc::UnboundedSender<LiveEvent>,
) -> Ended {
    let (sink, stream) = socket.split();
    let (frames, outgoing) = mpsc::unbounded_channel();
    let (pings, pings_asked) = mpsc::unbounded_channel();
    tokio::select! {
        ended = write(sink, outgoing, pings_asked) => ended,
        ended = read(stream, frames, pings, control, events) => ended,
    }
}

async fn write(
    mut sink: impl Sink<Message, Error = tungstenite::Error> + Unpin,
    mut frames: mpsc::UnboundedReceiver<ToRelay>,
    mut pings: mpsc::UnboundedReceiver<()>,
) -> Ended {
    loop {
        let message = tokio::select! {
            Some(frame) = frames.recv() => Message::binary(encode_to_relay(&frame)),
            Some(()) = pings.recv() => Message::Ping(bytes::Bytes::new()),
            // Nobody can write any more, but there may still be something to read.
            else => std::future::pending().await,
        };
        if sink.send(message).await.is_err() {
            return Ended::Lost;
        }
    }
}

async fn read(
    mut stream: impl Stream<Item = Result<Message, tungstenite::Error>> + Unpin,
    frames: Outgoing,
    pings: mpsc::UnboundedSender<()>,
    control: &mut mpsc::UnboundedReceiver<Control>,
    events: &mpsc::UnboundedSender<LiveEvent>,
) -> Ended {
    let mut patience = Instant::now() + QUIET;
    let mut asked = false;
    let mut frames = Some(frames);
    let mut draining = None;
    loop {
        let message = tokio::select! {
            message = stream.next() => message,
            () = sleep_until(patience) => {
                if asked {
                    info!("the relay is silent");
                    return Ended::Lost;
                }
                let _ = pings.send(());
                (asked, patience) = (true, Instant::now() + PATIENCE);
                continue;
            }
            wish = control.recv() => match wish {
                Some(Control::StartOver) => return Ended::Lost,
                Some(Control::Woken(_)) => {
                    let _ = pings.send(());
                    (asked, patience) = (true, Instant::now() + IMPATIENCE);
                    continue;
                }
                Some(Control::Reconnect) => continue,
                None => return Ended::Unwanted,
            },
        };
        (asked, patience) = (false, Instant::now() + QUIET);
        let bytes = match message {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Close(close))) => return closed(close.map(|close| close.code.into()), draining),
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => return draining.map_or(Ended::Lost, Ended::Draining),
        };
        let event = match (decode_to_client(&bytes), frames.take()) {
            (Ok(ToClient::Welcome(welcome)), Some(outgoing)) => LiveEvent::Connected { welcome, outgoing },
            (Ok(frame), None) => {
                if let ToClient::Draining(notice) = &frame {
                    draining = Some(Duration::from_millis(notice.reconnect_after));
                }
                LiveEvent::Frame(frame)
            }
            (Err(DecodeError::Unknown(number)), unused) => {
                debug!(number, "a frame of a newer version");
                frames = unused;
                continue;
            }
            (Ok(_) | Err(_), _) => {
                warn!("the relay sends what makes no sense");
                return Ended::Lost;
            }
        };
        if events.send(event).is_err() {
            return Ended::Unwanted;
        }
    }
}

fn closed(code: Option<u16>, draining: Option<Duration>) -> Ended {
    match code {
        Some(CLOSE_UNAUTHORISED) => Ended::SignedOut,
        Some(CLOSE_REPLACED) => {
            warn!("another installation is connected as this device");
            Ended::Replaced
        }
        _ => draining.map_or(Ended::Lost, Ended::Draining),
    }
}
