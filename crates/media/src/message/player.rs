//! Plays a voice message from memory.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use opus::{Channels, Decoder};
use tokio::sync::watch;

use super::ogg::{LONGEST_PACKET, Track};
use super::stretch::Stretch;
use crate::voice::opus::failed;
use crate::voice::source::{RATE, SAMPLES, VoiceSink, open_sink};
use crate::voice::tone::Reading;
use crate::{DeviceProblem, Error, Heard, Speaker};

/// Samples in a millisecond.
const PER_MS: u64 = RATE as u64 / 1000;
/// Frames of silence after the end: what the speaker still holds is heard before it is closed.
const LAST: usize = 8;

/// How fast a voice message is played. Its pitch stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speed {
    /// As it was spoken.
    #[default]
    Normal,
    /// One and a half times as fast.
    Faster,
    /// Twice as fast.
    Double,
}

impl Speed {
    fn factor(self) -> f32 {
        match self {
            Self::Normal => 1.0,
            Self::Faster => 1.5,
            Self::Double => 2.0,
        }
    }
}

/// How far a player is. Told a hundred times a second; whoever looks less often misses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerProgress {
    /// Milliseconds from the beginning.
    pub position: u64,
    /// What the player does.
    pub state: PlayerState,
}

/// What a player does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayerState {
    /// It plays.
    Playing,
    /// It waits, and the speaker is closed.
    Paused,
    /// The end was reached; the position is the beginning again.
    Ended,
    /// The speaker failed. [`Player::play`] tries again.
    Failed(DeviceProblem),
}

/// Plays one voice message. Dropping it ends that.
#[derive(Debug)]
pub struct Player {
    shared: Arc<Shared>,
    progress: watch::Receiver<PlayerProgress>,
    duration: u64,
}

#[derive(Debug)]
struct Shared {
    wish: Mutex<Wish>,
    changed: Condvar,
    heard: Reading,
}

#[derive(Debug, Default)]
struct Wish {
    play: bool,
    stop: bool,
    speed: Speed,
    /// In samples.
    seek: Option<u64>,
}

impl Shared {
    fn wish(&self) -> MutexGuard<'_, Wish> {
        self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Player {
    /// Takes a recording apart and waits at its beginning. Takes a moment for a long one.
    ///
    /// # Errors
    /// [`Error::Recording`] when it cannot be played; [`Error::Codec`], [`Error::Thread`].
    pub fn open(ogg: Vec<u8>, speaker: Speaker) -> Result<Self, Error> {
        let track = Track::read(ogg)?;
        let duration = track.length() / PER_MS;
        let begun = PlayerProgress { position: 0, state: PlayerState::Paused };
        let (teller, progress) = watch::channel(begun);
        let shared = Arc::new(Shared { wish: Mutex::default(), changed: Condvar::new(), heard: Reading::default() });
        let decoder = Decoder::new(RATE, Channels::Mono).map_err(failed)?;
        let mut mouth = Mouth {
            shared: shared.clone(),
            teller,
            speaker,
            track,
            decoder,
            next: 0,
            skip: 0,
            stretch: Stretch::new(1.0),
            speed: Speed::Normal,
            at: 0.0,
        };
        mouth.go_to(0)?;
        thread::Builder::new().name("sotto-play".to_owned()).spawn(move || mouth.run())?;
        Ok(Self { shared, progress, duration })
    }

    /// How long it is, in milliseconds, whatever its message says.
    pub fn duration(&self) -> u64 {
        self.duration
    }

    /// How far it is, from now on.
    pub fn progress(&self) -> watch::Receiver<PlayerProgress> {
        self.progress.clone()
    }

    /// Plays on.
    pub fn play(&self) {
        self.change(|wish| wish.play = true);
    }

    /// Waits, and closes the speaker.
    pub fn pause(&self) {
        self.change(|wish| wish.play = false);
    }

    /// Goes on from another place, in milliseconds; after the end there is nothing.
    pub fn seek(&self, position: u64) {
        self.change(|wish| wish.seek = Some(position.saturating_mul(PER_MS)));
    }

    /// Plays at this speed from now on.
    pub fn speed(&self, speed: Speed) {
        self.change(|wish| wish.speed = speed);
    }

    /// It plays, or is about to.
    pub fn is_wanted(&self) -> bool {
        self.shared.wish().play
    }

    /// What the synthetic speaker ([`Speaker::Meter`]) has heard.
    pub fn heard(&self) -> Option<Heard> {
        *self.shared.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Wish)) {
        change(&mut self.shared.wish());
        self.shared.changed.notify_all();
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.change(|wish| wish.stop = true);
    }
}

