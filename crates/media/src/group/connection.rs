//! The connection to the relay that forwards: one track for the voice, one for the picture, and what it offers of the
//! others, which comes and goes with them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use rtc::rtp_transceiver::rtp_sender::{RTCRtpCodec, RtpCodecKind};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use tokio::sync::{mpsc, watch};
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::peer_connection::{PeerConnection, RTCSessionDescription};

use crate::call::connection::{CAMERA, Peer, Sender, Signal, VOICE, local_track, opus, vp8};
use crate::{Config, Error};

/// Tracks of 31 others may open at once.
const SIGNALS: usize = 256;
/// The own addresses are there at once: the relay needs no other way than the direct one.
const GATHER: Duration = Duration::from_millis(500);

/// The connection. Clones are the same one.
#[derive(Clone)]
pub(super) struct GroupConnection {
    pub(super) peer: Arc<dyn PeerConnection>,
    gathered: watch::Sender<bool>,
    pub(super) voice: Sender,
    pub(super) picture: Option<Sender>,
    /// What the network is thought to carry to the relay, in bits per second.
    pub(super) target: Arc<AtomicU64>,
}

impl fmt::Debug for GroupConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupConnection").finish_non_exhaustive()
    }
}

impl GroupConnection {
    pub(super) async fn new(config: &Config, pictures: bool) -> Result<(Self, mpsc::Receiver<Signal>), Error> {
        // The relay is reached directly, whoever hides from the others: it passes no address on.
        let direct =
            Config { ice_servers: Vec::new(), relay_only: false, loopback: config.loopback, ..Config::default() };
        let Peer { peer, gathered, target, told } = Peer::new(&direct, SIGNALS).await?;
        let voice = add_track(&peer, VOICE, RtpCodecKind::Audio, opus().rtp_codec).await?;
        let picture = match pictures {
            true => Some(add_track(&peer, CAMERA, RtpCodecKind::Video, vp8().rtp_codec).await?),
            false => None,
        };
        Ok((Self { peer, gathered, voice, picture, target }, told))
    }

    pub(super) async fn make_offer(&self) -> Result<String, Error> {
        let offer = self.peer.create_offer(None).await?;
        self.describe(offer).await
    }

    pub(super) async fn take_answer(&self, answer: &str) -> Result<(), Error> {
        let answer = RTCSessionDescription::answer(answer.to_owned()).map_err(|_| Error::Sdp("it is no answer"))?;
        Ok(self.peer.set_remote_description(answer).await?)
    }

    pub(super) async fn make_answer(&self, offer: &str) -> Result<String, Error> {
        let offer = RTCSessionDescription::offer(offer.to_owned()).map_err(|_| Error::Sdp("it is no offer"))?;
        self.peer.set_remote_description(offer).await?;
        let answer = self.peer.create_answer(None).await?;
        self.peer.set_local_description(answer).await?;
        self.described().await
    }

    async fn describe(&self, description: RTCSessionDescription) -> Result<String, Error> {
        self.gathered.send_replace(false);
        self.peer.set_local_description(description).await?;
        let mut gathered = self.gathered.subscribe();
        // What is not found in time the relay learns from the packets that come from it.
        let _ = tokio::time::timeout(GATHER, gathered.wait_for(|complete| *complete)).await;
        self.described().await
    }

    async fn described(&self) -> Result<String, Error> {
        Ok(self.peer.local_description().await.ok_or(Error::Sdp("there is none of our own"))?.sdp)
    }
}

/// A track that is only sent: what comes of the others comes on tracks of its own.
async fn add_track(
    peer: &Arc<dyn PeerConnection>,
    name: &str,
    kind: RtpCodecKind,
    codec: RTCRtpCodec,
) -> Result<Sender, Error> {
    let (track, ssrc) = local_track(name, kind, codec);
    let only_sent = RTCRtpTransceiverInit {
        direction: RTCRtpTransceiverDirection::Sendonly,
        streams: vec![],
        send_encodings: vec![],
    };
    let transceiver = peer.add_transceiver_from_track(track.clone() as Arc<dyn TrackLocal>, Some(only_sent)).await?;
    let sender = transceiver.sender().await?.ok_or(Error::Sdp("a track of our own cannot be sent"))?;
    Ok(Sender { track, sender, ssrc })
}
