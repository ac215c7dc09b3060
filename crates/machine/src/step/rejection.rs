//! Why something received is not believed.

/// Why something received is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// The seal could not be opened.
    #[error("the seal could not be opened")]
    Seal,
    /// The relay's word about the sender is missing, foreign or expired.
    #[error("the sender's standing is not valid")]
    Standing,
    /// Certificate or list is not rightly signed, or they do not belong together.
    #[error("certificate or device list does not hold")]
    Certificate,
    /// An older list, or the same version with another hash.
    #[error("the device list contradicts the one seen before")]
    ListRolledBack,
    /// The list is out of its time.
    #[error("the device list has expired")]
    ListExpired,
    /// The device is not in the account's list.
    #[error("the device is not in the list")]
    DeviceNotListed,
    /// Nothing is known of the sending device.
    #[error("unknown device without certificate")]
    UnknownDevice,
    /// No session opens it.
    #[error("no session opens the message")]
    Undecryptable,
    /// What it says about its sender or recipient differs from the session.
    #[error("the identities inside do not match the session")]
    Identity,
    /// A pre-key or seal key is not rightly signed, of the wrong kind or expired.
    #[error("a published key does not hold")]
    PublishedKey,
    /// The plaintext cannot be read.
    #[error("the plaintext cannot be read")]
    Malformed,
    /// It names a conversation that its sender has no part in.
    #[error("the conversation is not the sender's")]
    Conversation,
    /// Its sender is no member of the group, or may not say this.
    #[error("the sender may not say this in the group")]
    NotAllowed,
    /// The sender sees another group than this device.
    #[error("the group is not the one that its sender sees")]
    Forked,
    /// A counter that was received before.
    #[error("the counter was received before")]
    Repeated,
    /// Too old, or from the future.
    #[error("out of its time")]
    Late,
    /// It changes what belongs to somebody else.
    #[error("not theirs to change")]
    Authority,
    /// A call of somebody who was not accepted.
    #[error("the caller was not accepted")]
    Uninvited,
    /// One call after the other.
    #[error("too many calls")]
    Flood,
    /// Its sender is blocked.
    #[error("the sender is blocked")]
    Blocked,
}
