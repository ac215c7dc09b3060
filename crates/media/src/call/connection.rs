//! The connection of a call: its tracks, its channel for small words, and what it signals.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rtc::interceptor::{Registry, Slot};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine};
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use tokio::sync::{mpsc, watch};
use webrtc::data_channel::DataChannel;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::TrackRemote;
use webrtc::peer_connection::{
    CongestionFeedback, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfigurationBuilder,
    RTCIceConnectionState, RTCIceGatheringState, RTCIceServer, RTCIceTransportPolicy, RTCPeerConnectionIceEvent,
    RTCPeerConnectionState, SettingEngineBuilder, configure_congestion_control, configure_nack, configure_rtcp_reports,
};
use webrtc::rtp_transceiver::RtpSender;

use crate::{Config, Error};

use super::WAITING;
use super::feedback::{Estimator, Requests};

/// Names of the tracks; the other side knows by them what is what.
pub(crate) const VOICE: &str = "voice";
pub(crate) const CAMERA: &str = "camera";
pub(crate) const SCREEN: &str = "screen";
/// A path over which nothing has come for so long is gone, and another is looked for.
const GONE: Duration = Duration::from_secs(2);
/// Not before the call itself gives up.
const GIVEN_UP: Duration = Duration::from_secs(40);
/// Several of these may be lost in a row before a path counts as gone.
const SIGN_OF_LIFE: Duration = Duration::from_millis(400);
/// After every interceptor that acts on feedback.
const LAST: usize = 14_000;

/// What the connection tells of itself.
pub(crate) enum Signal {
    /// The two reach each other; who they are is not shown yet.
    Path,
    /// Connected, lost, failed.
    State(RTCPeerConnectionState),
    /// An own address was found.
    Candidate(String),
    /// The other side sends something.
    Track(Arc<dyn TrackRemote>),
}

/// A track that we send.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) track: Arc<TrackLocalStaticRTP>,
    pub(crate) sender: Arc<dyn RtpSender>,
    pub(crate) ssrc: u32,
}

/// The connection. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(super) peer: Arc<dyn PeerConnection>,
    pub(super) gathered: watch::Sender<bool>,
    pub(crate) voice: Sender,
    pub(crate) camera: Sender,
    pub(crate) screen: Sender,
    /// What the network is thought to carry, in bits per second.
    pub(crate) target: Arc<AtomicU64>,
    pub(crate) words: Arc<dyn DataChannel>,
    pub(super) relay_only: bool,
    /// The own description, once it has been given away.
    pub(super) given: Arc<Mutex<Option<String>>>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// Passes on what the connection tells. Its callbacks run inside the connection and must not wait.
struct Listener {
    signals: mpsc::Sender<Signal>,
    gathered: watch::Sender<bool>,
}

impl Listener {
    fn pass(&self, signal: Signal) {
        if self.signals.try_send(signal).is_err() {
            tracing::warn!("a signal of the call's connection was lost");
        }
    }
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Listener {
    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        if let Ok(candidate) = event.candidate.to_json() {
            self.pass(Signal::Candidate(candidate.candidate));
        }
    }

    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        self.gathered.send_replace(state == RTCIceGatheringState::Complete);
    }

    async fn on_ice_connection_state_change(&self, state: RTCIceConnectionState) {
        if matches!(state, RTCIceConnectionState::Connected | RTCIceConnectionState::Completed) {
            self.pass(Signal::Path);
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.pass(Signal::State(state));
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        self.pass(Signal::Track(track));
    }
}

/// A connection without tracks, as calls of two and of groups have it: Opus and VP8, what is lost asked for again, and
/// the network's room estimated.
pub(crate) struct Peer {
    pub(crate) peer: Arc<dyn PeerConnection>,
    /// All own addresses are known.
    pub(crate) gathered: watch::Sender<bool>,
    /// What the network is thought to carry, in bits per second.
    pub(crate) target: Arc<AtomicU64>,
    pub(crate) told: mpsc::Receiver<Signal>,
}

