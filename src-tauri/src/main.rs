//! The program `sotto`: arguments, then [`sotto_window::run`].
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use clap::Parser as _;

fn main() -> anyhow::Result<()> {
    sotto_window::run(&sotto_window::Arguments::parse())
}
