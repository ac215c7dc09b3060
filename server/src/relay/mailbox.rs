//! One device's mailbox: what is on the disk, what is only in memory, and what its connection has been given.
//!
//! A message gets its number when it comes. If the device is connected and has been given everything
//! before, the message goes out at once and stays in memory; its row is written only if no `Ack` comes in
//! time, or when the connection ends. Otherwise the row is written at once and read back later.
//!
//! **Rows reach the disk in the order of their numbers.** Everything here leans on that: a reader never
//! sees a later row without the earlier ones, and `Ack` may delete by "up to". So while a message is only in memory
//! because the disk did not take it, nothing that came after it is written.

mod reader;

use std::collections::VecDeque;

use sotto_wire::{Deliver, Hash, SendId, Timestamp, limits::IN_FLIGHT};

use super::{ConnectionId, DeviceRecord, Limits, Row, RowsWanted, Volume};
use reader::{Disk, InFlight, Reader};

/// Numbers reserved at once. Few in tests, so that they come to the end of them.
const RESERVE: u64 = if cfg!(test) { 64 } else { 1_024 };
/// Messages held in memory for a connection that has its hands full.
const QUEUE: usize = if cfg!(test) { 40 } else { 256 };
/// Bytes of them.
const QUEUE_BYTES: usize = 2 << 20;

/// A mailbox that the core works with.
#[derive(Debug)]
pub(super) struct Mailbox {
    device: sotto_wire::DeviceId,
    /// The next message's number.
    next: u64,
    /// Numbers up to here are reserved on the disk.
    reserved: u64,
    reserving: bool,
    /// Everything not acknowledged, wherever it is.
    waiting: Volume,
    /// Highest number given to the writer.
    submitted: u64,
    /// Highest number of which the writer has said what became of it.
    settled: u64,
    acknowledged: u64,
    /// Rows of what is acknowledged are still on the disk: the next `Ack` takes them with it.
    undeleted: bool,
    reader: Option<Reader>,
    timer: Option<Timestamp>,
}

/// A message in memory.
#[derive(Debug)]
struct Held {
    seq: u64,
    at: Timestamp,
    send: SendId,
    sealed: Vec<u8>,
    shared: Option<Hash>,
    /// When its row is written unless it is acknowledged before.
    due: Timestamp,
    place: Place,
}

/// Where a message in memory is besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nowhere else.
    Memory,
    /// On its way to the disk, or there.
    Disk,
    /// The disk did not take it: only an `Ack` can save it.
    Unwritable,
}

/// What a mailbox wants done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    pub(super) deliver: Vec<Deliver>,
    /// Rows to write, each with the `Send` it belongs to.
    pub(super) rows: Vec<(SendId, Row)>,
    /// Copies that the device has on its own disk.
    pub(super) taken: Vec<SendId>,
    /// Copies that are nowhere any more.
    pub(super) lost: Vec<SendId>,
    pub(super) delete: Option<u64>,
    pub(super) reserve: Option<u64>,
    pub(super) load: Option<RowsWanted>,
}

impl Mailbox {
    pub(super) fn new(record: &DeviceRecord) -> Self {
        Self {
            device: record.device,
            next: record.reserved + 1,
            reserved: record.reserved,
            reserving: false,
            waiting: record.waiting,
            submitted: record.reserved,
            settled: record.reserved,
            acknowledged: 0,
            undeleted: false,
            reader: None,
            timer: None,
        }
    }

    pub(super) fn waiting(&self) -> Volume {
        self.waiting
    }

    pub(super) fn connection(&self) -> Option<ConnectionId> {
        self.reader.as_ref().map(|r| r.connection)
    }

    /// Nothing would be lost if this mailbox were forgotten and read again from the disk.
    pub(super) fn is_idle(&self) -> bool {
        self.reader.is_none() && self.settled == self.submitted && !self.reserving
    }

    pub(super) fn fits(&self, bytes: usize, limits: &Limits) -> bool {
        self.waiting.count < limits.mailbox_messages
            && self.waiting.bytes.saturating_add(bytes as u64) <= limits.mailbox_bytes
    }

    /// A new message, of which there is room.
    pub(super) fn put(
        &mut self,
        send: SendId,
        sealed: Vec<u8>,
        shared: Option<Hash>,
        now: Timestamp,
        wishes: &mut Wishes,
    ) {
        let seq = self.next;
        self.next += 1;
        self.waiting.add(sealed.len());
        self.reserve_ahead(wishes);
        let reserved = self.reserved;
        let mut held = Held { seq, at: now, send, sealed, shared, due: now, place: Place::Memory };
        // Before what is torn is given up below.
        let torn = self.reader.as_ref().is_some_and(Reader::is_torn);
        if let Some(reader) = &mut self.reader
            && reader.takes_from_memory()
        {
            if seq <= reserved && reader.has_room(held.sealed.len()) {
                held.due = now + reader.patience();
                reader.queue.push_back(held);
                self.advance(now, wishes);
                return;
            }
            self.fall_behind(wishes);
        }
        if torn {
            self.abandon([held], wishes);
            return;
        }
        let row = self.submit(&mut held);
        wishes.rows.push((send, row));
    }

