//! The numbers of a call, gathered once a second.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Instant;

use webrtc::peer_connection::{RTCIceCandidateType, RTCStatsReport, RTCStatsReportEntry, StatsSelector};

use crate::event::{Event, Quality, Statistics, Teller};
use crate::voice::Shared;

use super::connection::Connection;
use super::watch::Pictures;

/// What the numbers are compared with.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// The path in use has been told.
    pub(crate) connected: bool,
    quality: Option<Quality>,
    before: Option<Statistics>,
}

impl Numbers {
    pub(crate) async fn count(
        &mut self,
        connection: &Connection,
        voice: &Shared,
        pictures: &Pictures,
        teller: &Teller,
        connected: bool,
    ) {
        if !connected {
            return;
        }
        let report = connection.peer.get_stats(Instant::now(), StatsSelector::None).await;
        let mut numbers = voice_numbers(voice);
        picture_numbers(pictures, &mut numbers);
        numbers.target_bitrate = connection.target.load(Ordering::Relaxed);
        let Some(relayed) = read(&report, &mut numbers) else { return };
        if !self.connected {
            self.connected = true;
            teller.tell(Event::Connected { relayed: relayed || connection.relay_only });
        }
        voice.loss.set(numbers.loss);
        numbers.events_dropped = teller.dropped();
        let quality = self.judge(&numbers);
        if self.quality.replace(quality) != Some(quality) {
            teller.tell(Event::Quality(quality));
        }
        self.before = Some(numbers.clone());
        teller.tell(Event::Statistics(Box::new(numbers)));
    }

    /// By what was lost and made up in the last second, and by the time to the other side and back.
    fn judge(&self, now: &Statistics) -> Quality {
        let Some(before) = &self.before else { return Quality::Good };
        let played = now.voice_played_ms.saturating_sub(before.voice_played_ms).max(1) as f32;
        let concealed = now.voice_concealed_ms.saturating_sub(before.voice_concealed_ms) as f32 / played;
        let worst = concealed.max(now.loss);
        match now.round_trip_ms {
            _ if worst > 0.10 => Quality::Poor,
            trip if trip > 800 => Quality::Poor,
            _ if worst > 0.02 => Quality::Fair,
            trip if trip > 300 => Quality::Fair,
            _ => Quality::Good,
        }
    }
}

fn voice_numbers(voice: &Shared) -> Statistics {
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    Statistics {
        voice_packets_sent: count(&voice.sent),
        voice_packets_received: count(&voice.received),
        voice_packets_lost: count(&voice.lost),
        voice_packets_rebuilt: count(&voice.rebuilt),
        voice_played_ms: count(&voice.played_ms),
        voice_concealed_ms: count(&voice.concealed_ms),
        voice_dropped: count(&voice.dropped),
        jitter_buffer_ms: voice.jitter_ms.load(Ordering::Relaxed),
        heard: *voice.heard.lock().unwrap_or_else(PoisonError::into_inner),
        ..Statistics::default()
    }
}

fn picture_numbers(pictures: &Pictures, numbers: &mut Statistics) {
    for picture in pictures.each() {
        numbers.frames_sent += picture.sent.load(Ordering::Relaxed);
        numbers.frames_skipped += picture.skipped.load(Ordering::Relaxed);
    }
    let seen = &pictures.seen;
    numbers.frames_received = seen.received.load(Ordering::Relaxed);
    numbers.frames_dropped = seen.dropped.load(Ordering::Relaxed);
    numbers.freezes = seen.freezes.load(Ordering::Relaxed);
    numbers.key_frames_asked = seen.asked.load(Ordering::Relaxed);
}

/// Adds what the connection knows. Whether the path goes through a relay; `None` while there is no path.
fn read(report: &RTCStatsReport, numbers: &mut Statistics) -> Option<bool> {
    let pair = report.candidate_pairs().find(|pair| pair.nominated)?;
    numbers.round_trip_ms = (pair.current_round_trip_time * 1000.0) as u32;
    numbers.bytes_sent = pair.bytes_sent;
    numbers.bytes_received = pair.bytes_received;
    let mut relayed = false;
    for entry in report.iter() {
        match entry {
            RTCStatsReportEntry::RemoteInboundRtp(remote) => {
                numbers.loss = numbers.loss.max(remote.fraction_lost as f32);
            }
            RTCStatsReportEntry::LocalCandidate(candidate) | RTCStatsReportEntry::RemoteCandidate(candidate)
                // The report puts the kind of an entry before the name by which a pair calls its candidates.
                if [&pair.local_candidate_id, &pair.remote_candidate_id].iter().any(|id| candidate.stats.id.ends_with(*id)) =>
            {
                relayed |= candidate.candidate_type == RTCIceCandidateType::Relay;
            }
            _ => {}
        }
    }
    Some(relayed)
}
