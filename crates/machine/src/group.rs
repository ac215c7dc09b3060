//! Groups: a signed chain of changes that every member evaluates alike, an epoch secret, and Megolm sessions.
//!
//! The relay keeps the chain's bytes in order and can read none of it, nor add anyone. Whether an event is valid
//! depends only on the log before it, so all members skip the same ones and count the same epochs.

pub mod event;
pub mod input;
mod line;
mod link;
mod look;
pub(crate) mod megolm;
pub(crate) mod payload;
pub mod rows;
pub(crate) mod secret;
pub mod state;

pub use event::{GroupOp, NewMember};
pub use link::{Invitation, JoinLink, LINK, MOST_ASKED};
pub use look::Look;
pub use payload::is_group_payload;
pub use state::{GroupState, Member, Policy, Role, Who};
