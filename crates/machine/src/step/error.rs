//! Why a step could not be taken.

use crate::rows::RowsError;

/// A step that could not be taken. Nothing of it counts; the batch is rolled back.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The store could not read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// What the store returned cannot be understood.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// The person asked for something that is not there.
    #[error("{0} is not there")]
    NotFound(&'static str),
    /// The time for this change is over.
    #[error("too late for this change")]
    TooLate,
    /// The message is not in a state, or not of a kind, in which this can be done.
    #[error("not possible with this message")]
    NotPossible,
    /// Nothing is sent to somebody who is blocked.
    #[error("the recipient is blocked")]
    Blocked,
    /// The text is longer than a message can be.
    #[error("the text is too long")]
    TextTooLong,
    /// More files than one message takes, or one that cannot be.
    #[error("too many files, or one that is too large")]
    FilesRefused,
    /// Only the primary device holds the account key.
    #[error("only the primary device can do this")]
    NotPrimary,
    /// Nobody is signed up on this device.
    #[error("nobody is signed up")]
    NotSignedUp,
    /// The group does not let this person do that, or not now.
    #[error("the group does not allow it")]
    NotAllowed,
}
