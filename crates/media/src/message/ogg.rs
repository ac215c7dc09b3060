//! Opus in Ogg (RFC 7845): packets into a file, and a file of unknown origin into packets.

use std::borrow::Cow;
use std::io::Cursor;

use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};

use crate::Error;
use crate::voice::opus::PACKET;
use crate::voice::source::RATE;

/// Names this stream in its file; there is only one.
const SERIAL: u32 = 1;
/// Packets of 20 ms in a page: a damaged page costs a second.
const PAGE: usize = 50;
/// Longest file that is opened, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;
/// Longest recording that is opened, in samples: eight hours.
const LONGEST: u64 = 8 * 3600 * RATE as u64;
/// Longest packet that Opus knows, in samples.
pub(crate) const LONGEST_PACKET: usize = 6 * PACKET;

/// Makes a file of packets of 20 ms each. `skip` samples at the beginning are the encoder's, not the speaker's.
pub(crate) fn write(packets: &[Vec<u8>], skip: u16) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| Error::Codec(error.to_string());
    let mut writer = PacketWriter::new(Vec::new());
    let mut head = Vec::from(*b"OpusHead\x01\x01");
    head.extend(skip.to_le_bytes());
    head.extend(RATE.to_le_bytes());
    // No gain, and the one plain way in which channels can be laid out.
    head.extend([0, 0, 0]);
    writer.write_packet(head, SERIAL, PacketWriteEndInfo::EndPage, 0).map_err(failed)?;
    // Says nothing about who recorded this, with what, or when.
    let tags = [b"OpusTags".as_slice(), &0u32.to_le_bytes(), &0u32.to_le_bytes()].concat();
    writer.write_packet(tags, SERIAL, PacketWriteEndInfo::EndPage, 0).map_err(failed)?;
    for (index, packet) in packets.iter().enumerate() {
        let end = match index + 1 {
            last if last == packets.len() => PacketWriteEndInfo::EndStream,
            full if full % PAGE == 0 => PacketWriteEndInfo::EndPage,
            _ => PacketWriteEndInfo::NormalPacket,
        };
        let played = (index as u64 + 1) * PACKET as u64;
        writer.write_packet(Cow::Borrowed(packet.as_slice()), SERIAL, end, played).map_err(failed)?;
    }
    Ok(writer.into_inner())
}

/// A file that was taken apart.
#[derive(Clone)]
pub(crate) struct Track {
    packets: Vec<Vec<u8>>,
    /// Where each packet begins, in samples from the beginning of the stream.
    starts: Vec<u64>,
    skip: u64,
    /// Samples that are heard.
    length: u64,
}

impl std::fmt::Debug for Track {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Track").field("length", &self.length).finish_non_exhaustive()
    }
}

impl Track {
    /// Takes a file apart. What it says of its own length is not asked: the packets are counted.
    pub(crate) fn read(file: Vec<u8>) -> Result<Self, Error> {
        if file.len() > LARGEST {
            return Err(Error::Recording("it is too large"));
        }
        let damaged = |_| Error::Recording("it is damaged");
        if file.is_empty() {
            return Err(Error::Recording("it is empty"));
        }
        let mut reader = PacketReader::new(Cursor::new(file));
        let head = reader.read_packet().map_err(damaged)?.ok_or(Error::Recording("it is empty"))?;
        let skip = skip_of(&head.data)?;
        let serial = head.stream_serial();
        let mut track = Self { packets: Vec::new(), starts: Vec::new(), skip, length: 0 };
        let mut tagged = false;
        while let Some(packet) = reader.read_packet().map_err(damaged)? {
            if packet.stream_serial() != serial {
                return Err(Error::Recording("it holds more than one recording"));
            }
            if !tagged {
                tagged = true;
                continue;
            }
            let samples = opus::packet::get_nb_samples(&packet.data, RATE).unwrap_or(0);
            if samples == 0 || samples > LONGEST_PACKET {
                return Err(Error::Recording("it is damaged"));
            }
            track.starts.push(track.length);
            track.length += samples as u64;
            track.packets.push(packet.data);
            if track.length > LONGEST {
                return Err(Error::Recording("it is too long"));
            }
        }
        track.length = track.length.saturating_sub(skip);
        if track.length == 0 {
            return Err(Error::Recording("it is empty"));
        }
        Ok(track)
    }

    /// Samples that are heard.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// A packet.
    pub(crate) fn packet(&self, index: usize) -> Option<&[u8]> {
        self.packets.get(index).map(Vec::as_slice)
    }

    /// From which packet to decode to hear what is at `sample`, and how many samples of it come before that. The decoder
    /// needs 80 ms to find its way.
    pub(crate) fn seek(&self, sample: u64) -> (usize, u64) {
        let wanted = sample + self.skip;
        let from = wanted.saturating_sub(4 * PACKET as u64);
        let index = self.starts.partition_point(|start| *start <= from).saturating_sub(1);
        (index, wanted - self.starts.get(index).copied().unwrap_or(0))
    }
}

fn skip_of(head: &[u8]) -> Result<u64, Error> {
    let body = head.strip_prefix(b"OpusHead").ok_or(Error::Recording("it is no Opus recording"))?;
    match body {
        // A version of the first family, one or two channels, laid out plainly.
        [version, 1 | 2, low, high, _, _, _, _, _, _, 0, ..] if version >> 4 == 0 => {
            Ok(u64::from(u16::from_le_bytes([*low, *high])))
        }
        _ => Err(Error::Recording("it is of a kind that is not known here")),
    }
}
