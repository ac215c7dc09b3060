//! From the queues of the threads to the network.

use rtc::rtp::{Header, Packet as RtpPacket};
use tokio::sync::mpsc;
use webrtc::media_stream::track_local::TrackLocal;

use crate::voice::microphone::Packet;

use super::connection::{Connection, Sender};

impl Sender {
    /// The number of the codec that both sides agreed on, once they have.
    async fn kind(&self) -> Option<u8> {
        let parameters = self.sender.get_parameters().await.ok()?;
        parameters.rtp_parameters.codecs.first().map(|codec| codec.payload_type)
    }
}

/// Sends sound until the microphone's thread has ended.
pub(crate) async fn voice(connection: Connection, mut packets: mpsc::Receiver<Packet>) {
    let sender = connection.voice;
    let mut kind = None;
    let mut number = rand::random::<u16>();
    let start = rand::random::<u32>();
    let mut spoke = false;
    while let Some(Packet { at, data }) = packets.recv().await {
        kind = if kind.is_some() { kind } else { sender.kind().await };
        let Some(kind) = kind else { continue };
        let silent = crate::voice::opus::is_silent(&data);
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
        if sender.track.write_rtp(RtpPacket { header, payload: data }).await.is_err() {
            // Not connected yet, or no longer.
            spoke = false;
        }
    }
}
