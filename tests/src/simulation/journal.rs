//! Every commit of a disk, so that it can be set back to an older copy of itself.

use std::collections::BTreeSet;

use sotto_machine::changes::Change;
use sotto_wire::DeviceId;

use crate::memory_rows::MemoryRows;

/// A disk and what was committed to it.
pub(super) struct Journal {
    first: MemoryRows,
    commits: Vec<Vec<Change>>,
    /// Devices with a session.
    met: BTreeSet<DeviceId>,
    /// The commit after which nobody new was met.
    last_met: usize,
}

impl Journal {
    pub(super) fn new(first: MemoryRows) -> Self {
        Self { first, commits: Vec::new(), met: BTreeSet::new(), last_met: 0 }
    }

    /// One more commit.
    pub(super) fn keep(&mut self, changes: &[Change]) {
        self.commits.push(changes.to_vec());
        for change in changes {
            if let Change::PutSession(row) = change
                && self.met.insert(row.device)
            {
                self.last_met = self.commits.len();
            }
        }
    }

    /// The disk as it was that many commits ago. Somebody who was met since then stays known: that a stranger's
    /// first message is lost with the disk is no fault of the protocol.
    pub(super) fn set_back(&mut self, commits: usize) -> MemoryRows {
        let kept = self.commits.len().saturating_sub(commits).max(self.last_met);
        self.commits.truncate(kept);
        let mut rows = self.first.clone();
        for change in self.commits.iter().flatten() {
            rows.apply(change);
        }
        rows
    }
}
