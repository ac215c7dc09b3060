//! Scenes with Alice and Bob against the core alone: no socket, no disk, and time as written here.

mod delivering;
mod order;
mod people;
mod presence;
mod sending;
mod storm;
