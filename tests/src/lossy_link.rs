//! A bad way between the two sides of a call, on loopback and out of a seed: what crosses it is lost, late, out of order
//! or held up by a narrow place, as `tc netem` would do it where there is a kernel that can.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

/// Larger than any packet of a call.
const LARGEST: usize = 2_048;
/// How exactly delays are kept.
const STEP: Duration = Duration::from_millis(2);
/// What waits longer than this before the narrow place is dropped there.
const QUEUE: Duration = Duration::from_millis(400);
/// Headers below UDP, which the narrow place carries too (bytes).
const BELOW: usize = 28;

/// What happens to each packet, each way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// How likely it is lost.
    pub lost: f64,
    /// How late it comes.
    pub late: Duration,
    /// By how much that varies, either way.
    pub jitter: Duration,
    /// How much passes, in bits per second; 0 is all.
    pub rate: u64,
}

impl Link {
    /// Nothing happens.
    pub const CLEAR: Self = Self { lost: 0.0, late: Duration::ZERO, jitter: Duration::ZERO, rate: 0 };

    /// Lays it between two addresses. What the first side sends to [`Way::of_second`] comes to the second side from
    /// [`Way::of_first`], and back.
    ///
    /// # Errors
    /// If there is no port.
    pub fn lay(self, seed: u64) -> io::Result<Way> {
        let bind = || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0));
        Ok(Way { link: self, seed, first: Arc::new(bind()?), second: Arc::new(bind()?), state: Arc::default() })
    }
}

#[derive(Debug, Default)]
struct State {
    ended: AtomicBool,
    cut: AtomicBool,
    lost: AtomicU64,
    passed: AtomicU64,
}

/// A link between two addresses. It goes with its handle.
#[derive(Debug)]
pub struct Way {
    link: Link,
    seed: u64,
    first: Arc<UdpSocket>,
    second: Arc<UdpSocket>,
    state: Arc<State>,
}

impl Way {
    /// Where the second side finds the first one.
    ///
    /// # Errors
    /// If the system does not know.
    pub fn of_first(&self) -> io::Result<SocketAddr> {
        self.first.local_addr()
    }

    /// Where the first side finds the second one.
    ///
    /// # Errors
    /// If the system does not know.
    pub fn of_second(&self) -> io::Result<SocketAddr> {
        self.second.local_addr()
    }

    /// Carries between these two from now on.
    ///
    /// # Errors
    /// If there is no thread.
    pub fn open(&self, first: SocketAddr, second: SocketAddr) -> io::Result<()> {
        let ways = [(&self.second, first, &self.first, second), (&self.first, second, &self.second, first)];
        for (seed, (entry, from, exit, to)) in (self.seed..).zip(ways) {
            entry.set_read_timeout(Some(STEP))?;
            let (entry, exit, state) = (entry.clone(), exit.clone(), self.state.clone());
            let mut lane = Lane { link: self.link, rng: ChaCha12Rng::seed_from_u64(seed), free: Instant::now() };
            thread::Builder::new()
                .name("link".to_owned())
                .spawn(move || lane.carry((&entry, from), (&exit, to), &state))?;
        }
        Ok(())
    }

    /// Nothing passes while this holds: the interface is gone.
    pub fn cut(&self, cut: bool) {
        self.state.cut.store(cut, Ordering::Relaxed);
    }

    /// Packets that were lost here, and that passed.
    pub fn counts(&self) -> (u64, u64) {
        (self.state.lost.load(Ordering::Relaxed), self.state.passed.load(Ordering::Relaxed))
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::Relaxed);
    }
}

/// One direction.
struct Lane {
    link: Link,
    rng: ChaCha12Rng,
    /// When the narrow place has passed on what is before it.
    free: Instant,
}

impl Lane {
    fn carry(&mut self, (entry, from): (&UdpSocket, SocketAddr), (exit, to): (&UdpSocket, SocketAddr), state: &State) {
        let mut under_way = BTreeMap::new();
        let mut packet = [0; LARGEST];
        for number in 0u64.. {
            if state.ended.load(Ordering::Relaxed) {
                return;
            }
            // A side that has gone answers with a refusal, which shows here.
            if let Ok((length, who)) = entry.recv_from(&mut packet)
                && who == from
            {
                match self.due(length).filter(|_| !state.cut.load(Ordering::Relaxed)) {
                    Some(due) => drop(under_way.insert((due, number), packet[..length].to_vec())),
                    None => drop(state.lost.fetch_add(1, Ordering::Relaxed)),
                }
            }
            while let Some(first) = under_way.first_entry().filter(|first| first.key().0 <= Instant::now()) {
                state.passed.fetch_add(1, Ordering::Relaxed);
                let _ = exit.send_to(&first.remove(), to);
            }
        }
    }

    /// When a packet arrives, if it does.
    fn due(&mut self, length: usize) -> Option<Instant> {
        let now = Instant::now();
        if self.rng.random_bool(self.link.lost) {
            return None;
        }
        let mut out = now;
        if self.link.rate > 0 {
            let start = self.free.max(now);
            if start - now > QUEUE {
                return None;
            }
            let bits = (8 * (length + BELOW)) as f64;
            self.free = start + Duration::from_secs_f64(bits / self.link.rate as f64);
            out = self.free;
        }
        let jitter = self.link.jitter.mul_f64(2.0 * self.rng.random::<f64>());
        Some(out + (self.link.late + jitter).saturating_sub(self.link.jitter))
    }
}

/// A description of one side, with nothing but this address to reach it by.
pub fn only_by(description: &str, address: SocketAddr) -> String {
    let mut shown = false;
    let mut lines = String::new();
    for line in description.lines() {
        if line.starts_with("a=candidate:") {
            if shown || own_address(line).is_none() {
                continue;
            }
            shown = true;
            lines.push_str(&rerouted(line, address));
        } else {
            // Each part of a description is about the same way.
            shown &= !line.starts_with("m=");
            lines.push_str(line);
        }
        lines.push_str("\r\n");
    }
    lines
}

/// A description in which everything but the relay leads to this address, where nobody answers.
pub fn blocked(description: &str, nowhere: SocketAddr) -> String {
    let direct = |line: &str| line.starts_with("a=candidate:") && !line.contains(" typ relay ");
    description
        .lines()
        .map(|line| if direct(line) { rerouted(line, nowhere) } else { line.to_owned() } + "\r\n")
        .collect()
}

/// Where a side really is, by its description. That of a new path also names addresses of the last one, before.
pub fn address_in(description: &str) -> Option<SocketAddr> {
    description.lines().filter(|line| line.starts_with("a=candidate:")).filter_map(own_address).next_back()
}

/// `a=candidate:FOUNDATION PART PROTOCOL PRIORITY ADDRESS PORT typ host …`, if it is on loopback and over UDP.
fn own_address(line: &str) -> Option<SocketAddr> {
    let words: Vec<_> = line.split(' ').collect();
    let [_, _, protocol, _, address, port, _, kind, ..] = words[..] else { return None };
    let address = format!("{address}:{port}").parse::<SocketAddr>().ok()?;
    (protocol.eq_ignore_ascii_case("udp") && kind == "host" && address.ip().is_loopback()).then_some(address)
}

fn rerouted(line: &str, address: SocketAddr) -> String {
    let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
    if let [_, _, _, _, ip, port, ..] = &mut words[..] {
        (*ip, *port) = (address.ip().to_string(), address.port().to_string());
    }
    words.join(" ")
}
