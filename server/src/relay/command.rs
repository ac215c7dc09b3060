//! What the core wants done: a closed, comparable list that the shell carries out in order.

use sotto_wire::{AccountId, DeviceId, Hash, RefusedDevice, SendId, Timestamp, ToClient};

use super::ConnectionId;

/// One thing for the shell to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Put a frame into a connection's outgoing queue.
    Frame {
        /// Whose queue.
        connection: ConnectionId,
        /// What to say.
        frame: ToClient,
    },
    /// End a connection, after what is queued for it.
    Close {
        /// Which.
        connection: ConnectionId,
        /// Why; the device is told by the close code.
        reason: CloseReason,
    },
    /// Read from the disk and answer with [`super::Input::Loaded`].
    Load(Load),
    /// Write to the disk, in the order given, and answer with [`super::Input::Written`].
    Write {
        /// Names this write in the answer.
        id: WriteId,
        /// What to write.
        write: Write,
    },
}

/// Names one [`Write`] of this process; later ones are greater. The first is 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteId(pub u64);

/// Why the relay ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The peer sends nonsense.
    Malformed,
    /// The device is not registered (any more).
    SignedOut,
    /// The peer does not read what it is sent, or sends more than can be held.
    TooSlow,
    /// The same device has connected again.
    Replaced,
    /// The relay is about to stop.
    Draining,
    /// Nothing was heard for too long.
    Idle,
    /// The disk cannot be read.
    Unavailable,
}

impl CloseReason {
    /// WebSocket close code.
    pub const fn code(self) -> u16 {
        match self {
            Self::Draining => 1001,
            Self::Unavailable => 1013,
            Self::Malformed => 4400,
            Self::SignedOut => 4401,
            Self::Idle | Self::TooSlow => 4408,
            Self::Replaced => 4409,
        }
    }
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// Everything the core keeps of an account.
    Account(AccountId),
    /// The next rows of a mailbox.
    Rows(RowsWanted),
    /// What became of a `Send` that may have been seen before.
    Outcome {
        /// The `Send`.
        id: SendId,
        /// When it was taken, if it was.
        at: Timestamp,
        /// Who asks.
        connection: ConnectionId,
    },
}

/// Which rows of a mailbox to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowsWanted {
    /// Whose mailbox.
    pub device: DeviceId,
    /// For which connection.
    pub connection: ConnectionId,
    /// Only rows after this one.
    pub after: u64,
    /// Only rows up to this one.
    pub up_to: u64,
    /// At most so many.
    pub limit: usize,
}

/// Something to write. Writes are committed in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Messages into mailboxes: all of them or none.
    ///
    /// If a write has failed that is newer than `heard`, this one must fail too: its messages may follow those of
    /// that write, and the core does not know yet that they are missing.
    Rows {
        /// The last write of whose failure the core had heard when it gave this one.
        heard: WriteId,
        /// The messages.
        rows: Vec<Row>,
        /// The `Send`s of which every copy is safe once these rows are: remembered in the same transaction.
        completes: Vec<Remembered>,
    },
    /// Acknowledged messages are deleted.
    Delete {
        /// Whose mailbox.
        device: DeviceId,
        /// Up to and with this one.
        up_to: u64,
    },
    /// Sequence numbers up to here may be handed out.
    Reserve {
        /// Whose mailbox.
        device: DeviceId,
        /// The last of them.
        up_to: u64,
    },
    /// A device is gone: so is its mailbox.
    Purge {
        /// Whose.
        device: DeviceId,
    },
    /// When somebody was last there.
    Seen {
        /// Who.
        account: AccountId,
        /// When.
        at: Timestamp,
    },
    /// Whether somebody shows their presence.
    Sharing {
        /// Who.
        account: AccountId,
        /// Shown, or not.
        shared: bool,
    },
    /// A device knows how many messages ran out of their time.
    ExpiryTold {
        /// Which device.
        device: DeviceId,
        /// How many.
        count: u64,
    },
}

/// One message in one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whose mailbox.
    pub device: DeviceId,
    /// Its number there.
    pub seq: u64,
    /// When the relay took it.
    pub at: Timestamp,
    /// Bytes only the device can open.
    pub sealed: Vec<u8>,
    /// The hash of `sealed`, if many mailboxes hold the same: the disk keeps it once.
    pub shared: Option<Hash>,
    /// Numbers to reserve in the same transaction, if `seq` is not yet among the reserved ones.
    pub reserve: Option<u64>,
}

/// A `Send` whose outcome outlives a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// Which.
    pub id: SendId,
    /// When it was taken.
    pub at: Timestamp,
    /// The devices that could not take it.
    pub refused: Vec<RefusedDevice>,
}
