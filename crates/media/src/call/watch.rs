//! Watches over a call: its connection's state, what arrives, the clock, and the orders of its maker.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};
use webrtc::data_channel::DataChannelEvent;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::RTCPeerConnectionState as State;

use crate::event::{End, Event, Picture, RemoteState, Teller};
use crate::picture::{self, Seen};
use crate::voice::Shared;
use crate::voice::jitter::Arrived;

use super::connection::{Connection, SCREEN, Signal};
use super::numbers::Numbers;

/// A path must be found in this time, and found again in this time.
const CONNECTING: Duration = Duration::from_secs(20);
/// And once there is one, the other side must show its key in this time.
const PROVING: Duration = Duration::from_secs(8);
const RECONNECTING: Duration = Duration::from_secs(30);
/// Even silence is heard of more often than this.
const DEAF: Duration = Duration::from_secs(1);
/// While it is not, it is looked for again: the first time there may have been no network to look in.
const LOOK_AGAIN: u32 = 50;
/// Sound with its headers, in bits per second.
const VOICE_BITRATE: u64 = 48_000;
const TICK: Duration = Duration::from_millis(100);

/// What the maker of a call wants.
#[derive(Debug)]
pub(crate) enum Order {
    /// Say whether the microphone is off.
    Muted(bool),
    /// Say whether a picture is on.
    Showing(Picture, bool),
    /// End.
    HangUp(oneshot::Sender<()>),
}

/// Words over the call's own channel: one byte each.
mod word {
    pub(super) const MUTED: u8 = 1;
    pub(super) const CAMERA: u8 = 2;
    pub(super) const SCREEN: u8 = 4;
    pub(super) const GOODBYE: u8 = 128;
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting(Instant),
    Connected,
    Reconnecting(Instant),
}

/// The pictures of both sides.
#[derive(Clone, Debug)]
pub(crate) struct Pictures {
    pub(crate) camera: Arc<picture::Shared>,
    pub(crate) screen: Arc<picture::Shared>,
    pub(crate) seen: Arc<Seen>,
}

impl Pictures {
    pub(crate) fn each(&self) -> [&picture::Shared; 2] {
        [&self.camera, &self.screen]
    }

    pub(crate) fn stop(&self) {
        self.each().into_iter().for_each(|picture| picture.stop.store(true, Ordering::Relaxed));
    }

    /// Gives sound its part of what the network carries, and the pictures the rest; a shared screen most of it.
    fn share(&self, target: u64) {
        let rest = target.saturating_sub(VOICE_BITRATE);
        let on = |shared: &picture::Shared| shared.on.load(Ordering::Relaxed);
        let camera = match (on(&self.camera), on(&self.screen)) {
            (true, true) => rest / 4,
            (true, false) => rest,
            _ => 0,
        };
        self.camera.bitrate.store(camera, Ordering::Relaxed);
        self.screen.bitrate.store(rest - camera, Ordering::Relaxed);
    }
}

pub(crate) struct Watch {
    connection: Connection,
    voice: Arc<Shared>,
    pictures: Pictures,
    arrived: SyncSender<Arrived>,
    teller: Teller,
    stage: Stage,
    /// What we send, as the other side is told.
    ours: u8,
    open: bool,
    /// The connection says that it is.
    ready: bool,
    /// Since when the two reach each other.
    path: Option<Instant>,
    numbers: Numbers,
    /// The connection says that the path broke.
    doubtful: bool,
    /// What has come of the other side, and when there was more of it last.
    came: (u64, Instant),
    /// Ticks since the path broke.
    looked: u32,
}

impl Watch {
    pub(crate) fn new(
        connection: Connection,
        voice: Arc<Shared>,
        pictures: Pictures,
        arrived: SyncSender<Arrived>,
        teller: Teller,
    ) -> Self {
        let stage = Stage::Connecting(Instant::now());
        Self {
            connection,
            voice,
            pictures,
            arrived,
            teller,
            stage,
            ours: 0,
            open: false,
            ready: false,
            path: None,
            numbers: Numbers::default(),
            doubtful: false,
            came: (0, Instant::now()),
            looked: 0,
        }
    }

