//! One engine of its own process, spoken to over JSON-RPC.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{ChildStdin, ChildStdout},
    sync::oneshot,
    time::timeout,
};

use crate::program::{Process, ignoring_file_limits, path_of};

/// No call takes longer, unless the engine is stuck.
const CALL_TIME: Duration = Duration::from_secs(20);

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// Where somebody's engine keeps everything.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub(super) profile: PathBuf,
    pub(super) key_file: PathBuf,
}

impl Home {
    pub(super) fn on(disk: &Path) -> Self {
        Self { profile: disk.join("profile"), key_file: disk.join("key") }
    }
}

/// Why a call brought nothing.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// The process is gone; what it did before nobody knows.
    Gone,
    /// The engine said no; a closed code says why.
    Refused(String),
}

/// A running engine.
pub(super) struct Bot {
    process: Mutex<Process>,
    id: u32,
    to: tokio::sync::Mutex<ChildStdin>,
    waiting: Waiting,
    last: AtomicU64,
}

impl Bot {
    pub(super) fn start(home: &Home, log: &Path) -> anyhow::Result<Self> {
        let mut command = ignoring_file_limits(path_of("sotto-cli")?.as_os_str());
        command.arg("--profile").arg(&home.profile).arg("--key-file").arg(&home.key_file).arg("daemon");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut process = Process::start(piped).context("sotto-cli")?;
        let to = ChildStdin::from_std(process.child().stdin.take().context("a pipe")?)?;
        let from = ChildStdout::from_std(process.child().stdout.take().context("a pipe")?)?;
        let waiting = Waiting::default();
        tokio::spawn(listen(from, waiting.clone()));
        let id = process.id();
        Ok(Self { process: Mutex::new(process), id, to: to.into(), waiting, last: AtomicU64::new(0) })
    }

    /// The operating system's number for it.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// `kill -9`.
    pub(super) fn kill(&self) -> anyhow::Result<()> {
        Ok(self.process.lock().unwrap_or_else(PoisonError::into_inner).kill()?)
    }

    pub(super) async fn call(&self, method: &str, params: Value) -> Result<Value, Unanswered> {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answer);
        let said = self.to.lock().await.write_all(format!("{request}\n").as_bytes()).await;
        said.map_err(|_| Unanswered::Gone)?;
        let answer = timeout(CALL_TIME, answered).await.ok().and_then(Result::ok).ok_or(Unanswered::Gone)?;
        match answer.get("error") {
            None => Ok(answer["result"].clone()),
            Some(error) => Err(Unanswered::Refused(error["data"]["code"].as_str().unwrap_or_default().to_owned())),
        }
    }

    /// A call that has to succeed.
    pub(super) async fn must(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        match self.call(method, params).await {
            Ok(result) => Ok(result),
            Err(why) => bail!("{method}: {why:?}"),
        }
    }
}

/// Hands each answer to whoever waits for it. Events are read and forgotten.
async fn listen(from: ChildStdout, waiting: Waiting) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(said) = serde_json::from_str::<Value>(&line) else { continue };
        let Some(id) = said["id"].as_u64() else { continue };
        let waits = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        if let Some(waits) = waits {
            // Nobody may wait any more: just as well.
            let _ = waits.send(said);
        }
    }
    waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
}
