//! The others' pictures: from packets to frames that are opened, for the window.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use crate::call::seeing::{AGAIN, STEP, ask_for_key};
use crate::event::{Event, Frame, Picture, Teller};
use crate::keys::{GroupKeys, SenderId, mark};
use crate::picture::assembly::{Assembly, Whole};
use crate::picture::codec::vp8_key;

/// What the tracks share with the call.
#[derive(Debug, Default)]
pub(super) struct Sights {
    pub(super) others: AtomicUsize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whose next frame must stand by itself.
    wanted: BTreeSet<SenderId>,
    /// Frames that arrived whole and were opened.
    received: BTreeMap<SenderId, u64>,
}

impl Sights {
    pub(super) fn want(&self, sender: SenderId) {
        self.lock().wanted.insert(sender);
    }

    pub(super) fn forget(&self, sender: SenderId) {
        let mut inner = self.lock();
        inner.wanted.remove(&sender);
        inner.received.remove(&sender);
    }

    pub(super) fn received(&self) -> BTreeMap<SenderId, u64> {
        self.lock().received.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes one track's packets until it ends.
pub(super) async fn see(track: Arc<dyn TrackRemote>, keys: GroupKeys, sights: Arc<Sights>, teller: Teller) {
    let assembly = Assembly::closed();
    let mut eye = Eye { assembly, lost: true, asked: None, sender: None, keys, sights, teller };
    loop {
        match tokio::time::timeout(STEP, track.poll()).await {
            Ok(None | Some(TrackRemoteEvent::OnEnded)) => return,
            Ok(Some(TrackRemoteEvent::OnRtpPacket(packet))) => {
                let header = &packet.header;
                eye.assembly.put(header.sequence_number, header.timestamp, header.marker, &packet.payload);
                eye.tell();
                if eye.needs_key() {
                    eye.ask(&track, packet.header.ssrc).await;
                }
            }
            Ok(Some(_)) => {}
            Err(_) => eye.tell(),
        }
    }
}

struct Eye {
    assembly: Assembly,
    /// A frame was not told, so those after it show nothing until the next key frame.
    lost: bool,
    asked: Option<Instant>,
    /// Who sends on this track, as their frames have shown.
    sender: Option<SenderId>,
    keys: GroupKeys,
    sights: Arc<Sights>,
    teller: Teller,
}

impl Eye {
    fn tell(&mut self) {
        let before = self.assembly.dropped;
        while let Some(whole) = self.assembly.take(Instant::now()) {
            self.show(&whole);
        }
        self.lost |= self.assembly.dropped > before;
    }

    fn show(&mut self, whole: &Whole) {
        let opened = self.keys.open(&whole.data);
        let Ok((sender, what, data)) = opened else {
            self.lost = true;
            return;
        };
        if what & !mark::KEY != mark::PICTURE {
            return;
        }
        self.sender = Some(sender);
        *self.sights.lock().received.entry(sender).or_default() += 1;
        let size = vp8_key(&data);
        if self.lost && size.is_none() {
            return;
        }
        let (width, height) = size.unwrap_or_default();
        let timestamp_us = u64::from(whole.at) * 100 / 9;
        let frame = Frame { picture: Picture::Camera, key: size.is_some(), timestamp_us, width, height, data };
        self.lost = !self.teller.tell(Event::FrameOf(sender, frame));
    }

    fn needs_key(&mut self) -> bool {
        if self.asked.is_some_and(|asked| asked.elapsed() <= AGAIN) {
            return false;
        }
        let wanted = self.sender.is_some_and(|sender| self.sights.lock().wanted.remove(&sender));
        self.assembly.stuck() || self.lost || wanted
    }

    async fn ask(&mut self, track: &Arc<dyn TrackRemote>, ssrc: u32) {
        self.asked = Some(Instant::now());
        ask_for_key(track, ssrc).await;
    }
}

/// What the own picture may take when so many others get it: who looks at them all has one line for all of them.
pub(super) fn bitrate(target: u64, voice: u64, others: &AtomicUsize) -> u64 {
    let others = others.load(Ordering::Relaxed).max(1) as u64;
    let share = (2_400_000 / others).clamp(100_000, 1_200_000);
    target.saturating_sub(voice).min(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_there_are_the_smaller_are_their_pictures() {
        let share = |others| bitrate(3_000_000, 48_000, &AtomicUsize::new(others));
        assert_eq!([0, 1, 2, 7, 15].map(share), [1_200_000, 1_200_000, 1_200_000, 342_857, 160_000]);
        assert_eq!(bitrate(60_000, 48_000, &AtomicUsize::new(2)), 12_000, "sound comes first");
    }
}
