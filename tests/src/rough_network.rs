//! A bad network between one engine and the relay, on loopback and out of a seed.
//!
//! Requests and answers pass as they are, unless they are late, lost or cut in the middle. Once a connection has
//! become a WebSocket its frames are told apart: each may be late, doubled, swapped with the next, or lost. As
//! on TCP, a connection that has lost something carries nothing after it, and breaks a little later.

mod frames;
mod plain;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::AbortHandle,
    time::sleep,
};

/// A longer head is no request of ours.
const LONGEST_HEAD: usize = 16 * 1024;

/// What may happen to each frame, and to each piece of a plain request or answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weather {
    /// Longest delay, in ms.
    pub late_ms: u64,
    /// How likely it is lost, and with it the connection.
    pub lost: f64,
    /// How likely the connection is cut in the middle of it.
    pub cut: f64,
    /// How likely a `Send` or a `Deliver` comes twice.
    pub doubled: f64,
    /// How likely it is overtaken by the next one. TCP never does this; a relay that means ill might.
    pub swapped: f64,
}

impl Weather {
    /// Nothing happens.
    pub const CALM: Self = Self { late_ms: 0, lost: 0.0, cut: 0.0, doubled: 0.0, swapped: 0.0 };
    /// A train through tunnels.
    pub const ROUGH: Self = Self { late_ms: 12, lost: 0.02, cut: 0.02, doubled: 0.08, swapped: 0.0 };
    /// Rough, and order does not hold either.
    pub const LAWLESS: Self = Self { swapped: 0.15, ..Self::ROUGH };
}

/// How the network is just now.
#[derive(Debug, Clone, Copy)]
struct State {
    weather: Weather,
    reachable: bool,
    /// Counts up: every connection older than the last cut is over.
    cuts: u64,
}

/// The network between one engine and the relay. Dropping it takes it down.
#[derive(Debug)]
pub struct RoughNetwork {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    frames: Arc<AtomicU64>,
    accepting: AbortHandle,
}

impl RoughNetwork {
    /// A calm network in front of `relay`. What happens in rougher weather follows from `seed`.
    ///
    /// # Errors
    /// When no port of the loopback can be listened on.
    pub async fn new(relay: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(watch::Sender::new(State { weather: Weather::CALM, reachable: true, cuts: 0 }));
        let frames = Arc::new(AtomicU64::new(0));
        let accepting = tokio::spawn(accept(listener, relay, seed, Arc::clone(&state), Arc::clone(&frames)));
        Ok(Self { address, state, frames, accepting: accepting.abort_handle() })
    }

    /// Where the engine finds the relay.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on everything passes.
    pub fn calm(&self) {
        self.rough(Weather::CALM);
    }

    /// From now on the weather is so.
    pub fn rough(&self, weather: Weather) {
        self.state.send_modify(|state| state.weather = weather);
    }

    /// Every connection breaks, now. New ones may follow at once.
    pub fn cut(&self) {
        self.state.send_modify(|state| state.cuts += 1);
    }

    /// Every connection breaks, and there are no new ones.
    pub fn offline(&self) {
        self.state.send_modify(|state| {
            state.reachable = false;
            state.cuts += 1;
        });
    }

    /// The relay can be reached again.
    pub fn online(&self) {
        self.state.send_modify(|state| state.reachable = true);
    }

    /// How many frames were lost, doubled, swapped or cut so far: zero means that nothing was tested.
    pub fn troubled_frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }
}

impl Drop for RoughNetwork {
    fn drop(&mut self) {
        self.accepting.abort();
        self.offline();
    }
}

async fn accept(
    listener: TcpListener,
    relay: SocketAddr,
    seed: u64,
    state: Arc<watch::Sender<State>>,
    troubled: Arc<AtomicU64>,
) {
    for number in 0.. {
        let Ok((engine, _)) = listener.accept().await else { return };
        let mut broken = state.subscribe();
        let now = *broken.borrow_and_update();
        if !now.reachable {
            continue;
        }
        let dice = |side: u64| Dice {
            rng: ChaCha12Rng::seed_from_u64(seed ^ (number << 8) ^ (side << 1)),
            state: state.subscribe(),
            troubled: Arc::clone(&troubled),
        };
        let connection = connect(engine, relay, [dice(0), dice(1)]);
        tokio::spawn(async move {
            tokio::select! {
                _ = connection => {}
                _ = broken.wait_for(|state| state.cuts > now.cuts) => {}
            }
        });
    }
}

/// Decides what happens to one direction of one connection.
struct Dice {
    rng: ChaCha12Rng,
    state: watch::Receiver<State>,
    troubled: Arc<AtomicU64>,
}

/// What happens to one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passes,
    Doubled,
    Swapped,
    /// Itself and all that would come after.
    Lost,
    Cut,
}

impl Dice {
    async fn fate(&mut self) -> Fate {
        let weather = self.state.borrow().weather;
        if weather == Weather::CALM {
            return Fate::Passes;
        }
        sleep(Duration::from_millis(self.rng.random_range(0..=weather.late_ms))).await;
        let mut drawn: f64 = self.rng.random();
        for (fate, likely) in [
            (Fate::Lost, weather.lost),
            (Fate::Cut, weather.cut),
            (Fate::Doubled, weather.doubled),
            (Fate::Swapped, weather.swapped),
        ] {
            if drawn < likely {
                self.troubled.fetch_add(1, Ordering::Relaxed);
                return fate;
            }
            drawn -= likely;
        }
        Fate::Passes
    }

    /// How long it takes to notice that something is missing.
    async fn silence(&mut self) {
        sleep(Duration::from_millis(self.rng.random_range(20..200))).await;
    }
}

/// Brings one connection to its end: frames after an upgrade, bytes otherwise.
async fn connect(mut engine: TcpStream, relay: SocketAddr, dice: [Dice; 2]) -> io::Result<()> {
    let request = head(&mut engine).await?;
    let mut relay = TcpStream::connect(relay).await?;
    engine.set_nodelay(true)?;
    relay.set_nodelay(true)?;
    if !String::from_utf8_lossy(&request).to_lowercase().contains("upgrade: websocket") {
        return plain::carry(engine, relay, request, dice).await;
    }
    // The handshake is theirs; only what follows is looked into.
    relay.write_all(&request).await?;
    let answer = head(&mut relay).await?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    let (answer, first_frames) = answer.split_at(end);
    engine.write_all(answer).await?;
    frames::carry(engine, relay, first_frames.to_vec(), dice).await;
    Ok(())
}

/// The head of a request or an answer, and whatever came with it.
async fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    Ok(head)
}
