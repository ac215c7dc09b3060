//! Standard output and a file: for development, and for a relay whose operator hands codes out.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use futures_util::future::BoxFuture;
use tokio::task::spawn_blocking;

use super::{CodeSender, NotSent, SentCode};

/// Standard output.
pub(super) struct Console;

impl CodeSender for Console {
    fn send<'a>(&'a self, code: &'a SentCode) -> BoxFuture<'a, Result<(), NotSent>> {
        let line = format!("code {} for {}\n", code.code, code.number);
        Box::pin(write(move || {
            let mut out = io::stdout().lock();
            out.write_all(line.as_bytes())?;
            out.flush()
        }))
    }
}

/// A file with one JSON line for each code.
pub(super) struct Outbox(Arc<Mutex<File>>);

impl Outbox {
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self(Arc::new(Mutex::new(options.open(path)?))))
    }
}

impl CodeSender for Outbox {
    fn send<'a>(&'a self, code: &'a SentCode) -> BoxFuture<'a, Result<(), NotSent>> {
        Box::pin(async move {
            let mut line = serde_json::to_vec(code).map_err(io::Error::from)?;
            line.push(b'\n');
            let file = self.0.clone();
            write(move || {
                let mut file = file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                // One write, so that whoever follows the file never sees half a line.
                file.write_all(&line)?;
                file.flush()
            })
            .await
        })
    }
}

/// Whatever stands behind a file may block.
async fn write(write: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), NotSent> {
    Ok(spawn_blocking(write).await.map_err(io::Error::from)??)
}
