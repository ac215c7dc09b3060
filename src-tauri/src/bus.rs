//! A bus of a test's own.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// Ends with its owner.
pub(crate) struct Bus {
    /// Where it is reached.
    pub(crate) address: String,
    daemon: Child,
}

impl Bus {
    /// `None` where there is no `dbus-daemon`.
    pub(crate) fn begin() -> Option<Self> {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take()?).read_line(&mut address).ok()?;
        Some(Self { address: address.trim().to_owned(), daemon })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
