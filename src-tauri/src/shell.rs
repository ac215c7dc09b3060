//! Joins engine, controller and window: carries out what the controller decides.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sotto_engine::{Engine, EngineConfig, view::Theme};
use tauri::{AppHandle, Manager as _, WindowEvent};
use tokio::{sync::watch, time::timeout};
use tracing::{debug, error, warn};

use crate::{
    controller::{Controller, Effect, Happening},
    engine::{EngineCell, Started},
    notify::Notifier,
    placement::Placement,
    window,
};

/// How long the engine may take to put its things away.
const END_PATIENCE: Duration = Duration::from_secs(5);

/// Lives as long as the program.
pub(crate) struct Shell {
    app: AppHandle,
    engine: EngineCell,
    profile: PathBuf,
    controller: Mutex<Controller>,
    notifier: Notifier,
}

impl Shell {
    /// Opens the window, and starts the engine beside it.
    pub(crate) fn start(app: &AppHandle, config: EngineConfig, minimised: bool) -> tauri::Result<()> {
        let (sender, engine) = EngineCell::new();
        let clicked = app.clone();
        app.manage(engine.clone());
        app.manage(Self {
            app: app.clone(),
            engine,
            profile: config.profile_dir.clone(),
            controller: Mutex::default(),
            notifier: Notifier::new(move |chat, order| {
                clicked.state::<Self>().happen(Happening::Clicked { chat, order });
            }),
        });
        window::open(app, &config.profile_dir, minimised)?;
        tauri::async_runtime::spawn(run_engine(app.clone(), config, sender));
        Ok(())
    }

    /// Something happened to the window.
    pub(crate) fn window_event(&self, event: &WindowEvent) {
        match event {
            WindowEvent::Focused(focus) => {
                self.happen(Happening::Focus(*focus));
                if !focus {
                    self.remember(None);
                }
            }
            WindowEvent::CloseRequested { .. } => self.remember(None),
            _ => {}
        }
    }

    /// Puts everything away. The database needs no goodbye; the bundled relay and the connection are told.
    pub(crate) async fn end(&self) {
        if let Some(engine) = self.engine.now()
            && timeout(END_PATIENCE, engine.stop()).await.is_err()
        {
            warn!("the engine takes too long to stop");
        }
    }

    fn happen(&self, happening: Happening<'_>) {
        let effects = self.controller().handle(happening);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Notify(notification) => self.notifier.show(notification),
            Effect::Raise => {
                if let Some(window) = window::find(&self.app) {
                    window::raise(&window);
                }
            }
            Effect::OpenChat { chat, order } => {
                if let Some(engine) = self.engine.now() {
                    engine.chat_open(chat, Some(order));
                }
            }
            Effect::TellFocus(focus) => self.tell_focus(focus),
            Effect::Paint(theme) => {
                if let Some(window) = window::find(&self.app) {
                    window::paint(&window, theme);
                }
                self.remember(Some(theme));
            }
        }
    }

    /// The window usually has focus before there is an engine: that is told when there is one.
    fn tell_focus(&self, focus: bool) {
        if let Some(engine) = self.engine.now() {
            engine.window_focus(focus);
        }
    }

    fn remember(&self, theme: Option<Theme>) {
        // A profile that could not be used, or is another's, gets no file of ours.
        let (Some(window), Some(_)) = (window::find(&self.app), self.engine.now()) else { return };
        let before = Placement::read(&self.profile);
        let before = Placement { theme: theme.unwrap_or(before.theme), ..before };
        let written = window::placement(&window, before).map(|placement| placement.write(&self.profile));
        if !matches!(written, Ok(Ok(()))) {
            debug!(?written, "the window's place is not remembered");
        }
    }

    fn controller(&self) -> MutexGuard<'_, Controller> {
        self.controller.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Starts the engine and listens to it until it stops.
async fn run_engine(app: AppHandle, config: EngineConfig, started: watch::Sender<Started>) {
    let (engine, mut events) = match Engine::start(config).await {
        Ok(running) => running,
        Err(error) => {
            error!(%error, "the engine does not start");
            started.send_replace(Some(Err(error)));
            return;
        }
    };
    if let Some(window) = window::find(&app) {
        engine.window_focus(window.is_focused().unwrap_or(false));
    }
    started.send_replace(Some(Ok(engine)));
    let shell = app.state::<Shell>();
    while let Some(event) = events.next().await {
        shell.happen(Happening::Engine(&event));
    }
    // Commands that still wait find the cell filled as long as this lives.
    drop(started);
}