    /// Messages in memory that the connection has not been given.
    pub(super) fn undelivered(&self) -> impl Iterator<Item = SendId> {
        self.reader.iter().flat_map(|reader| reader.queue.iter().map(|held| held.send))
    }

    /// Gives up messages that have not been delivered. Those on their way to the disk follow one that it did not take,
    /// and will not get there either.
    pub(super) fn take_back(&mut self, sends: &[SendId], wishes: &mut Wishes) {
        let Some(reader) = &mut self.reader else { return };
        let (back, stay): (VecDeque<_>, _) =
            std::mem::take(&mut reader.queue).into_iter().partition(|held| sends.contains(&held.send));
        reader.queue = stay;
        reader.queue_bytes -= back.iter().map(|held| held.sealed.len()).sum::<usize>();
        self.abandon(back, wishes);
    }

    /// The device has connected. Delivery starts at the oldest row.
    pub(super) fn connect(&mut self, connection: ConnectionId, now: Timestamp, wishes: &mut Wishes) {
        self.disconnect(wishes);
        self.reader = Some(Reader::new(connection, self.acknowledged));
        self.reserve_ahead(wishes);
        self.advance(now, wishes);
    }

    /// The connection is gone: what it has not acknowledged goes to the disk.
    pub(super) fn disconnect(&mut self, wishes: &mut Wishes) {
        self.flush(Timestamp::MAX, wishes);
        let Some(reader) = self.reader.take() else { return };
        self.abandon(reader.in_flight.into_iter().filter_map(|f| f.held).chain(reader.queue), wishes);
    }

    /// The device has committed everything up to here.
    pub(super) fn acknowledge(&mut self, up_to: u64, now: Timestamp, wishes: &mut Wishes) {
        let Some(reader) = &mut self.reader else { return };
        let mut delete = self.undeleted;
        for done in reader.acknowledge(up_to, now) {
            self.waiting.subtract(Volume::one(done.bytes));
            self.acknowledged = done.seq;
            match done.held {
                Some(held) => {
                    delete |= held.place == Place::Disk;
                    wishes.taken.push(held.send);
                }
                None => delete = true,
            }
        }
        if delete {
            self.undeleted = false;
            wishes.delete = Some(self.acknowledged);
        }
        self.advance(now, wishes);
    }

    /// Rows have been read for this connection.
    pub(super) fn loaded(&mut self, wanted: &RowsWanted, rows: Vec<Row>, now: Timestamp, wishes: &mut Wishes) {
        let (last, submitted) = (self.next - 1, self.submitted);
        let Some(reader) = self.reader.as_mut().filter(|r| r.connection == wanted.connection) else { return };
        let full = rows.len() >= wanted.limit;
        for row in rows {
            let bytes = row.sealed.len();
            reader.deliver(InFlight { seq: row.seq, delivered_at: now, bytes, held: None });
            wishes.deliver.push(Deliver { seq: row.seq, at: row.at, sealed: row.sealed });
        }
        reader.rows_read(full, last, submitted);
        self.advance(now, wishes);
    }

    /// Rows could not be read: to be tried again later.
    pub(super) fn load_failed(&mut self, wanted: &RowsWanted, now: Timestamp) {
        if let Some(reader) = self.reader.as_mut().filter(|r| r.connection == wanted.connection) {
            reader.retry_at = Some(now + 1_000);
            if let Some(disk) = &mut reader.disk {
                disk.loading = None;
                disk.more = true;
            }
        }
    }

    /// Rows of this mailbox are on the disk, and with them the numbers up to `reserved`.
    pub(super) fn committed(&mut self, seq: u64, reserved: Option<u64>, now: Timestamp, wishes: &mut Wishes) {
        self.reserved = self.reserved.max(reserved.unwrap_or(0));
        self.settle(seq, now, wishes);
    }

    /// A row could not be written. Answers whether its message lives on in memory.
    pub(super) fn refused(&mut self, seq: u64, bytes: usize, now: Timestamp, wishes: &mut Wishes) -> bool {
        let held = self.reader.as_mut().and_then(|r| r.find(seq));
        let lives = held.is_some();
        if let Some(held) = held {
            held.place = Place::Unwritable;
        } else if seq > self.acknowledged {
            self.waiting.subtract(Volume::one(bytes));
        }
        self.settle(seq, now, wishes);
        lives
    }

