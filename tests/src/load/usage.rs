//! What a process has used so far, by the books of the kernel.

use std::fs;

use anyhow::Context as _;

/// Microseconds of one tick in `/proc/<pid>/stat`: `USER_HZ` is 100 wherever Linux runs.
const TICK_US: u64 = 10_000;

/// CPU, memory and writes of a process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Microseconds of CPU, in the program and in the kernel for it.
    pub cpu_us: u64,
    /// Kilobytes of memory that are its own.
    pub memory_kb: u64,
    /// Bytes sent to the disk.
    pub written: u64,
}

impl Usage {
    /// Of a process that runs now.
    ///
    /// # Errors
    /// If there is none, or no `/proc`.
    pub fn of(process: u32) -> anyhow::Result<Self> {
        let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).context("cannot read /proc");
        let stat = read("stat")?;
        // The name of the program stands in parentheses and may hold anything; the rest is numbers.
        let (_, numbers) = stat.rsplit_once(')').context("an unreadable stat")?;
        let ticks = numbers.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
        let memory = read("smaps_rollup")?;
        let own = ["Private_Clean:", "Private_Dirty:", "Swap:"];
        let memory_kb = own.iter().filter_map(|name| number_after(&memory, name)).sum();
        let written = number_after(&read("io")?, "write_bytes:").unwrap_or_default();
        Ok(Self { cpu_us: ticks * TICK_US, memory_kb, written })
    }
}

fn number_after(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_can_be_read() {
        let usage = Usage::of(std::process::id()).expect("this process");
        assert!(usage.memory_kb > 100, "{usage:?}");
        assert!(Usage::of(u32::MAX).is_err());
    }
}
