//! What a person may do to a message.

use crate::post::Post;

/// What a person may do to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// React with one emoji, or take one's reaction back.
    React(Option<String>),
    /// Give one's own message other words.
    Edit(Box<Post>),
    /// Take one's own message back, for everyone.
    DeleteForAll,
    /// Put it away on this device.
    DeleteHere,
    /// Keep it in the list of kept messages on this device, or not.
    Star(bool),
    /// Pin it for everybody, or not any more.
    Pin(bool),
    /// Choose these answers of a poll, by their places; none takes one's vote back.
    Vote(Vec<u8>),
    /// Close one's own poll.
    ClosePoll,
    /// Listen to the recorded speech of somebody else. `tell` them when both sides show what they read.
    Play {
        /// See above.
        tell: bool,
    },
    /// Look at photos of somebody else that may be looked at once. They are gone with this commit.
    OpenOnce,
}
