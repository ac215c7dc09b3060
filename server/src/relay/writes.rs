//! What has been given to the writer and not been answered yet.

use rustc_hash::FxHashMap;
use sotto_wire::{DeviceId, RefuseReason, SendId, Timestamp};

use super::{Command, Core, Row, Wishes, Write, WriteId, WriteOutcome};

/// Writes on their way to the disk.
#[derive(Debug, Default)]
pub(super) struct Writes {
    last: u64,
    /// The last one that has failed.
    failed: WriteId,
    under_way: FxHashMap<WriteId, UnderWay>,
    /// Bytes of messages among them.
    bytes: u64,
}

/// What must be known of a write when its answer comes.
#[derive(Debug)]
enum UnderWay {
    Rows(Vec<Copy>),
    Reserve { device: DeviceId, up_to: u64 },
    Delete { device: DeviceId },
}

/// One row of a write.
#[derive(Debug)]
struct Copy {
    send: SendId,
    device: DeviceId,
    seq: u64,
    bytes: usize,
    reserve: Option<u64>,
}

impl Writes {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn are_done(&self) -> bool {
        self.under_way.is_empty()
    }

    fn next(&mut self) -> WriteId {
        self.last += 1;
        WriteId(self.last)
    }
}

impl Core {
    /// Writes something whose answer does not matter here.
    pub(super) fn write(&mut self, write: Write) -> WriteId {
        let id = self.writes.next();
        self.out.push(Command::Write { id, write });
        id
    }

    /// Reserves sequence numbers.
    pub(super) fn reserve(&mut self, device: DeviceId, up_to: u64) {
        let id = self.write(Write::Reserve { device, up_to });
        self.writes.under_way.insert(id, UnderWay::Reserve { device, up_to });
    }

    /// Deletes what a device has on its own disk.
    pub(super) fn delete(&mut self, device: DeviceId, up_to: u64) {
        let id = self.write(Write::Delete { device, up_to });
        self.writes.under_way.insert(id, UnderWay::Delete { device });
    }

    /// Writes messages, all or none, and with them the ids of the `Send`s that they complete.
    pub(super) fn write_rows(&mut self, rows: Vec<(SendId, Row)>) {
        if rows.is_empty() {
            return;
        }
        let copies: Vec<_> = rows
            .iter()
            .map(|(send, row)| Copy {
                send: *send,
                device: row.device,
                seq: row.seq,
                bytes: row.sealed.len(),
                reserve: row.reserve,
            })
            .collect();
        let mut completes = Vec::new();
        for (at, copy) in copies.iter().enumerate() {
            let first = copies.iter().take(at).all(|c| c.send != copy.send);
            if first {
                let devices: Vec<_> = copies.iter().filter(|c| c.send == copy.send).map(|c| c.device).collect();
                completes.extend(self.sends.completed_by(copy.send, &devices));
            }
        }
        self.writes.bytes += copies.iter().map(|c| c.bytes as u64).sum::<u64>();
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        let id = self.write(Write::Rows { heard: self.writes.failed, rows, completes });
        self.writes.under_way.insert(id, UnderWay::Rows(copies));
    }

    /// The disk has answered.
    pub(super) fn written(&mut self, id: WriteId, outcome: WriteOutcome, now: Timestamp) {
        if outcome == WriteOutcome::Failed {
            self.writes.failed = self.writes.failed.max(id);
        }
        match self.writes.under_way.remove(&id) {
            Some(UnderWay::Rows(copies)) => {
                for copy in copies {
                    self.writes.bytes -= copy.bytes as u64;
                    self.row_written(&copy, outcome, now);
                }
            }
            Some(UnderWay::Reserve { device, up_to }) => {
                if let Some(mailbox) = self.mailboxes.get_mut(&device) {
                    mailbox.reserved((outcome == WriteOutcome::Committed).then_some(up_to));
                }
            }
            Some(UnderWay::Delete { device }) => {
                if let Some(mailbox) = self.mailboxes.get_mut(&device).filter(|_| outcome == WriteOutcome::Failed) {
                    mailbox.not_deleted();
                }
            }
            None => {}
        }
    }

    fn row_written(&mut self, copy: &Copy, outcome: WriteOutcome, now: Timestamp) {
        let mut wishes = Wishes::default();
        let mut lives = false;
        if let Some(mailbox) = self.mailboxes.get_mut(&copy.device) {
            match outcome {
                WriteOutcome::Committed => mailbox.committed(copy.seq, copy.reserve, now, &mut wishes),
                WriteOutcome::Failed => lives = mailbox.refused(copy.seq, copy.bytes, now, &mut wishes),
            }
        }
        match outcome {
            WriteOutcome::Committed => self.settle(copy.send, copy.device, Ok(())),
            WriteOutcome::Failed if lives => {}
            WriteOutcome::Failed => self.settle(copy.send, copy.device, Err(RefuseReason::Unavailable)),
        }
        self.grant(copy.device, wishes);
    }
}
