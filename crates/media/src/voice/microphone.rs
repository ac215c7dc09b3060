//! The thread that listens: microphone, processing, Opus, and a bounded queue to the network.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc as queue;

use super::Shared;
use super::opus::{PACKET, Packer};
use super::processing::Processing;
use super::source::{SAMPLES, Silence, VoiceFrame, VoiceSource, level, open_source};
use crate::event::{Event, Kind, Teller};
use crate::{DeviceProblem, Error, Microphone};

/// A device that failed is tried again after this time.
pub(crate) const AGAIN: Duration = Duration::from_secs(2);

/// Sound on its way to the network.
#[derive(Debug)]
pub(crate) struct Packet {
    /// In samples since the call began.
    pub(crate) at: u32,
    pub(crate) data: Bytes,
}

/// Starts listening. `played` brings what the speaker plays.
pub(crate) fn start(
    choice: Microphone,
    changes: mpsc::Receiver<Microphone>,
    played: mpsc::Receiver<VoiceFrame>,
    packets: queue::Sender<Packet>,
    shared: Arc<Shared>,
    teller: Teller,
) -> Result<(), Error> {
    let packer = Packer::new()?;
    thread::Builder::new().name("sotto-listen".to_owned()).spawn(move || {
        let mut ear = Ear { device: Device::new(choice, teller), packer, packets, shared, at: 0 };
        ear.run(&changes, &played);
    })?;
    Ok(())
}

struct Ear {
    device: Device,
    packer: Packer,
    packets: queue::Sender<Packet>,
    shared: Arc<Shared>,
    at: u32,
}

impl Ear {
    fn run(&mut self, changes: &mpsc::Receiver<Microphone>, played: &mpsc::Receiver<VoiceFrame>) {
        let mut processing = Processing::new();
        let mut sound = [0.0; PACKET];
        let mut frame = [0.0; SAMPLES];
        while !self.shared.stop.load(Ordering::Relaxed) && !self.packets.is_closed() {
            for half in sound.as_chunks_mut::<SAMPLES>().0 {
                if let Some(choice) = changes.try_iter().last() {
                    self.device.change(choice);
                }
                self.device.record(&mut frame);
                played.try_iter().for_each(|frame| processing.played(&frame));
                processing.clean(&mut frame);
                if self.shared.muted.load(Ordering::Relaxed) {
                    frame.fill(0.0);
                }
                self.shared.local_level.set(level(&frame));
                half.copy_from_slice(&frame);
            }
            self.send(&sound);
        }
    }

    fn send(&mut self, sound: &[f32]) {
        let at = self.at;
        self.at = self.at.wrapping_add(PACKET as u32);
        let loss = self.shared.loss.get();
        if let Err(error) = self.packer.expect_loss(loss) {
            tracing::debug!(%error, "the encoder keeps what it expected");
        }
        match self.packer.pack(sound) {
            Ok(Some(data)) => {
                let packet = Packet { at, data: Bytes::copy_from_slice(data) };
                let counter = match self.packets.try_send(packet) {
                    Ok(()) => &self.shared.sent,
                    Err(_) => &self.shared.dropped,
                };
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "20 ms of sound were not packed"),
        }
    }
}

/// The microphone in use, with silence in its place while it fails.
struct Device {
    choice: Microphone,
    source: Box<dyn VoiceSource>,
    failed: Option<Instant>,
    teller: Teller,
}

impl Device {
    fn new(choice: Microphone, teller: Teller) -> Self {
        let mut device = Self { choice, source: Box::new(Silence::default()), failed: None, teller };
        device.open();
        device
    }

    fn change(&mut self, choice: Microphone) {
        self.choice = choice;
        self.open();
    }

    fn open(&mut self) {
        // Closed first: many devices let nobody in twice.
        self.source = Box::new(Silence::default());
        match open_source(&self.choice) {
            Ok(source) => {
                self.source = source;
                if self.failed.take().is_some() {
                    self.teller.tell(Event::Device { kind: Kind::Microphone, problem: None });
                }
            }
            Err(problem) => self.fail(problem),
        }
    }

    fn fail(&mut self, problem: DeviceProblem) {
        self.source = Box::new(Silence::default());
        if self.failed.replace(Instant::now()).is_none() {
            self.teller.tell(Event::Device { kind: Kind::Microphone, problem: Some(problem) });
        }
    }

    fn record(&mut self, frame: &mut VoiceFrame) {
        if self.failed.is_some_and(|since| since.elapsed() > AGAIN) {
            self.open();
        }
        if let Err(problem) = self.source.record(frame) {
            self.fail(problem);
            frame.fill(0.0);
        }
    }
}
