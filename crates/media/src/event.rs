//! What a call tells, over a bounded queue: what is not read in time is dropped, and counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::keys::{RefusedFrames, SenderId};
use crate::{DeviceProblem, Heard};

/// So many events wait at most.
const WAITING: usize = 64;

/// What happens in a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Sound and pictures flow, for the first time or again.
    Connected {
        /// Through a TURN server, not directly.
        relayed: bool,
    },
    /// The path broke, or has been broken for five seconds more. Whoever made the offer calls `Call::restart_ice` and
    /// carries the new description.
    Reconnecting,
    /// It is over; nothing comes after this.
    Ended(End),
    /// An own address that was found late: carry it to the other side's `Call::candidate`.
    Candidate(String),
    /// What the other side sends has changed.
    Remote(RemoteState),
    /// How loud both sides are, from 0 to 1, ten times a second.
    Levels {
        /// This side, as it is sent.
        local: f32,
        /// The other side, as it is played.
        remote: f32,
    },
    /// How good the network is has changed.
    Quality(Quality),
    /// A picture of the other side, encoded.
    Frame(Frame),
    /// A picture of one of the others in a group call, encoded.
    FrameOf(SenderId, Frame),
    /// How loud this side and each of the others in a group call are, from 0 to 1, ten times a second.
    Voices {
        /// This side, as it is sent.
        own: f32,
        /// The others, as they are played.
        others: Vec<(SenderId, f32)>,
    },
    /// Numbers of a group call, once a second.
    GroupStatistics(Box<GroupStatistics>),
    /// A picture of this person, encoded, as it is sent: for a small picture of themselves.
    Own(Frame),
    /// A device does not serve; the call goes on without it. `None`: it serves again.
    Device {
        /// Which one.
        kind: Kind,
        /// Why not.
        problem: Option<DeviceProblem>,
    },
    /// Numbers, once a second.
    Statistics(Box<Statistics>),
}

impl Event {
    /// Another like it comes soon.
    fn is_one_of_many(&self) -> bool {
        matches!(self, Self::Frame(_) | Self::FrameOf(..) | Self::Own(_) | Self::Levels { .. } | Self::Voices { .. })
    }
}

/// Why a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side hung up.
    Remote,
    /// No path was found between the two.
    NoPath,
    /// The path broke and did not come back.
    Lost,
    /// The other side could not show the key that its description promised.
    Fingerprint,
}

/// What the other side sends, as it says itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemoteState {
    /// Its microphone is muted.
    pub muted: bool,
    /// Its camera is on.
    pub camera: bool,
    /// It shares its screen.
    pub screen: bool,
}

/// How good the network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Nothing to hear or see of it.
    Good,
    /// Gaps, or pictures made smaller.
    Fair,
    /// Hard to understand.
    Poor,
}

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Takes sound in.
    Microphone,
    /// Plays sound.
    Speaker,
    /// Sees the person.
    Camera,
    /// Shared with the other side.
    Screen,
}

/// Which of the two pictures of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Picture {
    /// Of the person.
    Camera,
    /// Of their screen.
    Screen,
}

impl Picture {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Camera => Kind::Camera,
            Self::Screen => Kind::Screen,
        }
    }
}

/// An encoded picture (VP8).
#[derive(Clone, Debug)]
pub struct Frame {
    /// Which picture.
    pub picture: Picture,
    /// It can be decoded without those before it.
    pub key: bool,
    /// On the sender's clock, in microseconds.
    pub timestamp_us: u64,
    /// Pixels across; 0 unless `key`.
    pub width: u32,
    /// Pixels down; 0 unless `key`.
    pub height: u32,
    /// The VP8 frame.
    pub data: Bytes,
}

/// Numbers of a call, all since its start unless they say otherwise.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Packets of sound that were sent.
    pub voice_packets_sent: u64,
    /// Packets of sound that arrived.
    pub voice_packets_received: u64,
    /// Packets of sound that did not arrive.
    pub voice_packets_lost: u64,
    /// Packets of sound that were rebuilt from the one after them.
    pub voice_packets_rebuilt: u64,
    /// Milliseconds of sound that were played.
    pub voice_played_ms: u64,
    /// Milliseconds of them that were made up for what was missing.
    pub voice_concealed_ms: u64,
    /// How long sound waits now before it is played, in milliseconds.
    pub jitter_buffer_ms: u32,
    /// Frames of pictures that were encoded and sent.
    pub frames_sent: u64,
    /// Frames that arrived whole.
    pub frames_received: u64,
    /// Own frames that were left out because the network or the processor was behind.
    pub frames_skipped: u64,
    /// Frames that arrived and were dropped: incomplete, or without the one before.
    pub frames_dropped: u64,
    /// Times that the other side's picture stood still for more than 500 ms.
    pub freezes: u64,
    /// Pictures without reference that the other side asked for.
    pub key_frames_asked: u64,
    /// Frames that nobody read in time.
    pub events_dropped: u64,
    /// Sound that was late inside this device and dropped, in packets.
    pub voice_dropped: u64,
    /// There and back, in milliseconds; 0 while unknown.
    pub round_trip_ms: u32,
    /// What the network is thought to carry, in bits per second.
    pub target_bitrate: u64,
    /// Bytes sent on the path in use.
    pub bytes_sent: u64,
    /// Bytes that arrived on the path in use.
    pub bytes_received: u64,
    /// Share of the own packets that the other side misses, from 0 to 1, in the last second.
    pub loss: f32,
    /// What the synthetic meter heard last.
    pub heard: Option<Heard>,
}

/// Numbers of a group call, all since its start.
#[derive(Clone, Debug, Default)]
pub struct GroupStatistics {
    /// Packets of sound that were sent.
    pub voice_packets_sent: u64,
    /// Frames of the own picture that were encoded and sent.
    pub frames_sent: u64,
    /// What came of each of the others.
    pub others: BTreeMap<SenderId, Received>,
    /// Frames that could not be opened.
    pub refused: RefusedFrames,
    /// Frames that nobody read in time.
    pub events_dropped: u64,
}

/// What came of one of the others in a group call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Packets of sound that arrived and were opened.
    pub voice_packets: u64,
    /// Packets of sound that did not arrive.
    pub voice_lost: u64,
    /// Frames that arrived whole and were opened.
    pub frames: u64,
    /// What the synthetic meter heard last.
    pub heard: Option<Heard>,
}

/// The events of a call.
#[derive(Debug)]
pub struct Events {
    queue: mpsc::Receiver<Event>,
}

impl Events {
    /// The next one; `None` once the call is over and everything was told.
    pub async fn next(&mut self) -> Option<Event> {
        self.queue.recv().await
    }
}

/// Tells events without ever waiting.
#[derive(Clone, Debug)]
pub(crate) struct Teller {
    queue: mpsc::Sender<Event>,
    dropped: Arc<AtomicU64>,
}

impl Teller {
    pub(crate) fn new() -> (Self, Events) {
        let (sender, queue) = mpsc::channel(WAITING);
        (Self { queue: sender, dropped: Arc::default() }, Events { queue })
    }

    /// False if nobody read the ones before in time, so that this one was dropped.
    pub(crate) fn tell(&self, event: Event) -> bool {
        // A quarter is kept for what must not be lost: a slow window loses frames before it loses the end.
        let room = if event.is_one_of_many() { WAITING / 4 } else { 0 };
        let told = self.queue.capacity() > room && self.queue.try_send(event).is_ok();
        if !told {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        told
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
