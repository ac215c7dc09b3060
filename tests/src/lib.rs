//! What the scenes are played with: people, a town of pure machines, and rows in memory.

pub mod forger;
pub mod memory_rows;
pub mod town;