    /// Runs until the call ends.
    pub(crate) async fn run(mut self, mut signals: mpsc::Receiver<Signal>, mut orders: mpsc::Receiver<Order>) {
        let words = self.connection.words.clone();
        let mut clock = interval(TICK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut ticks = 0u32;
        let (end, done) = loop {
            tokio::select! {
                signal = signals.recv() => match signal {
                    Some(signal) => if let Some(end) = self.signalled(signal) { break (Some(end), None) },
                    None => break (Some(End::Lost), None),
                },
                word = words.poll() => if let Some(end) = self.heard(word).await { break (Some(end), None) },
                order = orders.recv() => match order {
                    Some(Order::HangUp(done)) => break (None, Some(done)),
                    Some(Order::Muted(on)) => self.say(word::MUTED, on).await,
                    Some(Order::Showing(Picture::Camera, on)) => self.say(word::CAMERA, on).await,
                    Some(Order::Showing(Picture::Screen, on)) => self.say(word::SCREEN, on).await,
                    // Every handle was dropped.
                    None => break (None, None),
                },
                _ = clock.tick() => {
                    ticks = ticks.wrapping_add(1);
                    if let Some(end) = self.ticked(ticks).await { break (Some(end), None) }
                }
            }
        };
        self.end(end, done).await;
    }

    async fn end(self, end: Option<End>, done: Option<oneshot::Sender<()>>) {
        self.voice.stop.store(true, Ordering::Relaxed);
        self.pictures.stop();
        if end.is_none() && self.open {
            // Best effort: the other side notices without it too, only later.
            let _ = self.connection.words.send(BytesMut::from(&[word::GOODBYE][..])).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if let Err(error) = self.connection.peer.close().await {
            tracing::debug!(%error, "the connection did not close");
        }
        if let Some(end) = end {
            self.teller.tell(Event::Ended(end));
        }
        if let Some(done) = done {
            let _ = done.send(());
        }
    }

    fn signalled(&mut self, signal: Signal) -> Option<End> {
        match signal {
            Signal::Candidate(candidate) => {
                // While the description waits for addresses they come with it.
                if self.connection.is_late(&candidate) {
                    self.teller.tell(Event::Candidate(candidate));
                }
            }
            Signal::Track(track) => {
                tokio::spawn(receive(track, self.arrived.clone(), self.pictures.seen.clone(), self.teller.clone()));
            }
            Signal::Path => self.path = self.path.or(Some(Instant::now())),
            Signal::State(state) => return self.changed(state),
        }
        None
    }

    fn changed(&mut self, state: State) -> Option<End> {
        tracing::debug!(%state, "the call's connection");
        match (state, self.stage) {
            (State::Connected, _) => {
                self.ready = true;
                self.doubtful = false;
                self.connected();
            }
            (State::Disconnected | State::Failed, Stage::Connected) => self.doubtful = true,
            (State::Closed, _) => return Some(End::Remote),
            _ => {}
        }
        None
    }

    /// The connection calls itself connected also where the handshake was refused. That words pass is the proof that
    /// the other side has shown its key: they travel inside the handshake's encryption.
    fn connected(&mut self) {
        if self.ready && self.open {
            self.stage = Stage::Connected;
            self.numbers.connected = false;
        }
    }

    async fn ticked(&mut self, ticks: u32) -> Option<End> {
        let deaf = self.is_deaf();
        match self.stage {
            // There is a path, so what is missing is the proof of who is at its end.
            Stage::Connecting(_) if self.path.is_some_and(|since| since.elapsed() > PROVING) => {
                return Some(End::Fingerprint);
            }
            Stage::Connecting(since) if since.elapsed() > CONNECTING => return Some(End::NoPath),
            Stage::Reconnecting(since) if since.elapsed() > RECONNECTING => return Some(End::Lost),
            Stage::Reconnecting(_) => {
                self.looked += 1;
                if self.looked.is_multiple_of(LOOK_AGAIN) {
                    self.teller.tell(Event::Reconnecting);
                }
            }
            Stage::Connected if self.doubtful && deaf => {
                self.stage = Stage::Reconnecting(Instant::now());
                self.looked = 0;
                self.teller.tell(Event::Reconnecting);
            }
            Stage::Connected => {
                let (local, remote) = (self.voice.local_level.get(), self.voice.remote_level.get());
                self.teller.tell(Event::Levels { local, remote });
            }
            _ => {}
        }
        self.pictures.share(self.connection.target.load(Ordering::Relaxed));
        if ticks.is_multiple_of(10) || !self.numbers.connected {
            self.numbers
                .count(&self.connection, &self.voice, &self.pictures, &self.teller, self.stage == Stage::Connected)
                .await;
        }
        None
    }

    /// Nothing of the other side has come for a while. Signs of life get lost on a path that is full; sound and
    /// pictures that still arrive show that there is one.
    fn is_deaf(&mut self) -> bool {
        let came = self.voice.received.load(Ordering::Relaxed) + self.pictures.seen.received.load(Ordering::Relaxed);
        let (before, since) = self.came;
        if came != before {
            self.came = (came, Instant::now());
        }
        came == before && since.elapsed() > DEAF
    }

    async fn say(&mut self, bit: u8, on: bool) {
        self.ours = if on { self.ours | bit } else { self.ours & !bit };
        self.repeat().await;
    }

    async fn repeat(&self) {
        if self.open && self.connection.words.send(BytesMut::from(&[self.ours][..])).await.is_err() {
            tracing::debug!("the other side was not told what we send");
        }
    }

    async fn heard(&mut self, word: Option<DataChannelEvent>) -> Option<End> {
        match word {
            Some(DataChannelEvent::OnOpen) => {
                self.open = true;
                self.connected();
                self.repeat().await;
            }
            Some(DataChannelEvent::OnMessage(message)) => match message.data.first() {
                Some(word) if word & word::GOODBYE != 0 => return Some(End::Remote),
                Some(word) => {
                    let has = |bit| word & bit != 0;
                    let state =
                        RemoteState { muted: has(word::MUTED), camera: has(word::CAMERA), screen: has(word::SCREEN) };
                    self.teller.tell(Event::Remote(state));
                }
                None => {}
            },
            Some(_) => {}
            // The channel is gone, and with it the connection, which says so itself.
            None => tokio::time::sleep(TICK).await,
        }
        None
    }
}

/// Takes what one track brings, until it ends.
async fn receive(track: Arc<dyn TrackRemote>, arrived: SyncSender<Arrived>, seen: Arc<Seen>, teller: Teller) {
    if track.kind().await != RtpCodecKind::Audio {
        let name = track.track_id().await;
        let picture = if name == SCREEN { Picture::Screen } else { Picture::Camera };
        return super::seeing::see(picture, track, seen, teller).await;
    }
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
        let header = packet.header;
        let packet = Arrived { number: header.sequence_number, at: header.timestamp, data: packet.payload };
        // Full: the speaker's thread is behind, and what comes now would be too late.
        if arrived.try_send(packet).is_err() {
            tracing::trace!("sound came faster than it is played");
        }
    }
}
