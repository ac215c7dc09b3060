//! The window of Sotto: a frame around the pages in `ui/`, and thin commands around the engine.
//!
//! The shell decides nothing. Commands forward to the engine ([`commands`]), subscriptions flow back over one channel
//! each ([`channel`]), and the few things that concern the window itself go through a [`controller`] that is tested
//! without one.

mod arguments;
mod autostart;
mod beside;
#[cfg(all(test, target_os = "linux"))]
mod bus;
mod channel;
mod commands;
mod controller;
mod engine;
mod instance;
mod link;
mod notify;
mod placement;
mod ringing;
mod shell;
mod tray;
mod webkit;
mod window;
mod words;

use anyhow::Context as _;
use sotto_engine::Engine;
use tauri::{AppHandle, Manager as _, RunEvent};
use tracing_subscriber::EnvFilter;

pub use crate::arguments::Arguments;
use crate::{instance::Instance, shell::Shell};

/// Runs the program until its window is closed.
///
/// # Errors
/// When there is no display, or no place for a profile.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    webkit::prepare();
    start_log();
    let config = arguments.engine()?;
    let (minimised, autostart) = (arguments.minimised, arguments.autostart()?);
    let (sender, started) = std::sync::mpsc::channel();
    let instance = instance::claim(&config.profile_dir, move || {
        // Nobody listens any more once the program ends.
        let _ = sender.send(());
    });
    if matches!(instance, Instance::Other) {
        return Ok(());
    }
    let profile = config.profile_dir.clone();
    // Before the window: while that loads its web view, the database is opened.
    let engine = tauri::async_runtime::spawn(Engine::start(config));
    let app = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .manage(autostart)
        .setup(move |app| Ok(Shell::start(app.handle(), &profile, engine, minimised, instance)?))
        .on_window_event(|window, event| window.state::<Shell>().window_event(window.label(), event))
        .build(tauri::generate_context!())
        .context("the window cannot be opened")?;
    come_when_started_again(app.handle().clone(), started);
    app.run(|app, event| {
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            // The last window was closed; whether that is the end is decided elsewhere.
            api.prevent_exit();
            app.state::<Shell>().closed();
        }
    });
    Ok(())
}

/// Brings the window forward whenever the program is started once more.
fn come_when_started_again(app: AppHandle, started: std::sync::mpsc::Receiver<()>) {
    tauri::async_runtime::spawn_blocking(move || {
        for () in started {
            app.state::<Shell>().started_again();
        }
    });
}

/// To standard error; `SOTTO_LOG` says how much. Nothing in it is secret.
fn start_log() {
    let filter = EnvFilter::try_from_env("SOTTO_LOG").unwrap_or_else(|_| EnvFilter::new("warn,sotto=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
