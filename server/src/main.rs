//! `sotto-relay`: arguments in, [`sotto_relay::run`] called.

#[path = "main/invite.rs"]
mod invite;
#[path = "main/reports.rs"]
mod reports;

use std::{
    io::{IsTerminal as _, Read as _},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use invite::Invite;
use mimalloc::MiMalloc;
use reports::ReportsDeed;
use sotto_relay::Config;
use tracing_subscriber::EnvFilter;

/// A message is read on one thread and let go on another, for which glibc's allocator takes a lock that all share.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The Sotto relay: stores and forwards sealed bytes.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the relay until it is told to stop.
    Serve {
        #[command(flatten)]
        source: Source,
        /// Logs as JSON lines.
        #[arg(long)]
        log_json: bool,
        /// Ends when standard input is closed, so that it never outlives the program that started it.
        #[arg(long)]
        exit_with_parent: bool,
    },
    /// Checks the configuration and prints it in full.
    CheckConfig {
        #[command(flatten)]
        source: Source,
    },
    /// Makes, lists and revokes invitations.
    Invite {
        #[command(flatten)]
        source: Source,
        #[command(subcommand)]
        what: Invite,
    },
    /// Shows what people have told about others.
    Reports {
        #[command(flatten)]
        source: Source,
        #[command(subcommand)]
        what: ReportsDeed,
    },
}

/// Where the configuration comes from. `SOTTO_RELAY_*` variables win over the file, arguments over both.
#[derive(Debug, Args)]
struct Source {
    /// TOML file.
    #[arg(long, env = "SOTTO_RELAY_CONFIG")]
    config: Option<PathBuf>,
    /// Where the database lies.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Address and port; port 0 takes any free one.
    #[arg(long)]
    listen: Option<String>,
}

impl Source {
    fn read(self) -> anyhow::Result<Config> {
        let mut config = Config::read(self.config.as_deref(), std::env::vars())?;
        config.data_dir = self.data_dir.or(config.data_dir);
        config.listen = self.listen.unwrap_or(config.listen);
        config.check()?;
        Ok(config)
    }
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Serve { source, log_json, exit_with_parent } => {
            start_log(log_json);
            serve(source.read()?, exit_with_parent)
        }
        Command::CheckConfig { source } => {
            print_configuration(&source.read()?.show()?);
            Ok(())
        }
        Command::Invite { source, what } => invite::run(&source.read()?, what),
        Command::Reports { source, what } => reports::run(&source.read()?, what),
    }
}

#[tokio::main]
async fn serve(config: Config, exit_with_parent: bool) -> anyhow::Result<()> {
    let terminate = terminated().context("cannot listen for signals")?;
    let orphaned = orphaned(exit_with_parent);
    let shutdown = async {
        tokio::select! {
            () = terminate => tracing::info!("told to stop"),
            () = orphaned => tracing::info!("the program that started this relay is gone"),
        }
    };
    Ok(sotto_relay::run(config, shutdown).await?)
}

/// Ready at SIGTERM or ctrl-c.
#[cfg(unix)]
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ready at ctrl-c.
#[cfg(not(unix))]
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Ready when standard input ends, if that matters.
async fn orphaned(matters: bool) {
    let (gone, wait) = tokio::sync::oneshot::channel();
    if matters {
        // A thread of its own: a read of standard input cannot be called off, and must not hold up the end.
        std::thread::spawn(move || {
            let mut input = std::io::stdin().lock();
            let mut ignored = [0; 256];
            while matches!(input.read(&mut ignored), Ok(read) if read > 0) {}
            let _ = gone.send(());
        });
        let _ = wait.await;
    } else {
        std::future::pending::<()>().await;
    }
}

/// What is logged by default. The libraries that forward group calls would name the addresses of those in them.
const LOGGED: &str = "info,sfu=off,rtc=off";

fn start_log(json: bool) {
    let filter = EnvFilter::try_from_env("SOTTO_RELAY_LOG").unwrap_or_else(|_| EnvFilter::new(LOGGED));
    let coloured = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured);
    if json {
        log.json().init();
    } else {
        log.init();
    }
}

#[allow(clippy::print_stdout, reason = "the configuration is what check-config is asked for")]
fn print_configuration(text: &str) {
    println!("{text}");
}
