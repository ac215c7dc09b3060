//! The thread that speaks: the jitter buffer, and the speaker, which sets the pace.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::Shared;
use super::jitter::{Arrived, Jitter};
use super::microphone::AGAIN;
use super::source::{SAMPLES, Silence, VoiceFrame, VoiceSink, level, open_sink};
use super::tone::Reading;
use crate::event::{Event, Kind, Teller};
use crate::{DeviceProblem, Error, Speaker};

/// Starts speaking. What is played goes to `played` too, for the echo.
pub(crate) fn start(
    choice: Speaker,
    changes: mpsc::Receiver<Speaker>,
    packets: mpsc::Receiver<Arrived>,
    played: mpsc::SyncSender<VoiceFrame>,
    shared: Arc<Shared>,
    teller: Teller,
) -> Result<(), Error> {
    let mut jitter = Jitter::new()?;
    thread::Builder::new().name("sotto-speak".to_owned()).spawn(move || {
        let mut device = Device::new(choice, shared.heard.clone(), teller);
        let mut frame = [0.0; SAMPLES];
        while !shared.stop.load(Ordering::Relaxed) {
            if let Some(choice) = changes.try_iter().last() {
                device.change(choice);
            }
            packets.try_iter().for_each(|packet| jitter.put(&packet, &shared));
            jitter.take(&mut frame, &shared);
            shared.remote_level.set(level(&frame));
            // Nobody listens for echoes while the microphone is being opened: those are not needed later.
            let _ = played.try_send(frame);
            device.play(&frame);
        }
    })?;
    Ok(())
}

/// The speaker in use, with nothing in its place while it fails.
pub(crate) struct Device {
    choice: Speaker,
    sink: Box<dyn VoiceSink>,
    failed: Option<Instant>,
    reading: Reading,
    teller: Teller,
}

impl Device {
    pub(crate) fn new(choice: Speaker, reading: Reading, teller: Teller) -> Self {
        let mut device = Self { choice, sink: Box::new(Silence::default()), failed: None, reading, teller };
        device.open();
        device
    }

    pub(crate) fn change(&mut self, choice: Speaker) {
        self.choice = choice;
        self.open();
    }

    fn open(&mut self) {
        self.sink = Box::new(Silence::default());
        match open_sink(&self.choice, &self.reading) {
            Ok(sink) => {
                self.sink = sink;
                if self.failed.take().is_some() {
                    self.teller.tell(Event::Device { kind: Kind::Speaker, problem: None });
                }
            }
            Err(problem) => self.fail(problem),
        }
    }

    fn fail(&mut self, problem: DeviceProblem) {
        self.sink = Box::new(Silence::default());
        if self.failed.replace(Instant::now()).is_none() {
            self.teller.tell(Event::Device { kind: Kind::Speaker, problem: Some(problem) });
        }
    }

    pub(crate) fn play(&mut self, frame: &VoiceFrame) {
        if self.failed.is_some_and(|since| since.elapsed() > AGAIN) {
            self.open();
        }
        if let Err(problem) = self.sink.play(frame) {
            self.fail(problem);
        }
    }
}
