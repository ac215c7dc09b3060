//! Opus: 20 ms a packet, with what is needed to rebuild the packet before (FEC), and next to nothing in silence (DTX).

use neteq::codec::AudioDecoder;
use opus::{Application, Bitrate, Channels, Decoder, Encoder};

use crate::Error;

use super::source::{RATE, SAMPLES};

/// Samples in a packet.
pub(crate) const PACKET: usize = 2 * SAMPLES;
/// A packet this short says only that it is silent.
const SILENT: usize = 2;
/// While silence lasts, every so manieth packet is sent, so that the other side knows it lasts.
const REFRESH: u32 = 20;
/// With less, high tones of what is no speech are lost.
const BITRATE: i32 = 32_000;

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
pub(crate) fn failed(error: opus::Error) -> Error {
    Error::Codec(error.to_string())
}

/// Makes packets of voice messages: nothing of them is lost on the way, so no packet helps out for another.
pub(crate) fn message_encoder() -> Result<Encoder, Error> {
    let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip).map_err(failed)?;
    encoder.set_bitrate(Bitrate::Bits(BITRATE)).map_err(failed)?;
    encoder.set_complexity(9).map_err(failed)?;
    Ok(encoder)
}

/// Makes packets.
#[derive(Debug)]
pub(crate) struct Packer {
    encoder: Encoder,
    silent: u32,
    buffer: Vec<u8>,
}

impl Packer {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut encoder = Encoder::new(RATE, Channels::Mono, Application::Voip).map_err(failed)?;
        encoder.set_bitrate(Bitrate::Bits(BITRATE)).map_err(failed)?;
        encoder.set_inband_fec(true).map_err(failed)?;
        encoder.set_packet_loss_perc(10).map_err(failed)?;
        encoder.set_dtx(true).map_err(failed)?;
        encoder.set_complexity(7).map_err(failed)?;
        Ok(Self { encoder, silent: 0, buffer: vec![0; 1500] })
    }

    /// A packet, or `None` where silence needs none.
    pub(crate) fn pack(&mut self, sound: &[f32]) -> Result<Option<&[u8]>, Error> {
        let length = self.encoder.encode_float(sound, &mut self.buffer).map_err(failed)?;
        self.silent = if length <= SILENT { self.silent + 1 } else { 0 };
        // The first two say that silence begins; one of them may be lost.
        let needed = self.silent <= 2 || self.silent.is_multiple_of(REFRESH);
        Ok(needed.then(|| &self.buffer[..length]))
    }

    /// Sends more to rebuild from, the more is lost: from 0 to 1.
    pub(crate) fn expect_loss(&mut self, loss: f32) -> Result<(), Error> {
        // Never none: the first loss comes unannounced.
        self.encoder.set_packet_loss_perc((loss * 100.0).clamp(5.0, 30.0) as i32).map_err(failed)
    }
}

pub(crate) fn is_silent(packet: &[u8]) -> bool {
    packet.len() <= SILENT
}

/// What stands before a packet on its way to `Unpacker`: play it, or rebuild from it the packet before.
pub(crate) const PLAIN: u8 = 0;
pub(crate) const REBUILD: u8 = 1;

/// Opens packets for the jitter buffer.
pub(crate) struct Unpacker {
    decoder: Decoder,
}

impl Unpacker {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { decoder: Decoder::new(RATE, Channels::Mono).map_err(failed)? })
    }
}

impl AudioDecoder for Unpacker {
    fn sample_rate(&self) -> u32 {
        RATE
    }

    fn channels(&self) -> u8 {
        1
    }

    fn decode(&mut self, encoded: &[u8]) -> neteq::Result<Vec<f32>> {
        let wrong = |text: String| neteq::NetEqError::DecoderError(text);
        let (kind, packet) = encoded.split_first().ok_or_else(|| wrong("an empty packet".to_owned()))?;
        // With FEC the decoder fills exactly what it is given: the one packet that is missing.
        let room = if *kind == REBUILD { PACKET } else { 6 * PACKET };
        let mut sound = vec![0.0; room];
        let length = self
            .decoder
            .decode_float(packet, &mut sound, *kind == REBUILD)
            .map_err(|error| wrong(error.to_string()))?;
        sound.truncate(length);
        Ok(sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tone;

    #[test]
    fn silence_takes_next_to_nothing() {
        let mut packer = Packer::new().expect("an encoder");
        let sent = (0..150).filter(|_| packer.pack(&[0.0; PACKET]).expect("a packet").is_some()).count();
        assert!(sent < 40, "{sent} of 150");
    }

    #[test]
    fn a_lost_packet_is_rebuilt_from_the_next() {
        let (mut packer, mut unpacker) = (Packer::new().expect("an encoder"), Unpacker::new().expect("a decoder"));
        packer.expect_loss(0.3).expect("a setting");
        let mut tone = Tone::new(0x12);
        let mut packets = Vec::new();
        for step in 0..10 {
            let mut sound = [0.0; PACKET];
            for half in sound.as_chunks_mut::<SAMPLES>().0 {
                tone.sound(half, step * 20);
            }
            packets.push(packer.pack(&sound).expect("a packet").expect("not silent").to_vec());
        }
        for packet in &packets[..8] {
            unpacker.decode(&[&[PLAIN], packet.as_slice()].concat()).expect("sound");
        }
        let rebuilt = unpacker.decode(&[&[REBUILD], packets[9].as_slice()].concat()).expect("sound");
        assert_eq!(rebuilt.len(), PACKET);
        assert!(rebuilt.iter().any(|sample| sample.abs() > 0.1), "a rebuilt packet is not silent");
    }
}
