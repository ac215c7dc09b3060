//! What the network says back: requests for key frames, and what it is thought to carry.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rtc::interceptor::{
    Attribute, BandwidthEstimator, EstimatorStats, Gcc, Interceptor, Packet, PacketReport, StreamInfo, TaggedPacket,
};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

use super::losses::{Losses, Step};

/// Bits per second at the start, at least, and at most.
const RATES: (f64, f64, f64) = (400_000.0, 50_000.0, 3_000_000.0);

/// Nothing is held back inside the connection, where sound would wait behind pictures: those are spread out where they
/// are sent.
const UNPACED: f64 = 100_000_000.0;
/// By how much the shortest time is forgotten with each report, in milliseconds.
const FORGET: f64 = 0.2;

/// What the network carries, by how long packets take (Google's congestion control) and by what is lost, for others
/// to read.
pub(crate) struct Estimator {
    delay: Gcc,
    loss: Losses,
    queue: Queue,
    target: Arc<AtomicU64>,
}

/// How long packets wait on their way, beyond the shortest that any took.
struct Queue {
    began: Instant,
    shortest: f64,
}

impl Queue {
    /// In milliseconds, of the packet of these reports that waited least; without end if none arrived.
    fn waited(&mut self, reports: &[PacketReport]) -> f64 {
        let took = |report: &PacketReport| {
            let left = report.departure.saturating_duration_since(self.began).as_secs_f64();
            report.arrival.map(|arrival| 1000.0 * (arrival.as_secs_f64() - left))
        };
        let Some(least) = reports.iter().filter_map(took).reduce(f64::min) else { return f64::INFINITY };
        // Two clocks never go alike, and another path may be longer: what was shortest once does not count for ever.
        self.shortest = (self.shortest + FORGET).min(least);
        least - self.shortest
    }
}

impl Estimator {
    pub(crate) fn new(target: Arc<AtomicU64>) -> Self {
        let (start, least, most) = RATES;
        target.store(start as u64, Ordering::Relaxed);
        let queue = Queue { began: Instant::now(), shortest: f64::MAX };
        Self { delay: Gcc::new(start, least, most), loss: Losses::new(start, least, most), queue, target }
    }

    fn estimate(&self) -> f64 {
        self.delay.delay_based_bitrate().min(self.loss.target()).max(RATES.1)
    }

    fn publish(&self) {
        self.target.store(self.estimate() as u64, Ordering::Relaxed);
    }
}

impl BandwidthEstimator for Estimator {
    fn on_reports(&mut self, now: Instant, reports: &[PacketReport]) {
        self.delay.on_reports(now, reports);
        let waited = self.queue.waited(reports);
        let arrived = || reports.iter().filter(|report| report.arrived);
        let bytes = arrived().map(|report| report.size).sum();
        self.loss.count(now, Step { lost: reports.len() - arrived().count(), total: reports.len(), bytes, waited });
        self.publish();
    }

    /// How fast packets may leave the connection.
    fn target_bitrate(&self) -> f64 {
        UNPACED
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.delay.handle_timeout(now);
        self.publish();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.delay.poll_timeout()
    }

    fn stats(&self) -> EstimatorStats {
        self.delay.stats()
    }
}

/// Lets requests for key frames through to the tracks. Other feedback ends with those whom it is for.
#[derive(Default)]
pub(crate) struct Requests {
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

fn is_request(packet: &dyn rtc::rtcp::Packet) -> bool {
    let packet = packet.as_any();
    packet.is::<PictureLossIndication>() || packet.is::<FullIntraRequest>()
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Requests {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut packet: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(parts) = &packet.message.packet {
            let requests: Vec<_> = parts.iter().filter(|part| is_request(&***part)).cloned().collect();
            if requests.is_empty() {
                return Ok(());
            }
            packet.message.packet = Packet::Rtcp(requests);
            packet.message.add(Attribute::DeliverToApplication);
        }
        self.reads.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for Requests {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}