struct Mouth {
    shared: Arc<Shared>,
    teller: watch::Sender<PlayerProgress>,
    speaker: Speaker,
    track: Track,
    decoder: Decoder,
    /// The next packet.
    next: usize,
    /// Samples that are decoded and not heard before the place that was gone to.
    skip: u64,
    stretch: Stretch,
    speed: Speed,
    /// The next sample to be heard.
    at: f64,
}

impl Mouth {
    fn run(mut self) {
        let mut sink = None;
        while self.wait(&mut sink) {
            let played = match &mut sink {
                Some(sink) => self.play(sink.as_mut()),
                None => open_sink(&self.speaker, &self.shared.heard).map(|opened| sink = Some(opened)),
            };
            if let Err(problem) = played {
                sink = None;
                self.rest(PlayerState::Failed(problem));
            }
        }
    }

    /// Waits until something is to be played, and takes over what else is wished; false at the end.
    fn wait(&mut self, sink: &mut Option<Box<dyn VoiceSink>>) -> bool {
        let shared = self.shared.clone();
        let mut wish = shared.wish();
        loop {
            if wish.stop {
                return false;
            }
            let (seek, speed, play) = (wish.seek.take(), wish.speed, wish.play);
            if seek.is_some() || speed != self.speed {
                drop(wish);
                self.speed = speed;
                if let Err(error) = self.go_to(seek.unwrap_or(self.at as u64)) {
                    tracing::warn!(%error, "a place of a recording is not reached");
                }
                let state = self.teller.borrow().state.clone();
                self.tell(state);
                wish = shared.wish();
                continue;
            }
            if play {
                return true;
            }
            if sink.take().is_some() {
                // Those that ended or failed have said so.
                if self.teller.borrow().state == PlayerState::Playing {
                    self.tell(PlayerState::Paused);
                }
            }
            wish = shared.changed.wait(wish).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn play(&mut self, sink: &mut dyn VoiceSink) -> Result<(), DeviceProblem> {
        let mut frame = [0.0; SAMPLES];
        while !self.stretch.take(&mut frame) {
            self.feed();
        }
        sink.play(&frame)?;
        self.at += SAMPLES as f64 * f64::from(self.speed.factor());
        if (self.at as u64) < self.track.length() {
            self.tell(PlayerState::Playing);
            return Ok(());
        }
        for _ in 0..LAST {
            sink.play(&[0.0; SAMPLES])?;
        }
        if let Err(error) = self.go_to(0) {
            tracing::warn!(%error, "the beginning of a recording is not reached");
        }
        self.rest(PlayerState::Ended);
        Ok(())
    }

    /// Gives the next packet to what is stretched; after the last one, and where one is damaged, silence.
    fn feed(&mut self) {
        let mut sound = [0.0; LONGEST_PACKET];
        let length = match self.track.packet(self.next) {
            None => SAMPLES,
            Some(packet) => self.decoder.decode_float(packet, &mut sound, false).unwrap_or_else(|_| {
                sound.fill(0.0);
                opus::packet::get_nb_samples(packet, RATE).unwrap_or(SAMPLES).min(LONGEST_PACKET)
            }),
        };
        self.next += 1;
        let unheard = usize::try_from(self.skip).unwrap_or(usize::MAX).min(length);
        self.skip -= unheard as u64;
        self.stretch.put(&sound[unheard..length]);
    }

    fn go_to(&mut self, sample: u64) -> Result<(), Error> {
        let sample = sample.min(self.track.length());
        self.decoder.reset_state().map_err(failed)?;
        (self.next, self.skip) = self.track.seek(sample);
        self.stretch = Stretch::new(self.speed.factor());
        self.at = sample as f64;
        Ok(())
    }

    /// Nothing more is played until somebody says so.
    fn rest(&self, why: PlayerState) {
        self.shared.wish().play = false;
        self.tell(why);
    }

    fn tell(&self, state: PlayerState) {
        self.teller.send_replace(PlayerProgress { position: self.at as u64 / PER_MS, state });
    }
}
