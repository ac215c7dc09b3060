//! The thread that sees: a camera or a screen, made as small as the network needs, encoded, and handed over. While
//! the picture is off it sleeps and holds no device.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc as queue;

use super::Shared;
use super::codec::{Encoded, I420, VideoCodec};
use super::ladder::{Rung, fit, rung};
use super::source::{Choice, PictureSource, open};
use super::vpx::Vp8;
use crate::event::{Event, Frame, Picture, Teller};
use crate::voice::microphone::AGAIN;
use crate::{DeviceProblem, Error};

/// How often a sleeping eye looks whether it is wanted.
const SLEEP: Duration = Duration::from_millis(50);

/// A frame on its way to the network.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) encoded: Encoded,
    pub(crate) at: Instant,
}

/// Starts a picture's thread.
pub(crate) fn start(
    picture: Picture,
    choice: Choice,
    changes: mpsc::Receiver<Choice>,
    frames: queue::Sender<Outgoing>,
    shared: Arc<Shared>,
    teller: Teller,
) -> Result<(), Error> {
    let name = if picture == Picture::Camera { "sotto-camera" } else { "sotto-screen" };
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        let mut eye = Eye {
            picture,
            choice,
            source: None,
            failed: None,
            codec: Vp8::default(),
            last: None,
            began: Instant::now(),
            frames,
            shared,
            teller,
        };
        eye.run(&changes);
    })?;
    Ok(())
}

struct Eye {
    picture: Picture,
    choice: Choice,
    source: Option<Box<dyn PictureSource>>,
    failed: Option<Instant>,
    codec: Vp8,
    last: Option<Instant>,
    began: Instant,
    frames: queue::Sender<Outgoing>,
    shared: Arc<Shared>,
    teller: Teller,
}

impl Eye {
    fn run(&mut self, changes: &mpsc::Receiver<Choice>) {
        while !self.shared.stop.load(Ordering::Relaxed) && !self.frames.is_closed() {
            let idle = !self.shared.on.load(Ordering::Relaxed) || !self.ready();
            match changes.recv_timeout(if idle { SLEEP } else { Duration::ZERO }) {
                Ok(choice) => {
                    self.choice = choice;
                    (self.source, self.failed) = (None, None);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if idle {
                if !self.shared.on.load(Ordering::Relaxed) {
                    // What failed is tried again, and told again, when it is wanted again.
                    (self.source, self.last, self.failed) = (None, None, None);
                }
                continue;
            }
            match self.source.as_mut().map(|source| source.look()) {
                Some(Ok(picture)) => self.send(&picture),
                Some(Err(problem)) => self.fail(problem),
                None => {}
            }
        }
    }

    /// Opens the device if need be. False while it does not serve.
    fn ready(&mut self) -> bool {
        if self.source.is_some() {
            return true;
        }
        if self.failed.is_some_and(|since| since.elapsed() < AGAIN) {
            return false;
        }
        match open(&self.choice) {
            Ok(source) => {
                self.source = Some(source);
                self.shared.key.store(true, Ordering::Relaxed);
                if self.failed.take().is_some() {
                    self.teller.tell(Event::Device { kind: self.picture.kind(), problem: None });
                }
                true
            }
            Err(problem) => {
                self.fail(problem);
                false
            }
        }
    }

    fn fail(&mut self, problem: DeviceProblem) {
        self.source = None;
        if self.failed.replace(Instant::now()).is_none() {
            self.teller.tell(Event::Device { kind: self.picture.kind(), problem: Some(problem) });
        }
    }

    /// Shows this person to themselves.
    fn mirror(&self, encoded: &Encoded, now: Instant, (width, height): (u32, u32)) {
        if self.picture != Picture::Camera {
            return;
        }
        let size = if encoded.key { (width, height) } else { (0, 0) };
        let timestamp_us = u64::try_from(now.duration_since(self.began).as_micros()).unwrap_or(u64::MAX);
        let data = encoded.data.clone();
        let frame =
            Frame { picture: Picture::Camera, key: encoded.key, timestamp_us, width: size.0, height: size.1, data };
        if !self.teller.tell(Event::Own(frame)) {
            self.shared.key.store(true, Ordering::Relaxed);
        }
    }

    fn send(&mut self, picture: &I420) {
        let bitrate = self.shared.bitrate.load(Ordering::Relaxed);
        let Some(rung) = rung(matches!(self.choice, Choice::Screen(_)), bitrate) else { return };
        let now = Instant::now();
        if self.last.is_some_and(|last| now - last < spacing(rung)) {
            return;
        }
        // Before encoding: a frame that was encoded and then left out would be missing in those after it.
        if self.frames.capacity() == 0 {
            self.shared.skipped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.last = Some(now);
        let (width, height) = fit(rung, picture.width, picture.height);
        let small = (width, height) != (picture.width, picture.height);
        let scaled = small.then(|| picture.scaled(width, height));
        let key = self.shared.key.swap(false, Ordering::Relaxed);
        let bits = u32::try_from(bitrate).unwrap_or(u32::MAX);
        match self.codec.encode(scaled.as_ref().unwrap_or(picture), key, bits, rung.fps) {
            Ok(Some(encoded)) => {
                self.mirror(&encoded, now, (width, height));
                if self.frames.try_send(Outgoing { encoded, at: now }).is_ok() {
                    self.shared.sent.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(None) => {
                self.shared.skipped.fetch_add(1, Ordering::Relaxed);
                if key {
                    self.shared.key.store(true, Ordering::Relaxed);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a frame was not encoded");
                self.codec = Vp8::default();
            }
        }
    }
}

/// The least time between two frames: a little less than the rate says, for sources that are not exact.
fn spacing(rung: Rung) -> Duration {
    Duration::from_micros(850_000 / u64::from(rung.fps.max(1)))
}
