//! What one connection has been given of a mailbox, and where the rest comes from.

use std::collections::VecDeque;

use sotto_wire::{Timestamp, limits::IN_FLIGHT};

use super::{Held, Place, QUEUE, QUEUE_BYTES};
use crate::relay::ConnectionId;

/// How long an `Ack` is awaited before the row is written, at least.
const PATIENCE_MIN: u64 = 50;
/// And at most.
const PATIENCE_MAX: u64 = 150;
/// Rows are read when at most so many are unacknowledged, so that they come in batches.
const LOW_WATER: usize = IN_FLIGHT / 2;

/// The live half of a mailbox.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) connection: ConnectionId,
    /// The last number given to this connection.
    delivered: u64,
    /// Given and not acknowledged, oldest first.
    pub(super) in_flight: VecDeque<InFlight>,
    /// In memory and not yet given; every number here is higher than those on [`Self::disk`].
    pub(super) queue: VecDeque<Held>,
    pub(super) queue_bytes: usize,
    /// What must be read from the disk before the queue may go on.
    pub(super) disk: Option<Disk>,
    /// Rows could not be read: not again before this.
    pub(super) retry_at: Option<Timestamp>,
    /// Usual time from `Deliver` to `Ack`.
    round_trip: Option<u64>,
}

/// A message given to the connection.
#[derive(Debug)]
pub(super) struct InFlight {
    pub(super) seq: u64,
    pub(super) delivered_at: Timestamp,
    pub(super) bytes: usize,
    /// `None` if it came from the disk.
    pub(super) held: Option<Held>,
}

/// There are rows on the disk that this connection has not been given.
#[derive(Debug)]
pub(super) struct Disk {
    /// Where the queue takes over; `None` while new messages go to the disk too.
    until: Option<u64>,
    /// There may be rows to read now.
    pub(super) more: bool,
    pub(super) loading: Option<Loading>,
}

/// A read on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loading {
    /// Every row that there will be was there when the read began.
    complete: bool,
    /// Highest number given to the writer by then.
    submitted: u64,
}

impl Disk {
    /// A read may be under way from before.
    pub(super) const fn behind(loading: Option<Loading>) -> Self {
        Self { until: None, more: true, loading }
    }
}

impl Reader {
    /// Begins with what the disk has after this number.
    pub(super) fn new(connection: ConnectionId, after: u64) -> Self {
        Self {
            connection,
            delivered: after,
            in_flight: VecDeque::new(),
            queue: VecDeque::new(),
            queue_bytes: 0,
            disk: Some(Disk::behind(None)),
            retry_at: None,
            round_trip: None,
        }
    }

    /// New messages wait in memory, not on the disk.
    pub(super) fn takes_from_memory(&self) -> bool {
        self.disk.as_ref().is_none_or(|d| d.until.is_some())
    }

    pub(super) fn has_room(&mut self, bytes: usize) -> bool {
        let fits = self.queue.len() < QUEUE && self.queue_bytes + bytes <= QUEUE_BYTES;
        if fits {
            self.queue_bytes += bytes;
        }
        fits
    }

    /// How long to wait for an `Ack` before writing: twice the usual round trip, within bounds.
    pub(super) fn patience(&self) -> u64 {
        self.round_trip.map_or(PATIENCE_MAX, |r| (2 * r).clamp(PATIENCE_MIN, PATIENCE_MAX))
    }

    pub(super) fn deliver(&mut self, message: InFlight) {
        self.delivered = message.seq;
        self.in_flight.push_back(message);
    }

    /// Only what this connection was given counts, whatever the number.
    pub(super) fn acknowledge(&mut self, up_to: u64, now: Timestamp) -> Vec<InFlight> {
        let count = self.in_flight.partition_point(|f| f.seq <= up_to);
        let done: Vec<_> = self.in_flight.drain(..count).collect();
        if let Some(last) = done.last() {
            let sample = now.saturating_sub(last.delivered_at);
            self.round_trip = Some(self.round_trip.map_or(sample, |r| (7 * r + sample) / 8));
        }
        done
    }

    /// A message is only in memory because the disk did not take it; what came after it must not be written.
    pub(super) fn is_torn(&self) -> bool {
        self.held().any(|held| held.place == Place::Unwritable)
    }

    /// Messages in memory, in order.
    pub(super) fn held(&self) -> impl Iterator<Item = &Held> {
        self.in_flight.iter().filter_map(|f| f.held.as_ref()).chain(&self.queue)
    }

    pub(super) fn held_mut(&mut self) -> impl Iterator<Item = &mut Held> {
        self.in_flight.iter_mut().filter_map(|f| f.held.as_mut()).chain(&mut self.queue)
    }

    pub(super) fn find(&mut self, seq: u64) -> Option<&mut Held> {
        self.held_mut().find(|h| h.seq == seq)
    }

    /// When something is to be done without anything happening.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let row = self.held().find(|h| h.place != Place::Disk).filter(|h| h.place == Place::Memory).map(|h| h.due);
        row.into_iter().chain(self.retry_at).min()
    }

    /// Which rows to read now, if any: after, up to, how many.
    pub(super) fn load(&mut self, submitted: u64, settled: u64) -> Option<(u64, u64, usize)> {
        let disk = self.disk.as_mut()?;
        if !disk.more || disk.loading.is_some() || self.retry_at.is_some() || self.in_flight.len() > LOW_WATER {
            return None;
        }
        let up_to = disk.until.unwrap_or(u64::MAX);
        disk.more = false;
        disk.loading = Some(Loading { complete: settled >= up_to.min(submitted), submitted });
        // SQLite counts in signed numbers.
        Some((self.delivered, up_to.min(i64::MAX as u64), IN_FLIGHT - self.in_flight.len()))
    }

    /// A read has ended. `last` is the highest number given to a message so far.
    pub(super) fn rows_read(&mut self, full: bool, last: u64, submitted: u64) {
        let Some(disk) = &mut self.disk else { return };
        let Some(read) = disk.loading.take() else { return };
        if full {
            disk.more = true;
            return;
        }
        match disk.until {
            Some(_) if read.complete => self.disk = None,
            Some(_) => {}
            None if read.complete && read.submitted == submitted => self.disk = None,
            None => {
                disk.until = Some(last);
                disk.more = true;
            }
        }
    }
}
