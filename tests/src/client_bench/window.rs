//! A window's program, from the outside: started, weighed and ended.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context as _;

use crate::program::Process;

/// A program with a window, and everything it has started.
pub(super) struct WindowProgram {
    process: Process,
    /// The moment before it was started.
    pub(super) started: Instant,
}

impl WindowProgram {
    /// Starts it on the screen named by `DISPLAY`; its own caches and settings lie below `dir`.
    ///
    /// # Errors
    /// If it is not there.
    pub(super) fn start(
        program: &Path,
        arguments: &[OsString],
        variables: &[(&str, &str)],
        dir: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        for (name, folder) in [("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")] {
            let folder = dir.join(folder);
            fs::create_dir_all(&folder)?;
            command.env(name, folder);
        }
        let log = File::options().create(true).append(true).open(dir.join("window.log"))?;
        command.args(arguments).envs(variables.iter().copied()).envs([("GDK_BACKEND", "x11"), ("LANG", "C.UTF-8")]);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let started = Instant::now();
        let process = Process::start(&mut command).with_context(|| program.display().to_string())?;
        Ok(Self { process, started })
    }

    /// Megabytes of memory of all its processes. What several processes share is divided among them.
    ///
    /// # Errors
    /// If it is gone, or there is no `/proc`.
    pub(super) fn memory_mb(&self) -> anyhow::Result<f64> {
        let kilobytes: u64 = self.family()?.into_iter().filter_map(pss_kb).sum();
        Ok(kilobytes as f64 / 1024.0)
    }

    /// CPU time of all its processes so far.
    ///
    /// # Errors
    /// If it is gone, or there is no `/proc`.
    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        Ok(self.family()?.into_iter().filter_map(cpu).sum())
    }

    /// This process and what it has started, by their ids.
    fn family(&self) -> anyhow::Result<Vec<u32>> {
        let all = fs::read_dir("/proc").context("no /proc")?;
        let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        let parents: HashMap<u32, u32> = ids.filter_map(|id| Some((id, parent(id)?))).collect();
        let belongs = |mut id: u32| loop {
            if id == self.process.id() {
                return true;
            }
            match parents.get(&id) {
                Some(parent) => id = *parent,
                None => return false,
            }
        };
        Ok(parents.keys().copied().filter(|id| belongs(*id)).collect())
    }
}

fn stat(id: u32) -> Option<Vec<u64>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program stands in parentheses and may hold anything; after it and a letter all is numbers.
    let (_, numbers) = stat.rsplit_once(')')?;
    Some(numbers.split_whitespace().skip(1).map(|number| number.parse().unwrap_or(0)).collect())
}

fn parent(id: u32) -> Option<u32> {
    stat(id)?.first().and_then(|parent| u32::try_from(*parent).ok())
}

fn cpu(id: u32) -> Option<Duration> {
    /// `USER_HZ` is 100 wherever Linux runs.
    const TICK: Duration = Duration::from_millis(10);
    let stat = stat(id)?;
    let ticks = stat.get(10)? + stat.get(11)?;
    Some(TICK * u32::try_from(ticks).ok()?)
}

fn pss_kb(id: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}
