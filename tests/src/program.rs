//! The programs of the workspace as processes of their own: found, started, watched, killed.

use std::{
    ffi::OsStr,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use sotto_relay::SentCode;
use sotto_wire::PhoneNumber;
use tokio::time::{sleep, timeout};

/// A process that takes longer to start has gone wrong.
const START_TIME: Duration = Duration::from_secs(20);

/// Where cargo put a program of the workspace: beside the one that asks, or above it if that is a test.
///
/// # Errors
/// If it is not built.
pub fn path_of(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let beside = own.ancestors().skip(1).take(2).map(|dir| dir.join(name)).find(|path| path.exists());
    beside.with_context(|| format!("{name} is not built: run `cargo build --workspace` first"))
}

/// A child that ends with its parent's handle on it.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// Starts a command.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        command.spawn().map(Self)
    }

    /// The operating system's number for it.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// `kill -9`, without a word of warning.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn kill(&mut self) -> io::Result<()> {
        self.0.kill()?;
        self.0.wait().map(drop)
    }

    /// It has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// The child, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already: just as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A relay of its own process.
#[derive(Debug)]
pub struct RelayProgram {
    process: Process,
    data_dir: PathBuf,
    address: SocketAddr,
}

impl RelayProgram {
    /// Starts a relay on a directory, at an address (port 0 takes any) and with settings by the names of their variables.
    ///
    /// # Errors
    /// If it is not built or does not come up.
    pub async fn start(
        data_dir: &Path,
        listen: SocketAddr,
        settings: impl IntoIterator<Item = (&'static str, String)>,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(data_dir)?;
        let address_file = data_dir.join("address");
        // The last relay here may have been killed.
        let _ = fs::remove_file(&address_file);
        let mut command = ignoring_file_limits(path_of("sotto-relay")?.as_os_str());
        command.args(["serve", "--listen", &listen.to_string(), "--data-dir"]).arg(data_dir);
        command.envs(settings).env("SOTTO_RELAY_LOG", "warn");
        let piped = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = Process::start(piped).context("sotto-relay")?;
        if let Some(said) = process.child().stderr.take() {
            keep_log(said, &data_dir.with_extension("log"))?;
        }
        let address = timeout(START_TIME, async {
            loop {
                ensure!(!process.has_ended(), "the relay ended; see {}", data_dir.with_extension("log").display());
                match fs::read_to_string(&address_file) {
                    Ok(text) => return Ok(text.trim().parse()?),
                    Err(_) => sleep(Duration::from_millis(5)).await,
                }
            }
        });
        let address = address.await.context("the relay never said where it listens")??;
        Ok(Self { process, data_dir: data_dir.to_owned(), address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The operating system's number for it.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn kill(&mut self) -> io::Result<()> {
        self.process.kill()
    }

    /// Every code sent so far, the newest last.
    ///
    /// # Errors
    /// If there is no outbox.
    pub fn codes(&self) -> anyhow::Result<Vec<(PhoneNumber, String)>> {
        let lines = fs::read_to_string(self.data_dir.join("outbox.jsonl"))?;
        let sent = lines.lines().filter_map(|line| serde_json::from_str::<SentCode>(line).ok());
        Ok(sent.map(|sent| (sent.number, sent.code)).collect())
    }
}

/// Writes down what a program says. Not by itself: its own disk may be full just when it has something to say.
fn keep_log(mut said: ChildStderr, path: &Path) -> io::Result<()> {
    let mut log = fs::OpenOptions::new().create(true).append(true).open(path)?;
    thread::Builder::new().name("log".to_owned()).spawn(move || io::copy(&mut said, &mut log)).map(drop)
}

/// A command that is told of a file-size limit by an error, as of a full disk, instead of being ended by a signal.
#[cfg(unix)]
pub fn ignoring_file_limits(program: &OsStr) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program);
    command
}

/// A command.
#[cfg(not(unix))]
pub fn ignoring_file_limits(program: &OsStr) -> Command {
    Command::new(program)
}
