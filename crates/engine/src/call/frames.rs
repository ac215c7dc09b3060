//! Pictures on their way to a window: few wait, and what is late is left out and counted.

use std::collections::BTreeMap;

use bytes::Bytes;
use sotto_media::Frame;
use tokio::sync::mpsc;

use crate::view::CallPicture;

/// Pictures that a window may have without having drawn them: one it works on and one that waits.
const AT_WINDOW: u32 = 2;

/// An encoded picture (VP8) for a window.
#[derive(Debug, Clone)]
pub struct CallFrame<P = CallPicture> {
    /// Which: in a call of two one of the three, in a call of a group whose.
    pub picture: P,
    /// It can be decoded without those before it.
    pub key: bool,
    /// On the sender's clock, in microseconds.
    pub timestamp_us: u64,
    /// The VP8 frame.
    pub data: Bytes,
}

/// What a window says of the oldest picture it was sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameOut<P = CallPicture> {
    /// Which.
    pub(crate) picture: P,
    /// It could not be decoded: only a whole picture helps.
    pub(crate) broken: bool,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Frames<P> {
    window: Option<mpsc::UnboundedSender<CallFrame<P>>>,
    ways: BTreeMap<P, Way>,
    dropped: u64,
}

impl<P> Default for Frames<P> {
    fn default() -> Self {
        Self { window: None, ways: BTreeMap::new(), dropped: 0 }
    }
}

/// One of the pictures.
#[derive(Debug, Default)]
struct Way {
    at_window: u32,
    /// One was left out: those after it show nothing until a whole one comes.
    broken: bool,
    /// A whole one has to be asked for.
    wanted: bool,
}

impl<P: Copy + Ord> Frames<P> {
    /// A window draws from now on, in place of another.
    pub(crate) fn open(&mut self, window: mpsc::UnboundedSender<CallFrame<P>>, pictures: impl IntoIterator<Item = P>) {
        self.window = Some(window);
        let fresh = |picture| (picture, Way { at_window: 0, broken: true, wanted: true });
        self.ways = pictures.into_iter().map(fresh).collect();
    }

    /// Some are gone with those who sent them.
    pub(crate) fn retain(&mut self, stays: impl Fn(&P) -> bool) {
        self.ways.retain(|picture, _| stays(picture));
    }

    /// The call is over.
    pub(crate) fn close_call(&mut self) {
        self.dropped = 0;
        for way in self.ways.values_mut() {
            *way = Way { at_window: 0, broken: true, wanted: false };
        }
    }

    /// A picture came.
    pub(crate) fn take(&mut self, picture: P, frame: Frame) {
        let Some(window) = &self.window else { return };
        let way = self.ways.entry(picture).or_default();
        let late = way.at_window >= AT_WINDOW;
        if late || (way.broken && !frame.key) {
            self.dropped += 1;
            // While the window is behind, a whole one would only be late too.
            way.wanted |= !late;
            way.broken = true;
            return;
        }
        way.broken = false;
        way.at_window += 1;
        let frame = CallFrame { picture, key: frame.key, timestamp_us: frame.timestamp_us, data: frame.data };
        if window.send(frame).is_err() {
            self.window = None;
        }
    }

    pub(crate) fn drawn(&mut self, drawn: FrameOut<P>) {
        let way = self.ways.entry(drawn.picture).or_default();
        way.at_window = way.at_window.saturating_sub(1);
        if drawn.broken {
            // What the window had besides it is lost with its decoder.
            *way = Way { at_window: 0, broken: true, wanted: true };
        }
        way.wanted |= way.broken;
    }

    /// The pictures of which a whole one has to be asked for; each is told once.
    pub(crate) fn wanted(&mut self) -> Vec<P> {
        let asked = |(picture, way): (&P, &mut Way)| std::mem::take(&mut way.wanted).then_some(*picture);
        self.ways.iter_mut().filter_map(asked).collect()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(key: bool) -> Frame {
        Frame { picture: sotto_media::Picture::Camera, key, timestamp_us: 0, width: 0, height: 0, data: Bytes::new() }
    }

    #[test]
    fn a_slow_window_gets_whole_pictures_only_and_the_late_ones_are_counted() {
        let (sender, mut window) = mpsc::unbounded_channel();
        let mut frames = Frames::default();
        frames.open(sender, CallPicture::ALL);
        assert_eq!(frames.wanted(), CallPicture::ALL);
        for key in [false, true, false, false, false] {
            frames.take(CallPicture::Person, frame(key));
        }
        let shown: Vec<bool> = std::iter::from_fn(|| window.try_recv().ok()).map(|frame| frame.key).collect();
        assert_eq!((shown, frames.dropped()), (vec![true, false], 3), "one is drawn and one waits");
        assert_eq!(frames.wanted(), [CallPicture::Person]);
        frames.drawn(FrameOut { picture: CallPicture::Person, broken: false });
        frames.take(CallPicture::Person, frame(false));
        assert!(window.try_recv().is_err(), "it builds on one that was left out");
        frames.take(CallPicture::Person, frame(true));
        assert!(window.try_recv().is_ok());
        frames.take(CallPicture::Own, frame(true));
        assert!(window.try_recv().is_ok(), "each picture waits for itself");
    }
}
