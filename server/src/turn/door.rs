//! The sockets that relay: nothing goes through them to addresses that only this network has.

use std::{
    any::Any,
    collections::HashSet,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use rand::RngExt as _;
use sotto_wire::is_of_the_world;
use tokio::net::UdpSocket;
use turn::relay::RelayAddressGenerator;
use webrtc_util::Conn;

/// Ports that are tried for one way.
const TRIES: usize = 20;
/// What one way may carry each second, in each direction: a call in 720p twice over.
const BYTES_PER_SECOND: usize = 1_000_000;

/// Which addresses may be talked to.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    public: IpAddr,
    ports: (u16, u16),
    private: bool,
    /// Ports of the ways that are open. Others between `ports` may be anything on this computer.
    ways: Arc<Mutex<HashSet<u16>>>,
}

impl Reach {
    pub(super) fn new(public: IpAddr, ports: (u16, u16), private: bool) -> Self {
        Self { public, ports, private, ways: Arc::default() }
    }

    /// Two people who both hide meet at two ways of this relay, whatever its address is.
    fn allows(&self, peer: SocketAddr) -> bool {
        let own = peer.ip() == self.public && self.ways().contains(&peer.port());
        own || self.private || is_of_the_world(peer.ip().to_canonical())
    }

    fn ways(&self) -> MutexGuard<'_, HashSet<u16>> {
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens them.
pub(super) struct Doors {
    pub(super) bind: IpAddr,
    pub(super) reach: Reach,
}

#[async_trait]
impl RelayAddressGenerator for Doors {
    fn validate(&self) -> Result<(), turn::Error> {
        Ok(())
    }

    async fn allocate_conn(
        &self,
        _use_ipv4: bool,
        _requested_port: u16,
    ) -> Result<(Arc<dyn Conn + Send + Sync>, SocketAddr), turn::Error> {
        let (first, last) = self.reach.ports;
        for _ in 0..TRIES {
            let port = rand::rng().random_range(first..=last.max(first));
            if let Ok(socket) = UdpSocket::bind(SocketAddr::new(self.bind, port)).await {
                self.reach.ways().insert(port);
                let reach = self.reach.clone();
                let door = Door { socket, port, reach, sent: Flow::default(), received: Flow::default() };
                return Ok((Arc::new(door), SocketAddr::new(self.reach.public, port)));
            }
        }
        Err(turn::Error::ErrMaxRetriesExceeded)
    }
}

/// One socket that relays.
struct Door {
    socket: UdpSocket,
    port: u16,
    reach: Reach,
    sent: Flow,
    received: Flow,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.reach.ways().remove(&self.port);
    }
}

/// Bytes of the second that runs.
#[derive(Default)]
struct Flow(Mutex<Option<(Instant, usize)>>);

impl Flow {
    fn fits(&self, bytes: usize) -> bool {
        let mut flow = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let (_, used) = match &mut *flow {
            Some(second) if now.duration_since(second.0) < Duration::from_secs(1) => second,
            other => other.insert((now, 0)),
        };
        *used += bytes;
        *used <= BYTES_PER_SECOND
    }
}

type Outcome<T> = Result<T, webrtc_util::Error>;

fn unused<T>() -> Outcome<T> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported).into())
}

#[async_trait]
impl Conn for Door {
    async fn connect(&self, _to: SocketAddr) -> Outcome<()> {
        unused()
    }

    async fn recv(&self, _buffer: &mut [u8]) -> Outcome<usize> {
        unused()
    }

    async fn recv_from(&self, buffer: &mut [u8]) -> Outcome<(usize, SocketAddr)> {
        loop {
            let (length, peer) = self.socket.recv_from(buffer).await?;
            if self.reach.allows(peer) && self.received.fits(length) {
                return Ok((length, peer));
            }
        }
    }

    async fn send(&self, _buffer: &[u8]) -> Outcome<usize> {
        unused()
    }

    /// What may not pass is lost, as on a network.
    async fn send_to(&self, buffer: &[u8], peer: SocketAddr) -> Outcome<usize> {
        if !self.reach.allows(peer) || !self.sent.fits(buffer.len()) {
            return Ok(buffer.len());
        }
        Ok(self.socket.send_to(buffer, peer).await?)
    }

    fn local_addr(&self) -> Outcome<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    async fn close(&self) -> Outcome<()> {
        Ok(())
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_world_and_own_ways_are_reached() {
        let reach = Reach::new(IpAddr::from([10, 0, 0, 5]), (50_000, 50_100), false);
        reach.ways().insert(50_050);
        let allows = |text: &str| reach.allows(text.parse().expect("an address"));
        for inside in [
            "127.0.0.1:80",
            "10.0.0.9:80",
            "172.20.1.1:80",
            "192.168.1.1:80",
            "169.254.169.254:80",
            "100.64.0.1:80",
            "0.0.0.0:80",
            "224.0.0.1:80",
            "255.255.255.255:80",
            "[::1]:80",
            "[fe80::1]:80",
            "[fd00::1]:80",
            "[::ffff:127.0.0.1]:80",
            "[2002:7f00:1::]:80",
            "[::]:80",
            "10.0.0.5:22",
            "10.0.0.5:50051",
        ] {
            assert!(!allows(inside), "{inside}");
        }
        for outside in ["203.0.114.1:80", "8.8.8.8:53", "[2606:4700::1]:80", "10.0.0.5:50050"] {
            assert!(allows(outside), "{outside}");
        }
        assert!(Reach::new(IpAddr::from([10, 0, 0, 5]), (1, 2), true).allows("10.0.0.9:80".parse().expect("one")));
    }
}
