//! Whose packet it is: by the address it comes from, once somebody has shown from there the name that the relay gave
//! them. Everything else is dropped before anything looks into it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use rtc::stun::{
    attributes::ATTR_USERNAME,
    message::{Message, is_stun_message},
    textattrs::Username,
};

use super::ledger::MemberId;

/// Addresses that one device may come from: each network it has, and each that it changes to.
const ADDRESSES: usize = 8;
const SECOND: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub(super) struct Gate {
    bytes_per_second: usize,
    names: HashMap<String, MemberId>,
    addresses: HashMap<SocketAddr, MemberId>,
    members: HashMap<MemberId, Known>,
}

#[derive(Debug)]
struct Known {
    name: String,
    addresses: Vec<SocketAddr>,
    /// Bytes of the second that runs.
    flow: (Instant, usize),
}

impl Gate {
    pub(super) fn new(bytes_per_second: usize) -> Self {
        Self { bytes_per_second, names: HashMap::new(), addresses: HashMap::new(), members: HashMap::new() }
    }

    /// A device was given a name: the user fragment of the relay's answer.
    pub(super) fn admit(&mut self, member: MemberId, name: String, now: Instant) {
        self.names.insert(name.clone(), member);
        self.members.insert(member, Known { name, addresses: Vec::new(), flow: (now, 0) });
    }

    /// It has left.
    pub(super) fn dismiss(&mut self, member: MemberId) {
        let Some(known) = self.members.remove(&member) else { return };
        self.names.remove(&known.name);
        for address in known.addresses {
            self.addresses.remove(&address);
        }
    }

    /// Whose packet this is. `None`: nobody's, or it is more than they may send.
    pub(super) fn pass(&mut self, from: SocketAddr, packet: &[u8], now: Instant) -> Option<MemberId> {
        let member = match self.addresses.get(&from) {
            Some(member) => *member,
            None => self.recognise(from, packet)?,
        };
        let known = self.members.get_mut(&member)?;
        if now.duration_since(known.flow.0) >= SECOND {
            known.flow = (now, 0);
        }
        known.flow.1 += packet.len();
        (known.flow.1 <= self.bytes_per_second).then_some(member)
    }

    fn recognise(&mut self, from: SocketAddr, packet: &[u8]) -> Option<MemberId> {
        if !is_stun_message(packet) {
            return None;
        }
        let mut message = Message::new();
        message.unmarshal_binary(packet).ok()?;
        let username = Username::get_from_as(&message, ATTR_USERNAME).ok()?;
        let member = *self.names.get(username.text.split_once(':')?.0)?;
        let known = self.members.get_mut(&member)?;
        if known.addresses.len() >= ADDRESSES {
            let oldest = known.addresses.remove(0);
            self.addresses.remove(&oldest);
        }
        known.addresses.push(from);
        self.addresses.insert(from, member);
        Some(member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    /// A binding request with this name.
    fn request(name: &str) -> Vec<u8> {
        let text = format!("{name}:other");
        let padded = text.len().next_multiple_of(4);
        let mut bytes = vec![0, 1];
        bytes.extend(u16::try_from(4 + padded).unwrap().to_be_bytes());
        bytes.extend(0x2112_a442_u32.to_be_bytes());
        bytes.extend([7; 12]);
        bytes.extend([0, 6]);
        bytes.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        bytes.extend(text.bytes());
        bytes.resize(20 + 4 + padded, 0);
        bytes
    }

    #[test]
    fn only_who_shows_the_name_it_was_given_comes_through() {
        let (mut gate, now) = (Gate::new(1_000_000), Instant::now());
        gate.admit(1, "alice".into(), now);
        assert_eq!(gate.pass(from(1), b"media", now), None);
        assert_eq!(gate.pass(from(1), &request("mallory"), now), None);
        assert_eq!(gate.pass(from(1), &request("alice"), now), Some(1));
        assert_eq!(gate.pass(from(1), b"media", now), Some(1));
        assert_eq!(gate.pass(from(2), b"media", now), None, "another address");
        gate.dismiss(1);
        assert_eq!(gate.pass(from(1), b"media", now), None);
        assert_eq!(gate.pass(from(1), &request("alice"), now), None, "a name ends with the stay");
        assert!(gate.names.is_empty() && gate.addresses.is_empty());
    }

    #[test]
    fn addresses_and_bytes_are_bounded() {
        let (mut gate, now) = (Gate::new(10_000), Instant::now());
        gate.admit(1, "alice".into(), now);
        for port in 0..100 {
            gate.pass(from(port), &request("alice"), now);
        }
        assert_eq!(gate.addresses.len(), ADDRESSES);
        let passed = (0..100).filter(|_| gate.pass(from(99), &[0; 1_000], now).is_some()).count();
        assert!(passed < 10, "{passed}");
        assert!(gate.pass(from(99), &[0; 1_000], now + SECOND).is_some());
    }
}
