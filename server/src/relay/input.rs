//! What happens to the core: frames, answers of the disk, changes made through REST, and time.

use sotto_wire::{AccountId, DeliveryTokenHash, DeviceId, SendId, Timestamp, ToRelay};

use super::{Load, Remembered, Row, RowsWanted, WriteId};

/// One connection of this process; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    /// A device has shown its token and opened a WebSocket.
    Connected(Connected),
    /// A frame has arrived.
    Frame {
        /// From whom.
        connection: ConnectionId,
        /// The frame.
        frame: ToRelay,
    },
    /// A connection has ended, for whatever reason.
    Disconnected {
        /// Which.
        connection: ConnectionId,
    },
    /// The disk has answered a [`super::Command::Load`].
    Loaded(Loaded),
    /// The disk has answered a [`super::Command::Write`].
    Written {
        /// Which.
        id: WriteId,
        /// Committed and fsynced, or not there at all.
        outcome: WriteOutcome,
    },
    /// A REST call has changed what [`Load::Account`] reads.
    AccountChanged {
        /// Whose.
        account: AccountId,
    },
    /// A REST call has left few one-time keys.
    KeysLow {
        /// Whose.
        device: DeviceId,
        /// How many are left.
        remaining: u32,
    },
    /// Messages ran out of their time and were deleted.
    RanOut {
        /// Whose.
        device: DeviceId,
        /// What was deleted.
        volume: Volume,
    },
    /// Outcomes of `Send`s older than this are no longer remembered on the disk.
    Forgotten {
        /// Which.
        ids: Vec<SendId>,
    },
    /// A time the core has asked for ([`super::Core::wake_at`]) has come.
    Tick,
    /// The relay is about to stop.
    Drain,
}

/// Both answers of a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOutcome {
    /// On the disk, fsynced.
    Committed,
    /// Not on the disk.
    Failed,
}

/// A device on a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connected {
    /// The connection.
    pub connection: ConnectionId,
    /// Whose device.
    pub account: AccountId,
    /// Which.
    pub device: DeviceId,
    /// Its one-time keys left.
    pub one_time_keys: u32,
    /// Messages that ran out of their time while it was away.
    pub expired: u64,
}

/// An answer of the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loaded {
    /// To [`Load::Account`]; `None` if there is no such account.
    Account {
        /// Which account.
        account: AccountId,
        /// What is known of it.
        record: Option<AccountRecord>,
    },
    /// To [`Load::Rows`], in order.
    Rows {
        /// The question.
        wanted: RowsWanted,
        /// The rows.
        rows: Vec<Row>,
    },
    /// To [`Load::Outcome`]; `None` if it was never seen.
    Outcome {
        /// The `Send`.
        id: SendId,
        /// Who asked.
        connection: ConnectionId,
        /// What became of it.
        outcome: Option<Remembered>,
    },
    /// The disk could not be read.
    Failed(Load),
}

/// What the core keeps of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// Version of the current device list.
    pub list_version: u64,
    /// Hash of the token that others must show.
    pub delivery_token: DeliveryTokenHash,
    /// Presence is shown to others.
    pub shared: bool,
    /// When somebody was last there.
    pub last_seen: Option<Timestamp>,
    /// The devices of the list.
    pub devices: Vec<DeviceRecord>,
}

/// What the core keeps of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRecord {
    /// Which.
    pub device: DeviceId,
    /// Highest sequence number that may have been handed out.
    pub reserved: u64,
    /// What lies in its mailbox.
    pub waiting: Volume,
}

/// How much lies in a mailbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// Messages.
    pub count: u64,
    /// Bytes of them.
    pub bytes: u64,
}

impl Volume {
    /// One message more.
    pub fn add(&mut self, bytes: usize) {
        self.count += 1;
        self.bytes += bytes as u64;
    }

    /// Less by so much.
    pub fn subtract(&mut self, other: Self) {
        self.count = self.count.saturating_sub(other.count);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }

    /// One message of this length.
    pub const fn one(bytes: usize) -> Self {
        Self { count: 1, bytes: bytes as u64 }
    }
}
