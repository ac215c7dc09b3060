//! What the scenes are played with: people with engines, a rough network, a town of pure machines, rows in memory.
#![allow(missing_debug_implementations, reason = "nobody prints a town")]

pub mod call_side;
pub mod chaos;
#[cfg(target_os = "linux")]
pub mod client_bench;
pub mod decoders;
pub mod forger;
pub mod group_forger;
pub mod load;
pub mod lossy_link;
pub mod memory_rows;
pub mod people;
pub mod program;
pub mod room_member;
pub mod rough_network;
pub mod simulation;
pub mod town;
pub mod wanted;
