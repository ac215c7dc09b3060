//! Frames out of packets: into order, whole, and none without the ones before it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::rtp::codec::vp8::Vp8Packet;
use rtc::rtp::packetizer::Depacketizer;

use super::codec::vp8_key;
use crate::keys::mark;

/// A missing packet is asked for again by the connection, and waited for so long.
const PATIENCE: Duration = Duration::from_millis(300);
/// More packets than this do not wait.
const WAITING: usize = 1024;

/// A whole frame.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) data: Bytes,
    /// On the sender's clock, 90,000 a second.
    pub(crate) at: u32,
    /// Of a key frame; none of a closed one, whose inside is not seen here.
    pub(crate) size: Option<(u32, u32)>,
}

struct Piece {
    at: u32,
    last: bool,
    first: bool,
    data: Bytes,
}

/// Puts the frames of one stream together.
#[derive(Default)]
pub(crate) struct Assembly {
    pieces: BTreeMap<u64, Piece>,
    /// The packet that comes next.
    next: Option<u64>,
    newest: u64,
    since: Option<Instant>,
    /// Nothing is shown before a frame that stands by itself.
    needs_key: bool,
    /// The frames are closed: their first byte says whether they stand by themselves.
    closed: bool,
    /// Frames that were given up.
    pub(crate) dropped: u64,
}

impl Assembly {
    /// Of frames that are closed end to end.
    pub(crate) fn closed() -> Self {
        Self { closed: true, ..Self::default() }
    }

    fn begins(&self, piece: &Piece) -> bool {
        piece.first && self.is_key(&piece.data)
    }

    fn is_key(&self, data: &[u8]) -> bool {
        if self.closed { data.first().is_some_and(|first| first & mark::KEY != 0) } else { vp8_key(data).is_some() }
    }

    /// Takes a packet.
    pub(crate) fn put(&mut self, number: u16, at: u32, last: bool, payload: &Bytes) {
        let number = self.unwrap(number);
        if self.next.is_some_and(|next| number < next) {
            return;
        }
        let mut header = Vp8Packet::default();
        let Ok(data) = header.depacketize(payload) else { return };
        let first = header.s == 1 && header.pid == 0;
        self.pieces.insert(number, Piece { at, last, first, data });
        if self.pieces.len() > WAITING {
            self.skip();
        }
    }

    /// A 16-bit number, continued past its end.
    fn unwrap(&mut self, number: u16) -> u64 {
        if self.newest == 0 {
            // Room for packets from before the first that came.
            self.newest = (1 << 16) + u64::from(number);
            return self.newest;
        }
        let step = i64::from(number.wrapping_sub(self.newest as u16) as i16);
        let full = self.newest.saturating_add_signed(step);
        self.newest = self.newest.max(full);
        full
    }

    /// The next whole frame.
    pub(crate) fn take(&mut self, now: Instant) -> Option<Whole> {
        loop {
            if self.next.is_none() {
                // The beginning of the stream, or of what is left of it.
                self.next = self.pieces.iter().find(|(_, piece)| self.begins(piece)).map(|(at, _)| *at);
                let start = self.next?;
                self.pieces = self.pieces.split_off(&start);
                self.since = None;
            }
            match self.whole() {
                Some(whole) => {
                    self.since = None;
                    return Some(whole);
                }
                None if self.pieces.is_empty() => {
                    self.since = None;
                    return None;
                }
                None => {
                    let since = *self.since.get_or_insert(now);
                    if now.duration_since(since) < PATIENCE {
                        return None;
                    }
                    self.skip();
                }
            }
        }
    }

    /// Gives up what cannot be shown: up to the next frame that stands by itself.
    fn skip(&mut self) {
        self.dropped += 1;
        self.needs_key = true;
        self.since = None;
        let from = self.next.map_or(0, |next| next + 1);
        let key = self.pieces.range(from..).find(|(_, piece)| self.begins(piece)).map(|(at, _)| *at);
        match key {
            Some(key) => {
                self.pieces = self.pieces.split_off(&key);
                self.next = Some(key);
            }
            None => {
                self.pieces.clear();
                self.next = None;
            }
        }
    }

    /// The frame that begins at `next`, if all of it is there.
    fn whole(&mut self) -> Option<Whole> {
        let start = self.next?;
        let mut end = start;
        for (expected, (number, piece)) in (start..).zip(self.pieces.range(start..)) {
            if *number != expected {
                return None;
            }
            end = *number;
            if piece.last {
                break;
            }
        }
        self.pieces.get(&end).filter(|piece| piece.last)?;
        let rest = self.pieces.split_off(&(end + 1));
        let pieces = std::mem::replace(&mut self.pieces, rest);
        self.next = Some(end + 1);
        let at = pieces.values().next()?.at;
        let mut data = BytesMut::new();
        pieces.values().for_each(|piece| data.extend_from_slice(&piece.data));
        let data = data.freeze();
        let size = vp8_key(&data).filter(|_| !self.closed);
        self.needs_key &= !self.is_key(&data);
        Some(Whole { data, at, size })
    }

    /// A key frame has to be asked for.
    pub(crate) fn stuck(&self) -> bool {
        self.needs_key || self.next.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet of a frame: descriptor, and the beginning of a key frame or another.
    fn packet(first: bool, key: bool) -> Bytes {
        let start = [u8::from(!key), 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 32, 0, 7];
        let descriptor = if first { 0x10 } else { 0 };
        [&[descriptor][..], &start[..]].concat().into()
    }

    #[test]
    fn frames_come_out_whole_and_in_order_whatever_the_network_does() {
        let (mut assembly, now) = (Assembly::default(), Instant::now());
        // Over the end of the numbers, out of order.
        assembly.put(0, 10, true, &packet(false, false));
        assembly.put(65535, 10, false, &packet(true, true));
        assembly.put(1, 20, true, &packet(true, false));
        let frames: Vec<_> = std::iter::from_fn(|| assembly.take(now)).collect();
        assert_eq!(
            frames.iter().map(|frame| (frame.at, frame.size)).collect::<Vec<_>>(),
            [(10, Some((64, 32))), (20, None)]
        );
        assert_eq!(frames[0].data.len(), 22);
    }

    #[test]
    fn what_is_lost_is_waited_for_then_given_up_up_to_the_next_key_frame() {
        let (mut assembly, now) = (Assembly::default(), Instant::now());
        assembly.put(1, 10, true, &packet(true, true));
        assert!(assembly.take(now).is_some());
        assembly.put(3, 30, true, &packet(true, false));
        assert!(assembly.take(now).is_none());
        assert!(!assembly.stuck(), "it may still come");
        let later = now + PATIENCE;
        assert!(assembly.take(later).is_none());
        assert!(assembly.stuck());
        assembly.put(4, 40, true, &packet(true, false));
        assert!(assembly.take(later).is_none(), "nothing to draw it on");
        assembly.put(5, 50, true, &packet(true, true));
        assert_eq!(assembly.take(later).expect("a key frame").at, 50);
        assert!(!assembly.stuck());
    }
}
