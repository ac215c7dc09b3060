//! What the scenes are played with: people, a town of pure machines, and rows in memory.
#![allow(missing_debug_implementations, reason = "nobody prints a town")]

pub mod forger;
pub mod memory_rows;
pub mod simulation;
pub mod town;