impl Peer {
    /// At most so many signals wait.
    pub(crate) async fn new(config: &Config, waiting: usize) -> Result<Self, Error> {
        let (signals, told) = mpsc::channel(waiting);
        let gathered = watch::Sender::new(false);
        let mut media = MediaEngine::default();
        media.register_codec(opus(), RtpCodecKind::Audio)?;
        media.register_codec(vp8(), RtpCodecKind::Video)?;
        let target = Arc::new(AtomicU64::new(0));
        let estimator = Estimator::new(target.clone());
        let registry = configure_congestion_control(Registry::new(), estimator, CongestionFeedback::Twcc, &mut media)?;
        let registry = configure_rtcp_reports(configure_nack(registry, &mut media));
        let registry = registry.with(Slot::from(LAST), Requests::default());
        let peer = PeerConnectionBuilder::new()
            .with_configuration(configuration(config))
            .with_setting_engine(settings(config))
            .with_media_engine(media)
            .with_interceptor_registry(registry)
            .with_handler(Arc::new(Listener { signals, gathered: gathered.clone() }))
            .with_udp_addrs(addresses(config))
            .build()
            .await?;
        Ok(Self { peer: Arc::new(peer), gathered, target, told })
    }
}

impl Connection {
    pub(crate) async fn new(config: &Config) -> Result<(Self, mpsc::Receiver<Signal>), Error> {
        let Peer { peer, gathered, target, told } = Peer::new(config, WAITING).await?;
        let voice = add_track(&peer, VOICE, RtpCodecKind::Audio, opus().rtp_codec).await?;
        // Both pictures from the start: switching one on then needs no new description.
        let camera = add_track(&peer, CAMERA, RtpCodecKind::Video, vp8().rtp_codec).await?;
        let screen = add_track(&peer, SCREEN, RtpCodecKind::Video, vp8().rtp_codec).await?;
        let channel = rtc::data_channel::RTCDataChannelInit { negotiated: Some(0), ..Default::default() };
        let words = peer.create_data_channel("words", Some(channel)).await?;
        let relay_only = config.relay_only;
        Ok((Self { peer, gathered, voice, camera, screen, target, words, relay_only, given: Arc::default() }, told))
    }

    /// An address that was found after the own description had been given away has to travel by itself.
    pub(crate) fn is_late(&self, candidate: &str) -> bool {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        given.as_ref().is_some_and(|sdp| !sdp.contains(candidate))
    }
}

async fn add_track(
    peer: &Arc<dyn PeerConnection>,
    name: &str,
    kind: RtpCodecKind,
    codec: RTCRtpCodec,
) -> Result<Sender, Error> {
    let (track, ssrc) = local_track(name, kind, codec);
    let sender = peer.add_track(track.clone() as Arc<dyn TrackLocal>).await?;
    Ok(Sender { track, sender, ssrc })
}

/// A track to send on, and its number.
pub(crate) fn local_track(name: &str, kind: RtpCodecKind, codec: RTCRtpCodec) -> (Arc<TrackLocalStaticRTP>, u32) {
    let ssrc = rand::random::<u32>();
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(ssrc), ..Default::default() },
        codec,
        ..Default::default()
    };
    // No stream is named: nothing in the description says more than what it is for.
    let track = MediaStreamTrack::new("call".to_owned(), name.to_owned(), name.to_owned(), kind, vec![coding]);
    (Arc::new(TrackLocalStaticRTP::new(track)), ssrc)
}

pub(crate) fn opus() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1;usedtx=1".to_owned(),
            rtcp_feedback: vec![],
        },
        payload_type: 111,
    }
}

pub(crate) fn vp8() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.to_owned(),
            clock_rate: 90_000,
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![],
        },
        payload_type: 96,
    }
}

fn configuration(config: &Config) -> webrtc::peer_connection::RTCConfiguration {
    let servers = config.ice_servers.iter().map(|server| RTCIceServer {
        urls: server.urls.clone(),
        username: server.username.clone(),
        credential: server.credential.clone(),
    });
    let policy = if config.relay_only { RTCIceTransportPolicy::Relay } else { RTCIceTransportPolicy::All };
    RTCConfigurationBuilder::new().with_ice_servers(servers.collect()).with_ice_transport_policy(policy).build()
}

fn settings(config: &Config) -> webrtc::peer_connection::SettingEngine {
    let engine = SettingEngineBuilder::new()
        .with_include_loopback_candidate(config.loopback)
        // A restart means that the network changed: the old sockets may be bound to an address that is gone.
        .with_discard_local_candidates_during_ice_restart(true)
        .with_ice_timeouts(Some(GONE), Some(GIVEN_UP), Some(SIGN_OF_LIFE));
    // Nothing better than a relay will come: waiting for it costs two seconds.
    let wait = config.relay_only.then_some(Duration::ZERO);
    engine.with_relay_acceptance_min_wait(wait).build()
}

fn addresses(config: &Config) -> Vec<&'static str> {
    if config.loopback { vec!["127.0.0.1:0", "0.0.0.0:0"] } else { vec!["0.0.0.0:0", "[::]:0"] }
}
