//! Watches over a member's side of a group call: the connection's state, the tracks that come, and the clock.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::RTCPeerConnectionState as State;

use super::connection::GroupConnection;
use super::mixer::{Heard, Voices};
use super::seeing::{self, Sights};
use crate::call::connection::Signal;
use crate::event::{End, Event, GroupStatistics, Teller};
use crate::keys::{GroupKeys, mark};
use crate::picture;
use crate::voice::Shared;
use crate::voice::jitter::Arrived;

/// The relay must be reached in this time, and be heard of again in this time; then the member joins anew.
const CONNECTING: Duration = Duration::from_secs(15);
const RECONNECTING: Duration = Duration::from_secs(4);
/// Sound with its headers and what closes it, in bits per second.
const VOICE_BITRATE: u64 = 64_000;
const TICK: Duration = Duration::from_millis(100);

pub(super) struct Watch {
    pub(super) connection: GroupConnection,
    pub(super) keys: GroupKeys,
    pub(super) voice: Arc<Shared>,
    pub(super) picture: Arc<picture::Shared>,
    pub(super) heard: SyncSender<Heard>,
    pub(super) voices: Arc<Voices>,
    pub(super) sights: Arc<Sights>,
    pub(super) teller: Teller,
}

#[derive(Clone, Copy)]
enum Stage {
    Connecting(Instant),
    Connected,
    Reconnecting(Instant),
}

impl Watch {
    /// Runs until the member leaves, or the relay is lost.
    pub(super) async fn run(self, mut signals: mpsc::Receiver<Signal>, mut left: mpsc::Receiver<oneshot::Sender<()>>) {
        let mut clock = interval(TICK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let (mut ticks, mut stage) = (0u32, Stage::Connecting(Instant::now()));
        let (end, done) = loop {
            tokio::select! {
                signal = signals.recv() => match signal {
                    Some(Signal::Track(track)) => self.receive(track),
                    Some(Signal::State(state)) => if let Some(end) = self.changed(state, &mut stage) {
                        break (Some(end), None);
                    },
                    // The relay has one address, and learns ours from what comes.
                    Some(Signal::Candidate(_) | Signal::Path) => {}
                    None => break (Some(End::Lost), None),
                },
                done = left.recv() => break (None, done),
                _ = clock.tick() => {
                    ticks = ticks.wrapping_add(1);
                    if let Some(end) = self.ticked(ticks, stage) { break (Some(end), None) }
                }
            }
        };
        self.voice.stop.store(true, Ordering::Relaxed);
        self.picture.stop.store(true, Ordering::Relaxed);
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

    fn receive(&self, track: Arc<dyn TrackRemote>) {
        let (keys, heard, sights) = (self.keys.clone(), self.heard.clone(), self.sights.clone());
        let teller = self.teller.clone();
        tokio::spawn(async move {
            match track.kind().await {
                RtpCodecKind::Audio => hear(track, keys, heard).await,
                _ => seeing::see(track, keys, sights, teller).await,
            }
        });
    }

    fn changed(&self, state: State, stage: &mut Stage) -> Option<End> {
        tracing::debug!(%state, "the connection to the relay of a group call");
        match (state, *stage) {
            (State::Connected, _) => {
                *stage = Stage::Connected;
                self.teller.tell(Event::Connected { relayed: true });
            }
            (State::Disconnected | State::Failed, Stage::Connected) => {
                *stage = Stage::Reconnecting(Instant::now());
                self.teller.tell(Event::Reconnecting);
            }
            (State::Closed, _) => return Some(End::Remote),
            _ => {}
        }
        None
    }

    fn ticked(&self, ticks: u32, stage: Stage) -> Option<End> {
        match stage {
            Stage::Connecting(since) if since.elapsed() > CONNECTING => return Some(End::NoPath),
            Stage::Reconnecting(since) if since.elapsed() > RECONNECTING => return Some(End::Lost),
            _ => {}
        }
        let target = self.connection.target.load(Ordering::Relaxed);
        let share = seeing::bitrate(target, VOICE_BITRATE, &self.sights.others);
        self.picture.bitrate.store(share, Ordering::Relaxed);
        let others = self.voices.levels();
        self.teller.tell(Event::Voices { own: self.voice.local_level.get(), others });
        if ticks.is_multiple_of(10) {
            self.count();
        }
        None
    }

    fn count(&self) {
        let mut others = self.voices.numbers();
        for (sender, frames) in self.sights.received() {
            others.entry(sender).or_default().frames = frames;
        }
        self.teller.tell(Event::GroupStatistics(Box::new(GroupStatistics {
            voice_packets_sent: self.voice.sent.load(Ordering::Relaxed),
            frames_sent: self.picture.sent.load(Ordering::Relaxed),
            others,
            refused: self.keys.refused(),
            events_dropped: self.teller.dropped(),
        })));
    }
}

/// Takes what one voice's track brings, until it ends.
async fn hear(track: Arc<dyn TrackRemote>, keys: GroupKeys, heard: SyncSender<Heard>) {
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else { continue };
        let Ok((sender, mark::VOICE, data)) = keys.open(&packet.payload) else { continue };
        let arrived = Arrived { number: packet.header.sequence_number, at: packet.header.timestamp, data };
        // Full: the mixer is behind, and what comes now would be too late.
        if heard.try_send(Heard::Sound(sender, arrived)).is_err() {
            tracing::trace!("sound came faster than it is played");
        }
    }
}