    /// Numbers have been reserved, or not.
    pub(super) fn reserved(&mut self, up_to: Option<u64>) {
        self.reserving = false;
        self.reserved = self.reserved.max(up_to.unwrap_or(0));
    }

    /// Acknowledged rows could not be deleted.
    pub(super) fn not_deleted(&mut self) {
        self.undeleted = true;
    }

    /// Messages ran out of their time.
    pub(super) fn ran_out(&mut self, volume: Volume) {
        self.waiting.subtract(volume);
    }

    /// Writes what has waited long enough, and reads what could not be read before.
    pub(super) fn wake(&mut self, now: Timestamp, wishes: &mut Wishes) {
        self.timer = None;
        self.flush(now, wishes);
        if let Some(reader) = &mut self.reader
            && reader.retry_at.is_some_and(|at| at <= now)
        {
            reader.retry_at = None;
        }
        self.advance(now, wishes);
    }

    /// When to be woken, if that has not been said before.
    pub(super) fn new_timer(&mut self) -> Option<Timestamp> {
        if self.timer.is_none() {
            self.timer = self.reader.as_ref()?.due();
            return self.timer;
        }
        None
    }

    /// Everything in memory, delivered or not, goes to the disk if it was due by then: oldest first, no gaps.
    pub(super) fn flush(&mut self, now: Timestamp, wishes: &mut Wishes) {
        let Some(mut reader) = self.reader.take_if(|reader| !reader.is_torn()) else { return };
        let due = reader.held().filter(|h| h.place == Place::Memory && h.due <= now).map(|h| h.seq).last();
        if let Some(last) = due {
            for held in reader.held_mut().filter(|h| h.place == Place::Memory && h.seq <= last) {
                let row = self.submit(held);
                wishes.rows.push((held.send, row));
            }
        }
        self.reader = Some(reader);
    }

    /// The device is gone: what was meant for it need not be kept.
    pub(super) fn dissolve(self) -> impl Iterator<Item = SendId> {
        let reader = self.reader.into_iter();
        reader.flat_map(|r| r.in_flight.into_iter().filter_map(|f| f.held).chain(r.queue)).map(|h| h.send)
    }

    /// The connection takes too long: from now on its messages come from the disk.
    fn fall_behind(&mut self, wishes: &mut Wishes) {
        self.flush(Timestamp::MAX, wishes);
        let Some(reader) = &mut self.reader else { return };
        let queue = std::mem::take(&mut reader.queue);
        reader.queue_bytes = 0;
        let loading = reader.disk.take().and_then(|d| d.loading);
        reader.disk = Some(Disk::behind(loading));
        self.abandon(queue, wishes);
    }

    /// Drops messages from memory that are on the disk or on their way there, or nowhere.
    fn abandon(&mut self, messages: impl IntoIterator<Item = Held>, wishes: &mut Wishes) {
        for held in messages {
            if held.place != Place::Disk {
                self.waiting.subtract(Volume::one(held.sealed.len()));
                wishes.lost.push(held.send);
            }
        }
    }

    fn submit(&mut self, held: &mut Held) -> Row {
        held.place = Place::Disk;
        self.submitted = held.seq;
        Row {
            device: self.device,
            seq: held.seq,
            at: held.at,
            sealed: held.sealed.clone(),
            shared: held.shared,
            reserve: (held.seq > self.reserved).then_some(held.seq + RESERVE),
        }
    }

    fn settle(&mut self, seq: u64, now: Timestamp, wishes: &mut Wishes) {
        self.settled = self.settled.max(seq);
        if let Some(disk) = self.reader.as_mut().and_then(|r| r.disk.as_mut()) {
            disk.more = true;
        }
        self.advance(now, wishes);
    }

    fn reserve_ahead(&mut self, wishes: &mut Wishes) {
        if !self.reserving && self.next + RESERVE / 2 > self.reserved {
            self.reserving = true;
            wishes.reserve = Some(self.next + RESERVE);
        }
    }

    /// Gives the connection as much as it can take.
    fn advance(&mut self, now: Timestamp, wishes: &mut Wishes) {
        let (submitted, settled) = (self.submitted, self.settled);
        let Some(reader) = &mut self.reader else { return };
        while reader.in_flight.len() < IN_FLIGHT {
            if reader.disk.is_some() {
                if let Some((after, up_to, limit)) = reader.load(submitted, settled) {
                    let (device, connection) = (self.device, reader.connection);
                    wishes.load = Some(RowsWanted { device, connection, after, up_to, limit });
                }
                return;
            }
            let Some(held) = reader.queue.pop_front() else { return };
            let bytes = held.sealed.len();
            reader.queue_bytes -= bytes;
            wishes.deliver.push(Deliver { seq: held.seq, at: held.at, sealed: held.sealed.clone() });
            reader.deliver(InFlight { seq: held.seq, delivered_at: now, bytes, held: Some(held) });
        }
    }
}
