//! A test of devices without a call: how loud the microphone is, what the camera sees, and a sound from the speaker.

use std::f32::consts::TAU;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc as queue;

use crate::event::{Event, Events, Kind, Picture, Teller};
use crate::picture::source::Choice;
use crate::picture::{self, eye};
use crate::voice::source::{RATE, SAMPLES, open_sink};
use crate::voice::{Shared, microphone};
use crate::{Camera, Error, Microphone, Speaker};

/// Between two levels.
const TICK: Duration = Duration::from_millis(100);
/// What the preview may take, in bits per second: it stays on this computer.
const BITRATE: u64 = 1_500_000;
/// Pitches of the sound that the speaker plays (Hz), and how long each lasts, in frames of 10 ms.
const NOTES: ([f32; 2], usize) = ([523.25, 659.25], 40);

/// A test of devices. Dropping it closes them. Its events are `Levels`, `Own` and `Device`.
#[derive(Debug)]
pub struct Trial {
    voice: Arc<Shared>,
    camera: Arc<picture::Shared>,
    microphones: mpsc::Sender<Microphone>,
    cameras: mpsc::Sender<Choice>,
    teller: Teller,
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.voice.stop.store(true, Ordering::Relaxed);
        self.camera.stop.store(true, Ordering::Relaxed);
    }
}

impl Trial {
    /// Opens the microphone. The camera waits until it is switched on.
    ///
    /// # Errors
    /// When there is no thread or no codec; what a device refuses comes as an event.
    pub fn start(microphone: Microphone, camera: Camera) -> Result<(Self, Events), Error> {
        let (teller, events) = Teller::new();
        let (voice, seen) = (Shared::new(), picture::Shared::new());
        seen.bitrate.store(BITRATE, Ordering::Relaxed);
        let (microphones, new_microphones) = mpsc::channel();
        let (cameras, new_cameras) = mpsc::channel();
        let trial = Self { voice: voice.clone(), camera: seen.clone(), microphones, cameras, teller: teller.clone() };
        // Nothing is sent: what a call would send is dropped. No echo is looked for either.
        let (packets, mut unsent) = queue::channel(1);
        let (_, echoes) = mpsc::channel();
        microphone::start(microphone, new_microphones, echoes, packets, voice.clone(), teller.clone())?;
        let (frames, mut unseen) = queue::channel(1);
        eye::start(Picture::Camera, Choice::Camera(camera), new_cameras, frames, seen, teller.clone())?;
        tokio::spawn(async move { while unsent.recv().await.is_some() {} });
        tokio::spawn(async move { while unseen.recv().await.is_some() {} });
        tokio::spawn(async move {
            while !voice.stop.load(Ordering::Relaxed) {
                tokio::time::sleep(TICK).await;
                teller.tell(Event::Levels { local: voice.local_level.get(), remote: 0.0 });
            }
        });
        Ok((trial, events))
    }

    /// Listens with another microphone.
    pub fn use_microphone(&self, choice: Microphone) {
        // The thread ends only with the trial.
        let _ = self.microphones.send(choice);
    }

    /// Looks through another camera.
    pub fn use_camera(&self, choice: Camera) {
        let _ = self.cameras.send(Choice::Camera(choice));
    }

    /// Whether the camera looks.
    pub fn camera(&self, on: bool) {
        self.camera.on.store(on, Ordering::Relaxed);
    }

    /// Asks for an own picture that stands by itself.
    pub fn need_own_key_frame(&self) {
        self.camera.key.store(true, Ordering::Relaxed);
    }

    /// Plays two soft notes through a speaker.
    ///
    /// # Errors
    /// When there is no thread; what the speaker refuses comes as an event.
    pub fn play(&self, speaker: Speaker) -> Result<(), Error> {
        let (teller, heard) = (self.teller.clone(), self.voice.heard.clone());
        thread::Builder::new().name("sotto-chime".to_owned()).spawn(move || {
            let played = open_sink(&speaker, &heard).and_then(|mut sink| {
                for at in 0..NOTES.0.len() * NOTES.1 {
                    sink.play(&chime(at))?;
                }
                Ok(())
            });
            teller.tell(Event::Device { kind: Kind::Speaker, problem: played.err() });
        })?;
        Ok(())
    }
}

/// The sound's frame of 10 ms of this number.
fn chime(at: usize) -> [f32; SAMPLES] {
    let ([first, second], length) = NOTES;
    let (pitch, step) = if at < length { (first, at) } else { (second, at - length) };
    std::array::from_fn(|index| {
        let t = (step * SAMPLES + index) as f32 / RATE as f32;
        let loudness = 0.25 * (t / 0.02).min(1.0) * (-4.0 * t).exp();
        loudness * (TAU * pitch * t).sin()
    })
}
