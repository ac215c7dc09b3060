//! The pure state machine of a Sotto device.
//!
//! **A device is a loop: take an input, read rows, make one step, commit its changes, then carry out its
//! effects.** There is no clock, no socket, no file and no runtime in here; time and randomness are
//! arguments (only `vodozemac` draws its own). The driver in `sotto-engine` is the one real loop, and the
//! simulation in `tests` is another.

#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod changes;
mod codec;
pub mod rows;
pub mod seal;
pub mod step;
