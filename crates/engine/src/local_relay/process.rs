//! One run of the relay: from the start of the program until it answers, and its end.

use std::{
    env, fs,
    io::{self, ErrorKind},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};
use tracing::warn;

use super::LocalRelayError;
use crate::net::rest::Rest;

const PROGRAM: &str = if cfg!(windows) { "sotto-relay.exe" } else { "sotto-relay" };
/// How often a relay that is starting is looked at.
const GLANCE: Duration = Duration::from_millis(25);
/// How long a port may take to become free: the relay of a program that was killed has to notice first.
const PORT_PATIENCE: Duration = Duration::from_secs(3);
/// How long a relay may take to end by itself.
const END_PATIENCE: Duration = Duration::from_secs(3);

/// A relay that answers.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    address: String,
}

impl Process {
    /// Starts the program and waits until it answers.
    pub(super) async fn start(program: &Path, dir: &Path, patience: Duration) -> Result<Self, LocalRelayError> {
        let port = free_port(last_port(dir)).await;
        set_aside_last_address(dir)?;
        let mut child = spawn(program, dir, port)?;
        let started = timeout(patience, answer(&mut child, dir)).await;
        match started.unwrap_or_else(|_| Err(LocalRelayError::DoesNotStart("it does not answer".to_owned()))) {
            Ok(address) => Ok(Self { child, address }),
            Err(error) => {
                // Dropping the child ends it.
                drop(child);
                Err(error)
            }
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the end, whatever its reason.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        // `Child::wait` would close the pipe that keeps the relay running: hold it meanwhile.
        let hold = self.child.stdin.take();
        let ended = self.child.wait().await;
        drop(hold);
        ended
    }

    /// Ends the relay: its standard input closes, which it takes for the end of its parent.
    pub(super) async fn end(mut self) {
        drop(self.child.stdin.take());
        if timeout(END_PATIENCE, self.child.wait()).await.is_err() {
            warn!("the relay does not end by itself");
            let _ = self.child.kill().await;
        }
    }
}

/// `SOTTO_RELAY_BIN`, else the program beside this one, else the one in `PATH`.
pub(super) fn find_program() -> Option<PathBuf> {
    if let Some(path) = env::var_os("SOTTO_RELAY_BIN").filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let beside = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_owned));
    let in_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    beside.into_iter().chain(in_path).map(|folder| folder.join(PROGRAM)).find(|path| path.is_file())
}

fn spawn(program: &Path, dir: &Path, port: u16) -> io::Result<Child> {
    let log = fs::File::create(dir.join("relay.log"))?;
    let mut command = Command::new(program);
    // What somebody set for a relay of their own must not change this one.
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SOTTO_RELAY_")) {
        command.env_remove(name);
    }
    command
        .arg("serve")
        .arg("--data-dir")
        .arg(dir)
        .args(["--listen", &format!("{}:{port}", Ipv4Addr::LOCALHOST)])
        .arg("--exit-with-parent")
        .stdin(Stdio::piped())
        // Codes go to the console as well: they are read from the outbox and belong in no log.
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
}

/// Waits until the relay has said where it listens, and answers there.
async fn answer(child: &mut Child, dir: &Path) -> Result<String, LocalRelayError> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Err(LocalRelayError::DoesNotStart(format!("it ended with {status}")));
        }
        if let Some(port) = read_port(&dir.join("address")) {
            let address = format!("http://{}:{port}", Ipv4Addr::LOCALHOST);
            let rest = Rest::new(&address).map_err(|error| LocalRelayError::DoesNotStart(error.to_string()))?;
            if rest.is_healthy().await {
                return Ok(address);
            }
        }
        sleep(GLANCE).await;
    }
}

/// The port of the run before, if it is free or becomes so; else 0, which lets the system choose.
async fn free_port(last: Option<u16>) -> u16 {
    let Some(port) = last else { return 0 };
    let deadline = Instant::now() + PORT_PATIENCE;
    loop {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => return port,
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < deadline => sleep(GLANCE).await,
            Err(error) => {
                warn!(port, %error, "the relay has to move to another port");
                return 0;
            }
        }
    }
}

fn last_port(dir: &Path) -> Option<u16> {
    read_port(&dir.join("address")).or_else(|| read_port(&dir.join("address.last")))
}

/// So that the new run's address is not mistaken for the old one's; kept, since the new run may fail before it has one.
fn set_aside_last_address(dir: &Path) -> io::Result<()> {
    match fs::rename(dir.join("address"), dir.join("address.last")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The port in `127.0.0.1:4816` or `http://127.0.0.1:4816`. The rest is known.
fn read_port(path: &Path) -> Option<u16> {
    let text = fs::read_to_string(path).ok()?;
    text.trim().rsplit_once(':')?.1.trim_end_matches('/').parse().ok()
}
