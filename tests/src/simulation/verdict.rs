//! What a schedule came to.

/// Everything up to `accepted` counts what happened; everything from `lost` on must be zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Processes that died.
    pub crashes: u64,
    /// Transactions that a full disk refused.
    pub rolled_back: u64,
    /// Disks that were set back to an older copy.
    pub set_back: u64,
    /// Texts that people sent.
    pub messages: u64,
    /// Texts that the relay answered for.
    pub accepted: u64,
    /// Accepted, and not on the recipient's screen.
    pub lost: u64,
    /// On a screen twice.
    pub doubled: u64,
    /// Shown in another order than they were sent in.
    pub reordered: u64,
    /// Never got their ticks, or outboxes, mailboxes and gaps that were not empty in the end.
    pub stuck: u64,
    /// Ticks that went back, and keys or counters that were used for two ciphertexts.
    pub broken: u64,
    /// Memory and queues that grew beyond their bound.
    pub unbounded: u64,
    /// Schedules of groups that were played.
    pub groups: u64,
    /// Members who ended with different groups and were not told.
    pub forks_missed: u64,
    /// Texts of a group on the screen of somebody who was not in it.
    pub leaked: u64,
    /// Everything that happened, in its order, as one number: the same for each play of a script.
    pub trace: u64,
}

impl Verdict {
    /// Nothing went wrong.
    pub fn holds(&self) -> bool {
        let pairs = self.lost + self.doubled + self.reordered + self.stuck + self.broken + self.unbounded;
        pairs + self.forks_missed + self.leaked == 0
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.crashes += other.crashes;
        self.rolled_back += other.rolled_back;
        self.set_back += other.set_back;
        self.messages += other.messages;
        self.accepted += other.accepted;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.reordered += other.reordered;
        self.stuck += other.stuck;
        self.broken += other.broken;
        self.unbounded += other.unbounded;
        self.groups += other.groups;
        self.forks_missed += other.forks_missed;
        self.leaked += other.leaked;
        self.trace ^= other.trace;
    }
}
