//! The window of Sotto: a frame around the pages in `ui/`, and thin commands around the engine.
//!
//! The shell decides nothing. Commands forward to the engine ([`commands`]), subscriptions flow back over one channel
//! each ([`channel`]), and the few things that concern the window itself go through a [`controller`] that is tested
//! without one.

mod arguments;
mod channel;
mod commands;
mod controller;
mod engine;
mod link;
mod notify;
mod placement;
mod shell;
mod webkit;
mod window;

use anyhow::Context as _;
use tauri::{AppHandle, Manager as _, RunEvent};
use tracing_subscriber::EnvFilter;

pub use crate::arguments::Arguments;
use crate::shell::Shell;

/// Runs the program until its window is closed.
///
/// # Errors
/// When there is no display, or no place for a profile.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    start_log();
    webkit::prepare();
    let config = arguments.engine()?;
    let minimised = arguments.minimised;
    let app = tauri::Builder::default()
        .invoke_handler(commands::handler())
        .setup(move |app| Ok(Shell::start(app.handle(), config, minimised)?))
        .on_window_event(|window, event| window.state::<Shell>().window_event(event))
        .build(tauri::generate_context!())
        .context("the window cannot be opened")?;
    app.run(|app, event| {
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            // The last window was closed. The tray will change that.
            api.prevent_exit();
            end(app.clone());
        }
    });
    Ok(())
}

/// Exits once the engine has stopped.
fn end(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        app.state::<Shell>().end().await;
        app.exit(0);
    });
}

/// To standard error; `SOTTO_LOG` says how much. Nothing in it is secret.
fn start_log() {
    let filter = EnvFilter::try_from_env("SOTTO_LOG").unwrap_or_else(|_| EnvFilter::new("warn,sotto=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
