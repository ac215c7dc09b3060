//! The pure state machine of a Sotto device.
//!
//! **A device is a loop: take an input, read rows, make one step, commit its changes, then carry out its
//! effects.** There is no clock, no socket, no file and no runtime in here; time and randomness are
//! arguments (only `vodozemac` draws its own). The driver in `sotto-engine` is the one real loop, and the
//! simulation in `tests` is another.

#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod account;
pub mod attachment;
mod body;
pub mod call;
pub mod changes;
mod codec;
mod emoji;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod group;
pub mod group_call;
pub mod linking;
mod machine;
mod padding;
pub mod poll;
pub mod post;
mod profile;
pub mod rows;
mod safety;
pub mod schedule;
pub mod seal;
mod session;
pub mod step;
pub mod story;
mod trust;

pub use account::{SignUp, sign_up};
pub use codec::Malformed;
pub use emoji::is_one_emoji;
pub use machine::{Calls, Machine};
pub use profile::{Profile, delivery_token, open_profile, seal_profile};
pub use safety::{SafetyNumber, safety_number};
