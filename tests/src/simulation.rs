//! Thousands of schedules of what can go wrong: the pure machine and the relay's pure core on a clock of their own.
//!
//! A seed makes a [`Script`]: who writes to whom, and which processes, disks and connections fail when. A
//! [`World`] plays it; a [`Verdict`] says what was lost, doubled, reordered or stuck. The same script plays the
//! same way every time (`vodozemac` draws its own key bytes, on which nothing depends), so a failing one can be
//! shrunk by leaving out what it does not need.

mod client;
mod disk;
mod network;
mod observer;
mod script;
mod shrink;
mod world;

pub use observer::Verdict;
pub use script::{Action, Script};
pub use shrink::shrink;
pub use world::World;

/// Plays the script of a seed.
pub fn play_seed(seed: u64) -> Verdict {
    World::play(&Script::draw(seed))
}
