//! How a code reaches a person. Here: standard output and a file; others come beside them.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::PathBuf,
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use sotto_wire::{PhoneNumber, Timestamp};

/// A code that has been sent: one line of `outbox.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// Where to.
    pub number: PhoneNumber,
    /// The code.
    pub code: String,
    /// When.
    pub at: Timestamp,
}

/// A way for codes to go out. Returns once the code is on its way; may block.
pub(crate) trait CodeSender: Send + Sync {
    fn send(&self, code: &SentCode) -> io::Result<()>;
}

/// All the ways that are set up.
pub(crate) struct Senders(Vec<Box<dyn CodeSender>>);

impl Senders {
    pub(crate) fn new(console: bool, outbox: Option<PathBuf>) -> io::Result<Self> {
        let mut senders: Vec<Box<dyn CodeSender>> = Vec::new();
        if let Some(path) = outbox {
            senders.push(Box::new(Outbox::open(path)?));
        }
        if console {
            senders.push(Box::new(Console));
        }
        Ok(Self(senders))
    }
}

impl CodeSender for Senders {
    fn send(&self, code: &SentCode) -> io::Result<()> {
        self.0.iter().try_for_each(|sender| sender.send(code))
    }
}

impl std::fmt::Debug for Senders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Senders({})", self.0.len())
    }
}

/// Standard output.
struct Console;

impl CodeSender for Console {
    fn send(&self, code: &SentCode) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "code {} for {}", code.code, code.number)?;
        out.flush()
    }
}

/// A file with one JSON line for each code.
struct Outbox(Mutex<File>);

impl Outbox {
    fn open(path: PathBuf) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self(Mutex::new(options.open(path)?)))
    }
}

impl CodeSender for Outbox {
    fn send(&self, code: &SentCode) -> io::Result<()> {
        let mut line = serde_json::to_vec(code)?;
        line.push(b'\n');
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // One write, so that whoever follows the file never sees half a line.
        file.write_all(&line)?;
        file.flush()
    }
}
