//! Records a voice message: microphone, processing, Opus, and packets in memory.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{oneshot, watch};

use super::{Recorded, ogg, waveform};
use crate::voice::opus::{PACKET, message_encoder};
use crate::voice::processing::Processing;
use crate::voice::source::{RATE, SAMPLES, VoiceSource, level, open_source};
use crate::{DeviceProblem, Error, Microphone};

/// Milliseconds of a packet.
const PACKET_MS: u64 = PACKET as u64 * 1000 / RATE as u64;
/// Longest recording, in packets: an hour.
const LONGEST: usize = (3600 * 1000 / PACKET_MS) as usize;
/// Longest packet at this rate, in bytes; a multiple of what one takes.
const ROOM: usize = 1500;

/// How a recording fares. Told fifty times a second; whoever looks less often misses nothing but levels.
#[derive(Debug, Clone, PartialEq)]
pub struct RecorderProgress {
    /// How loud it is, from 0 to 1; 0 while nothing is recorded.
    pub level: f32,
    /// Milliseconds so far.
    pub duration: u64,
    /// What the recorder does.
    pub state: RecorderState,
}

/// What a recorder does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecorderState {
    /// It records.
    Recording,
    /// It waits, and the microphone is closed.
    Paused,
    /// An hour is recorded; there will be no more.
    Full,
    /// The microphone failed. What was recorded is kept, and [`Recorder::resume`] tries again.
    Failed(DeviceProblem),
}

/// Records one voice message. Dropping it closes the microphone.
#[derive(Debug)]
pub struct Recorder {
    shared: Arc<Shared>,
    progress: watch::Receiver<RecorderProgress>,
    skip: u16,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    wish: Wish,
    packets: Vec<Vec<u8>>,
    levels: Vec<f32>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Wish {
    #[default]
    Record,
    Pause,
    Stop,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wish(&self, wish: Wish) {
        self.state().wish = wish;
        self.changed.notify_all();
    }
}

impl Recorder {
    /// Opens the microphone and begins.
    ///
    /// # Errors
    /// [`Error::Device`] with why the microphone does not serve; [`Error::Codec`], [`Error::Thread`].
    pub async fn start(microphone: Microphone) -> Result<Self, Error> {
        let mut encoder = message_encoder()?;
        let skip = encoder.get_lookahead().ok().and_then(|samples| u16::try_from(samples).ok()).unwrap_or(0);
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let begun = RecorderProgress { level: 0.0, duration: 0, state: RecorderState::Recording };
        let (teller, progress) = watch::channel(begun);
        let (opened, answer) = oneshot::channel();
        let ear = Ear { shared: shared.clone(), teller, microphone };
        // The streams of some systems must stay on the thread that has opened them.
        thread::Builder::new().name("sotto-record".to_owned()).spawn(move || ear.run(&mut encoder, opened))?;
        let recorder = Self { shared, progress, skip };
        match answer.await {
            Ok(Ok(())) => Ok(recorder),
            Ok(Err(problem)) => Err(problem.into()),
            Err(_) => Err(DeviceProblem::Failed("the recording was given up".to_owned()).into()),
        }
    }

    /// How it fares, from now on.
    pub fn progress(&self) -> watch::Receiver<RecorderProgress> {
        self.progress.clone()
    }

    /// Waits, and closes the microphone.
    pub fn pause(&self) {
        self.shared.wish(Wish::Pause);
    }

    /// Goes on.
    pub fn resume(&self) {
        self.shared.wish(Wish::Record);
    }

    /// Everything that was recorded until now. It can go on after that.
    ///
    /// # Errors
    /// [`Error::Recording`] when nothing was; [`Error::Codec`].
    pub fn recorded(&self) -> Result<Recorded, Error> {
        let state = self.shared.state();
        if state.packets.is_empty() {
            return Err(Error::Recording("it is empty"));
        }
        Ok(Recorded {
            ogg: ogg::write(&state.packets, self.skip)?,
            duration: state.packets.len() as u64 * PACKET_MS,
            waveform: waveform::of(&state.levels),
        })
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.shared.wish(Wish::Stop);
    }
}

struct Ear {
    shared: Arc<Shared>,
    teller: watch::Sender<RecorderProgress>,
    microphone: Microphone,
}

impl Ear {
    fn run(self, encoder: &mut opus::Encoder, opened: oneshot::Sender<Result<(), DeviceProblem>>) {
        let mut source = match open_source(&self.microphone) {
            Ok(source) => Some(source),
            Err(problem) => {
                let _ = opened.send(Err(problem));
                return;
            }
        };
        let _ = opened.send(Ok(()));
        let mut processing = Processing::new();
        while self.wait(&mut source) {
            let recorded = match &mut source {
                Some(source) => self.record(source.as_mut(), &mut processing, encoder),
                None => open_source(&self.microphone).map(|opened| source = Some(opened)),
            };
            if let Err(problem) = recorded {
                source = None;
                self.rest(RecorderState::Failed(problem));
            }
        }
    }

    /// Waits until something is to be recorded; false at the end.
    fn wait(&self, source: &mut Option<Box<dyn VoiceSource>>) -> bool {
        let mut state = self.shared.state();
        while state.wish == Wish::Pause {
            drop(state);
            // Closed while it waits: nobody is listened to who does not know it.
            *source = None;
            let told = self.teller.borrow().state.clone();
            if told == RecorderState::Recording {
                self.tell(0.0, RecorderState::Paused);
            }
            state = self.shared.state();
            if state.wish == Wish::Pause {
                state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        state.wish == Wish::Record
    }

    fn record(
        &self,
        source: &mut dyn VoiceSource,
        processing: &mut Processing,
        encoder: &mut opus::Encoder,
    ) -> Result<(), DeviceProblem> {
        let mut sound = [0.0; PACKET];
        let mut loudest = 0.0f32;
        for half in sound.as_chunks_mut::<SAMPLES>().0 {
            source.record(half)?;
            processing.clean(half);
            loudest = loudest.max(level(half));
        }
        let packet =
            encoder.encode_vec_float(&sound, ROOM).map_err(|error| DeviceProblem::Failed(error.to_string()))?;
        let mut state = self.shared.state();
        if state.wish != Wish::Record {
            return Ok(());
        }
        state.packets.push(packet);
        state.levels.push(loudest);
        let full = state.packets.len() >= LONGEST;
        drop(state);
        if full {
            self.rest(RecorderState::Full);
        } else {
            self.tell(loudest, RecorderState::Recording);
        }
        Ok(())
    }

    /// Nothing more is recorded until somebody says so.
    fn rest(&self, why: RecorderState) {
        let mut state = self.shared.state();
        if state.wish == Wish::Record {
            state.wish = Wish::Pause;
        }
        drop(state);
        self.tell(0.0, why);
    }

    fn tell(&self, level: f32, state: RecorderState) {
        let duration = self.shared.state().packets.len() as u64 * PACKET_MS;
        self.teller.send_replace(RecorderProgress { level, duration, state });
    }
}
