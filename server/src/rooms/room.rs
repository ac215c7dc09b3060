//! One room: the state machine that answers descriptions and forwards packets, and what it has to say to whom.

use std::{
    collections::HashMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use rtc::{
    peer_connection::sdp::{RTCSdpType, RTCSessionDescription},
    shared::{TaggedBytesMut, TransportContext, TransportProtocol},
};
use sansio::Protocol as _;
use sfu::{RoomId as Alias, SFUEvent, Sfu, TaggedSFUEvent};

use super::ledger::MemberId;

/// A deadline that has passed already is looked at again after this: no room turns in circles.
const LEAST_WAIT: Duration = Duration::from_millis(2);

/// What a room has to say to one of its members.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Saying {
    Answer(String),
    Offer(String),
}

/// One room. Each has a machine of its own, so that what that remembers of addresses goes with the room.
pub(super) struct Room {
    alias: Alias,
    local: SocketAddr,
    machine: Sfu,
    /// The offer that each member has not answered yet.
    asked: HashMap<MemberId, u64>,
    due: Option<Instant>,
}

impl Room {
    /// `alias` is seen on the way of the media; `local` is where members reach this relay.
    pub(super) fn new(alias: u128, local: SocketAddr) -> Self {
        Self { alias: Alias::from_u128(alias), local, machine: Sfu::new(0, local), asked: HashMap::new(), due: None }
    }

    /// A device comes in with its offer. False if that cannot be used.
    pub(super) fn enter(&mut self, member: MemberId, offer: String, now: Instant) -> bool {
        let Ok(sdp) = RTCSessionDescription::offer(offer) else { return false };
        self.event(SFUEvent::Join { request_id: 0, room_id: self.alias, client_id: member }, now)
            && self.describe(member, 0, sdp, now)
    }

    /// A device answers the last offer.
    pub(super) fn answer(&mut self, member: MemberId, answer: String, now: Instant) {
        let Some(request) = self.asked.remove(&member) else { return };
        if let Ok(sdp) = RTCSessionDescription::answer(answer) {
            self.describe(member, request, sdp, now);
        }
    }

    /// A device is gone.
    pub(super) fn leave(&mut self, member: MemberId, now: Instant) {
        self.asked.remove(&member);
        let reason = String::new();
        self.event(SFUEvent::Leave { request_id: 0, room_id: self.alias, client_id: member, reason }, now);
    }

    fn describe(&mut self, member: MemberId, request_id: u64, sdp: RTCSessionDescription, now: Instant) -> bool {
        self.event(SFUEvent::SessionDescription { request_id, room_id: self.alias, client_id: member, sdp }, now)
    }

    fn event(&mut self, event: SFUEvent, now: Instant) -> bool {
        let done = self.machine.handle_event(TaggedSFUEvent { now, event });
        if let Err(error) = &done {
            tracing::debug!(%error, "a room did not take what was said");
        }
        done.is_ok()
    }

    /// A packet of a member.
    pub(super) fn take(&mut self, from: SocketAddr, packet: &[u8], now: Instant) {
        let transport = TransportContext {
            local_addr: self.local,
            peer_addr: from,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        if let Err(error) = self.machine.handle_read(TaggedBytesMut { now, transport, message: BytesMut::from(packet) })
        {
            tracing::trace!(%error, "a packet was not taken");
        }
    }

    /// Does what is due, and gives what is to be said and sent.
    pub(super) fn drive(
        &mut self,
        now: Instant,
        mut say: impl FnMut(MemberId, Saying),
        mut send: impl FnMut(SocketAddr, &[u8]),
    ) {
        if let Err(error) = self.machine.handle_timeout(now) {
            tracing::trace!(%error, "a room's clock");
        }
        while let Some(TaggedSFUEvent { event, .. }) = self.machine.poll_event() {
            let SFUEvent::SessionDescription { request_id, client_id, sdp, .. } = event else { continue };
            match sdp.sdp_type {
                RTCSdpType::Answer => say(client_id, Saying::Answer(sdp.sdp)),
                RTCSdpType::Offer => {
                    self.asked.insert(client_id, request_id);
                    say(client_id, Saying::Offer(sdp.sdp));
                }
                _ => {}
            }
        }
        // It gives nothing, but forwards what has come: without it nothing would be.
        while self.machine.poll_read().is_some() {}
        while let Some(packet) = self.machine.poll_write() {
            send(packet.transport.peer_addr, &packet.message);
        }
        self.due = self.machine.poll_timeout().map(|due| due.max(now + LEAST_WAIT));
    }

    /// When there is something to do again by the clock, as it was when the room was driven last.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }
}

/// The user fragment in a description: what its maker is called on the way of the media.
pub(super) fn name(sdp: &str) -> Option<String> {
    sdp.lines().find_map(|line| line.trim_end().strip_prefix("a=ice-ufrag:")).map(str::to_owned)
}

/// Whether an offer holds a voice, and at most one picture; whether it holds one. `None`: it is no offer for a room.
pub(super) fn sends_pictures(offer: &str) -> Option<bool> {
    let media: Vec<_> = offer.lines().filter_map(|line| line.strip_prefix("m=")).collect();
    let count = |kind: &str| media.iter().filter(|line| line.starts_with(kind)).count();
    match (media.len(), count("audio "), count("video ")) {
        (1, 1, 0) => Some(false),
        (2, 1, 1) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_takes_one_voice_and_at_most_one_picture() {
        assert_eq!(sends_pictures("v=0\r\nm=audio 9\r\n"), Some(false));
        assert_eq!(sends_pictures("m=audio 9\r\na=x\r\nm=video 9\r\n"), Some(true));
        for wrong in ["", "v=0", "m=video 9", "m=audio 9\nm=audio 9", "m=audio 9\nm=video 9\nm=application 9"] {
            assert_eq!(sends_pictures(wrong), None, "{wrong}");
        }
        assert_eq!(name("v=0\r\na=ice-ufrag:abc\r\n").as_deref(), Some("abc"));
    }

    #[test]
    fn nonsense_in_a_description_does_no_harm() {
        let now = Instant::now();
        let mut room = Room::new(1, "127.0.0.1:9".parse().unwrap());
        assert!(!room.enter(1, "m=audio 9\r\n".into(), now));
        room.answer(1, "nonsense".into(), now);
        room.take("127.0.0.1:10".parse().unwrap(), b"nonsense", now);
        room.drive(now, |_, saying| panic!("{saying:?}"), |_, _| panic!("a packet"));
        room.leave(1, now);
    }
}
