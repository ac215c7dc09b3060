//! The other side's pictures: from packets to whole frames for the window.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use crate::event::{Event, Frame, Picture, Teller};
use crate::picture::Seen;
use crate::picture::assembly::{Assembly, Whole};

/// Between two requests for a key frame: less, and the answer to the first is still on its way.
pub(crate) const AGAIN: Duration = Duration::from_millis(400);
/// A picture that stands still for longer is frozen.
const FROZEN: Duration = Duration::from_millis(500);
/// After this a picture is off, not frozen.
const OFF: Duration = Duration::from_secs(5);
pub(crate) const STEP: Duration = Duration::from_millis(50);

/// Takes one picture's packets until its track ends.
pub(crate) async fn see(picture: Picture, track: Arc<dyn TrackRemote>, seen: Arc<Seen>, teller: Teller) {
    let mut eye = Eye { picture, assembly: Assembly::default(), lost: true, asked: None, last: None, seen, teller };
    loop {
        match tokio::time::timeout(STEP, track.poll()).await {
            Ok(None) => return,
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

/// Asks whoever sends a track for a frame that stands by itself.
pub(crate) async fn ask_for_key(track: &Arc<dyn TrackRemote>, ssrc: u32) {
    let request = PictureLossIndication { sender_ssrc: 0, media_ssrc: ssrc };
    if track.write_rtcp(vec![Box::new(request)]).await.is_err() {
        tracing::debug!("a key frame could not be asked for");
    }
}

struct Eye {
    picture: Picture,
    assembly: Assembly,
    /// A frame was not told, so those after it show nothing until the next key frame.
    lost: bool,
    asked: Option<Instant>,
    last: Option<Instant>,
    seen: Arc<Seen>,
    teller: Teller,
}

impl Eye {
    fn tell(&mut self) {
        let now = Instant::now();
        let before = self.assembly.dropped;
        while let Some(whole) = self.assembly.take(now) {
            self.seen.received.fetch_add(1, Ordering::Relaxed);
            if self.last.is_some_and(|last| (FROZEN..OFF).contains(&(now - last))) {
                self.seen.freezes.fetch_add(1, Ordering::Relaxed);
            }
            self.last = Some(now);
            self.show(whole);
        }
        self.seen.dropped.fetch_add(self.assembly.dropped - before, Ordering::Relaxed);
    }

    fn show(&mut self, whole: Whole) {
        if self.lost && whole.size.is_none() {
            self.seen.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let (width, height) = whole.size.unwrap_or_default();
        let frame = Frame {
            picture: self.picture,
            key: whole.size.is_some(),
            timestamp_us: u64::from(whole.at) * 100 / 9,
            width,
            height,
            data: whole.data,
        };
        self.lost = !self.teller.tell(Event::Frame(frame));
    }

    fn needs_key(&self) -> bool {
        let wanted = self.seen.wanted.load(Ordering::Relaxed);
        let waited = self.asked.is_none_or(|asked| asked.elapsed() > AGAIN);
        (self.assembly.stuck() || self.lost || wanted) && waited
    }

    async fn ask(&mut self, track: &Arc<dyn TrackRemote>, ssrc: u32) {
        self.seen.wanted.store(false, Ordering::Relaxed);
        self.asked = Some(Instant::now());
        self.seen.asked.fetch_add(1, Ordering::Relaxed);
        ask_for_key(track, ssrc).await;
    }
}
