//! Notices that the computer came back: from sleep, or to another network.
//!
//! The systems' own notifications need a library per system. A look every few seconds costs two
//! system calls and no packet, and finds the same things: the address from which packets would leave
//! changes with the network, and a clock that ran further than the timer means that the computer slept.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::clock::{Clock, SystemClock};

/// How often to look.
const INTERVAL: Duration = Duration::from_secs(3);
/// A clock that ran this much further than the timer has been asleep in between.
const SLEPT: u64 = 10_000;

/// Why it is worth trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wakeup {
    /// Packets leave from another address, or can leave again.
    Network,
    /// The computer slept.
    Sleep,
}

/// Calls `woken` on every such change, for ever.
pub(crate) async fn watch(woken: impl Fn(Wakeup)) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut routes = routes();
    let (mut wall, mut timer) = (SystemClock.now(), Instant::now());
    loop {
        ticks.tick().await;
        let now = SystemClock.now();
        let waited = u64::try_from(timer.elapsed().as_millis()).unwrap_or(u64::MAX);
        let slept = now.saturating_sub(wall) > waited.saturating_add(SLEPT);
        (wall, timer) = (now, Instant::now());
        let routes_now = self::routes();
        let moved = routes_now != routes && routes_now != [None, None];
        routes = routes_now;
        if slept {
            woken(Wakeup::Sleep);
        } else if moved {
            woken(Wakeup::Network);
        }
    }
}

/// From where packets to the outside would leave. Connecting a UDP socket sends nothing.
fn routes() -> [Option<IpAddr>; 2] {
    // Addresses set aside for documentation: nobody has them, and the default route leads there.
    let v4 = source((Ipv4Addr::UNSPECIFIED, 0).into(), (Ipv4Addr::new(192, 0, 2, 1), 9).into());
    let v6 = source((Ipv6Addr::UNSPECIFIED, 0).into(), (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9).into());
    [v4, v6]
}

fn source(local: std::net::SocketAddr, remote: std::net::SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind(local).ok()?;
    socket.connect(remote).ok()?;
    Some(socket.local_addr().ok()?.ip())
}
