//! What arrives, put into order and at an even pace: NetEQ, with lost packets rebuilt from the one after them.

use std::sync::atomic::Ordering;

use neteq::{AudioPacket, NetEq, NetEqConfig, RtpHeader};

use super::Shared;
use super::opus::{PACKET, PLAIN, REBUILD, Unpacker, is_silent};
use super::source::{RATE, SAMPLES};
use crate::{Error, VoiceFrame};

/// A packet from the network.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) number: u16,
    pub(crate) at: u32,
    pub(crate) data: bytes::Bytes,
}

const KIND: u8 = 111;

/// The jitter buffer of one voice.
pub(crate) struct Jitter {
    buffer: NetEq,
    last: Option<(u16, u32)>,
    /// The other side is silent and sends nothing: what is missing is not lost.
    silent: bool,
    concealed_before: u64,
}

impl Jitter {
    pub(crate) fn new() -> Result<Self, Error> {
        let config = NetEqConfig {
            sample_rate: RATE,
            channels: 1,
            max_packets_in_buffer: 100,
            max_delay_ms: 500,
            ..NetEqConfig::default()
        };
        let mut buffer = NetEq::new(config).map_err(|error| Error::Codec(error.to_string()))?;
        buffer.register_decoder(KIND, Box::new(Unpacker::new()?));
        Ok(Self { buffer, last: None, silent: false, concealed_before: 0 })
    }

    pub(crate) fn put(&mut self, packet: &Arrived, shared: &Shared) {
        shared.received.fetch_add(1, Ordering::Relaxed);
        if let Some((number, at)) = self.last {
            let steps = packet.number.wrapping_sub(number);
            if steps == 0 || steps > 0x8000 {
                // Late or doubled: the buffer knows what to do with it.
                if steps != 0 {
                    shared.lost.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |lost| lost.checked_sub(1)).ok();
                }
                self.insert(packet.number, packet.at, PLAIN, packet);
                return;
            }
            shared.lost.fetch_add(u64::from(steps) - 1, Ordering::Relaxed);
            let gap = packet.at.wrapping_sub(at);
            if self.silent && gap > PACKET as u32 {
                // Silence ended: nothing in between is missing, and the clock may have moved on.
                self.buffer.flush();
            } else if steps > 1 && gap == u32::from(steps) * PACKET as u32 {
                let before = packet.at.wrapping_sub(PACKET as u32);
                self.insert(packet.number.wrapping_sub(1), before, REBUILD, packet);
                shared.rebuilt.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.silent = is_silent(&packet.data);
        self.last = Some((packet.number, packet.at));
        self.insert(packet.number, packet.at, PLAIN, packet);
    }

    fn insert(&mut self, number: u16, at: u32, kind: u8, packet: &Arrived) {
        let payload = [&[kind], &packet.data[..]].concat();
        let header = RtpHeader::new(number, at, 0, KIND, false);
        // A full or doubled entry is refused; both are in its statistics.
        let _ = self.buffer.insert_packet(AudioPacket::new(header, payload, RATE, 1, 20));
    }

    /// The next 10 ms.
    pub(crate) fn take(&mut self, frame: &mut VoiceFrame, shared: &Shared) {
        shared.played_ms.fetch_add(10, Ordering::Relaxed);
        if self.last.is_none() || (self.silent && self.buffer.is_empty()) {
            frame.fill(0.0);
            return;
        }
        match self.buffer.get_audio() {
            Ok(sound) if sound.samples.len() == SAMPLES => frame.copy_from_slice(&sound.samples),
            _ => frame.fill(0.0),
        }
        let statistics = self.buffer.get_statistics();
        let concealed = statistics.lifetime.concealed_samples;
        let fresh = concealed.saturating_sub(self.concealed_before);
        self.concealed_before = concealed;
        shared.concealed_ms.fetch_add(fresh * 1000 / u64::from(RATE), Ordering::Relaxed);
        shared.jitter_ms.store(statistics.current_buffer_size_ms, Ordering::Relaxed);
    }
}
