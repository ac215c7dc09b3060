//! From the queues of the threads to the network.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rtc::rtp::codec::vp8::Vp8Payloader;
use rtc::rtp::packetizer::Payloader;
use rtc::rtp::{Header, Packet as RtpPacket};
use tokio::sync::mpsc;
use webrtc::media_stream::track_local::TrackLocal;

use crate::keys::{GroupKeys, mark};
use crate::picture;
use crate::picture::eye::Outgoing;
use crate::voice::microphone::Packet;

use super::connection::Sender;
use super::pace::Pace;

impl Sender {
    /// The number of the codec that both sides agreed on, once they have.
    async fn kind(&self) -> Option<u8> {
        let parameters = self.sender.get_parameters().await.ok()?;
        parameters.rtp_parameters.codecs.first().map(|codec| codec.payload_type)
    }
}

/// Largest packet's payload: what fits everywhere, with room for encryption and a relay's header.
const PAYLOAD: usize = 1160;

/// Closes frames end to end, where there is a relay in between; without keys they stay as they are.
pub(crate) struct Closing {
    pub(crate) keys: Option<GroupKeys>,
    pub(crate) mark: u8,
}

impl Closing {
    /// For a call between two: the connection's own encryption ends at the other side.
    pub(crate) const NONE: Self = Self { keys: None, mark: 0 };

    fn close(&self, key: bool, frame: Bytes) -> Option<Bytes> {
        match &self.keys {
            None => Some(frame),
            Some(keys) => keys.close(self.mark | if key { mark::KEY } else { 0 }, &frame),
        }
    }
}

/// Sends a picture until its thread has ended. While it is sent the next one waits, and the one after that is not made.
pub(crate) async fn picture(sender: Sender, mut pace: Pace, mut frames: mpsc::Receiver<Outgoing>, closing: Closing) {
    let mut kind = None;
    let mut number = rand::random::<u16>();
    let (start, began) = (rand::random::<u32>(), Instant::now());
    let mut payloader = Vp8Payloader::default();
    while let Some(Outgoing { encoded, at }) = frames.recv().await {
        kind = if kind.is_some() { kind } else { sender.kind().await };
        let Some(kind) = kind else { continue };
        let Some(data) = closing.close(encoded.key, encoded.data) else { continue };
        let Ok(parts) = payloader.payload(PAYLOAD, &data) else { continue };
        let timestamp = start.wrapping_add((at.duration_since(began).as_micros() * 9 / 100) as u32);
        let last = parts.len().saturating_sub(1);
        for (index, payload) in parts.into_iter().enumerate() {
            let header = Header {
                version: 2,
                marker: index == last,
                payload_type: kind,
                sequence_number: number,
                timestamp,
                ssrc: sender.ssrc,
                ..Header::default()
            };
            number = number.wrapping_add(1);
            let bytes = payload.len();
            if sender.track.write_rtp(RtpPacket { header, payload }).await.is_err() {
                break;
            }
            pace.wait(bytes).await;
        }
    }
}

/// Passes the other side's requests for key frames to a picture's thread.
pub(crate) async fn requests(sender: Sender, shared: Arc<picture::Shared>) {
    while !shared.stop.load(Ordering::Relaxed) {
        match tokio::time::timeout(Duration::from_secs(1), sender.track.poll()).await {
            Ok(Some(_)) => shared.key.store(true, Ordering::Relaxed),
            // Not bound yet, or no longer.
            Ok(None) => tokio::time::sleep(Duration::from_millis(200)).await,
            Err(_) => {}
        }
    }
}

/// Sends sound until the microphone's thread has ended.
pub(crate) async fn voice(sender: Sender, mut packets: mpsc::Receiver<Packet>, closing: Closing) {
    let mut kind = None;
    let mut number = rand::random::<u16>();
    let start = rand::random::<u32>();
    let mut spoke = false;
    while let Some(Packet { at, data }) = packets.recv().await {
        kind = if kind.is_some() { kind } else { sender.kind().await };
        let Some(kind) = kind else { continue };
        let silent = crate::voice::opus::is_silent(&data);
        let Some(payload) = closing.close(false, data) else { continue };
        let header = Header {
            version: 2,
            // The first packet after silence.
            marker: !silent && !spoke,
            payload_type: kind,
            sequence_number: number,
            timestamp: start.wrapping_add(at),
            ssrc: sender.ssrc,
            ..Header::default()
        };
        spoke = !silent;
        number = number.wrapping_add(1);
        if sender.track.write_rtp(RtpPacket { header, payload }).await.is_err() {
            // Not connected yet, or no longer.
            spoke = false;
        }
    }
}
