//! The yardstick: tungstenite and nothing behind it. A `Send` becomes a `Deliver` for the partner, and its `Ack` an
//! `Accepted`; nobody is asked who they are, nothing is counted, nothing is kept.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use sotto_wire::{Accepted, Deliver, DeviceId, SendId, ToClient, ToRelay, Welcome, decode_to_relay, encode_to_client};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
    },
};

use super::ANY_PORT;
use crate::program::Process;

/// What one connection has for another.
enum Errand {
    Deliver { id: SendId, sealed: Vec<u8>, back: UnboundedSender<Errand> },
    Accepted(SendId),
}

type Doors = Arc<Mutex<HashMap<DeviceId, UnboundedSender<Errand>>>>;

/// A forwarder of its own process.
#[derive(Debug)]
pub struct Forwarder {
    process: Process,
    address: SocketAddr,
}

impl Forwarder {
    /// Starts this very program with the one argument `forwarder`; its `main` must call [`serve_forwarder`].
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = Process::start(command.arg("forwarder").stdin(Stdio::null()).stdout(Stdio::piped()))?;
        let stdout = process.child().stdout.take().context("a pipe")?;
        let stdout = tokio::process::ChildStdout::from_std(stdout)?;
        let first = BufReader::new(stdout).lines().next_line().await?.context("it says nothing")?;
        Ok(Self { process, address: first.parse()? })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The operating system's number for it.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Listens, says where, and serves until it is killed.
///
/// # Errors
/// If it cannot listen.
#[allow(clippy::print_stdout, reason = "the program that started it reads the address there")]
pub async fn serve_forwarder() -> anyhow::Result<()> {
    let listener = TcpListener::bind(ANY_PORT).await?;
    println!("{}", listener.local_addr()?);
    let doors = Doors::default();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(serve(stream, doors.clone()));
    }
}

async fn serve(stream: TcpStream, doors: Doors) -> anyhow::Result<()> {
    let mut device = None;
    #[allow(clippy::result_large_err, reason = "tungstenite's signature")]
    let see = |request: &Request, response: Response| {
        let bearer = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        device = bearer.and_then(|b| b.strip_prefix("Bearer ")?.split_once('.')?.0.parse().ok());
        Ok(response)
    };
    let socket = accept_hdr_async(stream, see).await?;
    let (door, errands) = mpsc::unbounded_channel();
    doors.lock().unwrap_or_else(PoisonError::into_inner).insert(device.context("nobody")?, door.clone());
    let connection = Connection { socket, doors, door, known: HashMap::new(), under_way: VecDeque::new(), seq: 0 };
    connection.run(errands).await
}

struct Connection {
    socket: WebSocketStream<TcpStream>,
    doors: Doors,
    /// One's own.
    door: UnboundedSender<Errand>,
    known: HashMap<DeviceId, UnboundedSender<Errand>>,
    under_way: VecDeque<(u64, SendId, UnboundedSender<Errand>)>,
    seq: u64,
}

impl Connection {
    async fn run(mut self, mut errands: UnboundedReceiver<Errand>) -> anyhow::Result<()> {
        self.say(&ToClient::Welcome(Welcome { now: 0, waiting: 0, one_time_keys: 0 })).await?;
        self.socket.flush().await?;
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                message = self.socket.next() => {
                    self.take(message.context("gone")??)?;
                    while let Some(message) = self.socket.next().now_or_never() {
                        self.take(message.context("gone")??)?;
                    }
                }
                _ = errands.recv_many(&mut batch, 64) => {
                    for errand in batch.drain(..) {
                        self.run_errand(errand).await?;
                    }
                    self.socket.flush().await?;
                }
            }
        }
    }

    fn take(&mut self, message: Message) -> anyhow::Result<()> {
        let Message::Binary(bytes) = message else { return Ok(()) };
        match decode_to_relay(&bytes)? {
            ToRelay::Send(send) => {
                for copy in send.to.into_iter().flat_map(|recipient| recipient.devices) {
                    let errand = Errand::Deliver { id: send.id, sealed: copy.sealed, back: self.door.clone() };
                    self.door_of(copy.device)?.send(errand).ok().context("the partner is gone")?;
                }
            }
            ToRelay::Ack(ack) => {
                while self.under_way.front().is_some_and(|(seq, ..)| *seq <= ack.up_to) {
                    if let Some((_, id, back)) = self.under_way.pop_front() {
                        let _ = back.send(Errand::Accepted(id));
                    }
                }
            }
            ToRelay::Watch(_) | ToRelay::SetPresence(_) => {}
        }
        Ok(())
    }

    fn door_of(&mut self, device: DeviceId) -> anyhow::Result<&UnboundedSender<Errand>> {
        if !self.known.contains_key(&device) {
            let door = self.doors.lock().unwrap_or_else(PoisonError::into_inner).get(&device).cloned();
            self.known.insert(device, door.context("the partner is not here")?);
        }
        self.known.get(&device).context("just inserted")
    }

    async fn run_errand(&mut self, errand: Errand) -> anyhow::Result<()> {
        match errand {
            Errand::Deliver { id, sealed, back } => {
                self.seq += 1;
                self.under_way.push_back((self.seq, id, back));
                self.say(&ToClient::Deliver(Deliver { seq: self.seq, at: 0, sealed })).await
            }
            Errand::Accepted(id) => self.say(&ToClient::Accepted(Accepted { id, refused: Vec::new(), at: 0 })).await,
        }
    }

    async fn say(&mut self, frame: &ToClient) -> anyhow::Result<()> {
        Ok(self.socket.feed(Message::Binary(encode_to_client(frame).into())).await?)
    }
}
