//! The relay of a scene, which can be stopped, killed and started again where it was.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde_json::Value;
use sotto_relay::{
    Config, Relay, Reports, Running,
    config::{FilesConfig, LimitsConfig, TurnConfig},
    store::StoredReport,
};
use sotto_wire::PhoneNumber;

use crate::program::RelayProgram;

/// Any free port.
const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// One relay with its data, on one port.
pub struct RelayHouse {
    data_dir: PathBuf,
    limits: LimitsConfig,
    files: FilesConfig,
    turn: TurnConfig,
    address: SocketAddr,
    process: Process,
}

enum Process {
    /// In this process.
    Here(Running),
    /// The real program, alive or killed.
    Program(RelayProgram),
    Stopped,
}

impl RelayHouse {
    /// A relay in this process that keeps its data in `data_dir`.
    pub async fn here(data_dir: &Path, limits: LimitsConfig, files: FilesConfig, turn: TurnConfig) -> Self {
        let running = run(data_dir, ANYWHERE, &limits, &files, &turn).await;
        let address = running.address();
        Self { data_dir: data_dir.to_owned(), limits, files, turn, address, process: Process::Here(running) }
    }

    /// The real program, which can be killed.
    pub async fn program(data_dir: &Path) -> Self {
        let program = launch(data_dir, ANYWHERE).await;
        let address = program.address();
        let (limits, files, turn) = (LimitsConfig::default(), FilesConfig::default(), TurnConfig::default());
        Self { data_dir: data_dir.to_owned(), limits, files, turn, address, process: Process::Program(program) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything it keeps.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The code that was last sent to a number.
    pub fn code_for(&self, number: &str) -> String {
        let number: PhoneNumber = number.parse().expect("a number");
        let outbox = fs::read_to_string(self.data_dir.join("outbox.jsonl")).expect("an outbox");
        let mut newest_first = outbox.lines().rev().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let sent = newest_first.find(|sent| sent["number"] == number.as_str()).expect("a code");
        sent["code"].as_str().expect("digits").to_owned()
    }

    /// What people have told its operator.
    pub async fn reports(&self) -> Vec<StoredReport> {
        let config = Config { data_dir: Some(self.data_dir.clone()), ..Config::default() };
        Reports::of(&config).expect("its database").list().await.expect("reports")
    }

    /// Drains and ends.
    pub async fn stop(&mut self) {
        match std::mem::replace(&mut self.process, Process::Stopped) {
            Process::Here(running) => running.shutdown().await.expect("the relay ends well"),
            Process::Program(_) | Process::Stopped => panic!("only a relay in this process is told to stop"),
        }
    }

    /// `kill -9`: nothing is drained, nobody is told, what is not on the disk is gone.
    pub fn kill(&mut self) {
        match &mut self.process {
            Process::Program(program) => program.kill().expect("it can be killed"),
            Process::Here(_) | Process::Stopped => panic!("only the real program can be killed"),
        }
    }

    /// The operating system's number for the real program.
    pub fn process_id(&self) -> u32 {
        match &self.process {
            Process::Program(program) => program.id(),
            Process::Here(_) | Process::Stopped => panic!("only the real program has a process of its own"),
        }
    }

    /// Starts again on the same data and port, as what it was.
    pub async fn start(&mut self) {
        self.process = match self.process {
            Process::Program(_) => Process::Program(launch(&self.data_dir, self.address).await),
            Process::Stopped => {
                Process::Here(run(&self.data_dir, self.address, &self.limits, &self.files, &self.turn).await)
            }
            Process::Here(_) => panic!("it runs"),
        };
    }
}

async fn run(
    data_dir: &Path,
    listen: SocketAddr,
    limits: &LimitsConfig,
    files: &FilesConfig,
    turn: &TurnConfig,
) -> Running {
    let mut config = Config {
        listen: listen.to_string(),
        data_dir: Some(data_dir.to_owned()),
        limits: limits.clone(),
        files: files.clone(),
        turn: turn.clone(),
        ..Config::default()
    };
    config.codes.console = false;
    Relay::start(config).await.expect("the relay starts")
}

async fn launch(data_dir: &Path, listen: SocketAddr) -> RelayProgram {
    let quiet = [("SOTTO_RELAY_CODES__CONSOLE", "false".to_owned())];
    RelayProgram::start(data_dir, listen, quiet).await.expect("the relay starts")
}
