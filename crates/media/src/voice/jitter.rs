//! What arrives, put into order and at an even pace: NetEQ, with lost packets rebuilt from the one after them.

use std::sync::atomic::Ordering;

use neteq::neteq::SpeechType;
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
/// Sound waits at least so long (ms): a packet holds 20, and with the next one not there yet there would be a gap.
const LEAST: u32 = 40;
/// Sound that begins waits at most so often longer than it should for more to come.
const PATIENCE: u32 = 2;
/// With less left (ms) of what is followed by silence, the rest is silence.
const REST: u32 = 15;

/// The jitter buffer of one voice.
pub(crate) struct Jitter {
    buffer: NetEq,
    last: Option<(u16, u32)>,
    /// The other side is silent and sends nothing: what is missing is not lost.
    silent: bool,
    /// Sound has begun and is held until there is enough of it: milliseconds so far.
    held: Option<u32>,
    /// The last 10 ms were made up.
    made_up: bool,
    concealed_before: u64,
}

impl Jitter {
    pub(crate) fn new() -> Result<Self, Error> {
        let config = NetEqConfig {
            sample_rate: RATE,
            channels: 1,
            max_packets_in_buffer: 100,
            min_delay_ms: LEAST,
            max_delay_ms: 500,
            ..NetEqConfig::default()
        };
        let mut buffer = NetEq::new(config).map_err(|error| Error::Codec(error.to_string()))?;
        buffer.register_decoder(KIND, Box::new(Unpacker::new()?));
        Ok(Self { buffer, last: None, silent: false, held: None, made_up: false, concealed_before: 0 })
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
                self.held = Some(0);
            } else if steps > 1 && gap == u32::from(steps) * PACKET as u32 {
                let before = packet.at.wrapping_sub(PACKET as u32);
                self.insert(packet.number.wrapping_sub(1), before, REBUILD, packet);
                shared.rebuilt.fetch_add(1, Ordering::Relaxed);
            }
        } else {
            self.held = Some(0);
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
        if self.last.is_none() || self.is_over() || self.is_held() {
            frame.fill(0.0);
            return;
        }
        self.made_up = false;
        match self.buffer.get_audio() {
            Ok(sound) if sound.samples.len() == SAMPLES => {
                self.made_up = sound.speech_type == SpeechType::Expand;
                frame.copy_from_slice(&sound.samples);
            }
            _ => frame.fill(0.0),
        }
        let statistics = self.buffer.get_statistics();
        let concealed = statistics.lifetime.concealed_samples;
        let fresh = concealed.saturating_sub(self.concealed_before);
        self.concealed_before = concealed;
        shared.concealed_ms.fetch_add(fresh * 1000 / u64::from(RATE), Ordering::Relaxed);
        shared.jitter_ms.store(statistics.current_buffer_size_ms, Ordering::Relaxed);
    }

    /// What was said has been played, and silence follows. Nothing is made up for it.
    fn is_over(&mut self) -> bool {
        if !self.silent {
            return false;
        }
        if self.made_up {
            // The buffer would go on making up until more comes, which may take a second.
            self.buffer.flush();
            self.made_up = false;
        }
        self.buffer.current_buffer_size_ms() < REST
    }

    /// What begins waits until there is as much of it as the network's unevenness asks for: played at once, it would
    /// break off at the first late packet, in the middle of a word.
    fn is_held(&mut self) -> bool {
        let Some(so_far) = self.held else { return false };
        let target = self.buffer.target_delay_ms();
        let enough = self.buffer.current_buffer_size_ms() >= target || so_far >= PATIENCE * target;
        self.held = (!enough).then_some(so_far + 10);
        !enough
    }
}
