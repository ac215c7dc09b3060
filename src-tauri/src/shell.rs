//! Joins engine, controller and window: carries out what the controller decides.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sotto_engine::{
    Handle,
    api::new_message_id,
    error::Error,
    view::{Settings, Theme},
};
use tauri::{AppHandle, Manager as _, WindowEvent};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};
use tracing::{debug, error, warn};

use crate::{
    beside, channel,
    controller::{Controller, Effect, Happening},
    engine::{EngineCell, Started, Starting, given_up},
    instance::Instance,
    notify::{Notifier, Shown},
    placement::Placement,
    ringing,
    tray::{Picture, Standing, Tray},
    window,
    words::Words,
};

/// How long the engine may take to put its things away.
const END_PATIENCE: Duration = Duration::from_secs(5);
/// How long a desktop that is just starting, or starting again, may take until it shows a tray.
const TRAY_PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked for.
const TRAY_LOOK: Duration = Duration::from_millis(100);

/// Lives as long as the program.
pub(crate) struct Shell {
    app: AppHandle,
    engine: EngineCell,
    profile: PathBuf,
    controller: Mutex<Controller>,
    notifier: Notifier,
    tray: Tray,
    /// The name that says that this program has the profile.
    _instance: Instance,
}

impl Shell {
    /// Opens the window, and listens to the engine that starts beside it.
    pub(crate) fn start(
        app: &AppHandle,
        profile: &Path,
        starting: Starting,
        minimised: bool,
        instance: Instance,
    ) -> tauri::Result<()> {
        let (sender, engine) = EngineCell::new();
        let (answered, pressed) = (app.clone(), app.clone());
        let standing = Standing { unread: 0, do_not_disturb: false, words: Words::of(None) };
        app.manage(engine.clone());
        app.manage(Self {
            app: app.clone(),
            engine,
            profile: profile.to_owned(),
            controller: Mutex::default(),
            notifier: Notifier::new(move |chat, order, answer| {
                answered.state::<Self>().happen(Happening::Answered { chat, order, answer: &answer });
            }),
            tray: Tray::start(picture(app), standing, move |event| {
                // The desktop may say that it has none before there is a shell.
                if let Some(shell) = pressed.try_state::<Self>() {
                    shell.happen(Happening::Tray(event));
                }
            }),
            _instance: instance,
        });
        if !minimised {
            window::open(app, profile, false)?;
        }
        tauri::async_runtime::spawn(run_engine(app.clone(), starting, sender));
        if minimised {
            tauri::async_runtime::spawn(start_aside(app.clone()));
        }
        Ok(())
    }

    /// Something happened to a window.
    pub(crate) fn window_event(&self, label: &str, event: &WindowEvent) {
        match event {
            WindowEvent::Destroyed if label != window::LABEL => channel::end_all(label),
            // Who looks at a small window does not look at what the large one shows.
            _ if label != window::LABEL => {}
            WindowEvent::Focused(focus) => {
                self.happen(Happening::Focus(*focus));
                if !focus {
                    self.remember(None);
                }
            }
            WindowEvent::CloseRequested { .. } => self.remember(None),
            WindowEvent::Destroyed => {
                channel::end_all(label);
                self.happen(Happening::Focus(false));
                if let Some(engine) = self.engine.now() {
                    engine.window_closed();
                }
            }
            _ => {}
        }
    }

    /// The last window is gone.
    pub(crate) fn closed(&self) {
        self.happen(Happening::Closed { there: self.tray.is_there() });
    }

    /// The program was started once more.
    pub(crate) fn started_again(&self) {
        self.happen(Happening::StartedAgain);
    }

    /// The floating call is to be seen in the window again.
    pub(crate) fn call_wanted(&self) {
        self.happen(Happening::CallWanted);
    }

    /// What the shell says itself, in the language chosen.
    pub(crate) fn words(&self) -> Words {
        self.controller().words()
    }

    /// Puts everything away. The database needs no goodbye; the bundled relay and the connection are told.
    pub(crate) async fn end(&self) {
        self.notifier.clear();
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
            Effect::Notify(notification) => {
                let words = self.words();
                self.notifier.show(Shown { notification, words });
            }
            Effect::Raise => self.raise(),
            Effect::MarkRead { chat, order } => {
                self.ask(move |engine| async move { engine.chat_read(chat, order).await });
            }
            Effect::Send { chat, text } => {
                self.ask(move |engine| async move { engine.message_send(chat, &new_message_id(), &text).await });
            }
            Effect::Tray(standing) => self.tray.show(standing),
            Effect::Withdraw(chat) => self.notifier.withdraw(chat),
            Effect::OpenAside => self.open(true),
            Effect::ComeBack => {
                let app = self.app.clone();
                tauri::async_runtime::spawn(async move {
                    let shell = app.state::<Self>();
                    if !shell.tray_comes().await {
                        shell.open(true);
                    }
                });
            }
            Effect::DoNotDisturb(do_not_disturb) => self.ask(move |engine| async move {
                let Some(settings) = engine.app_state().settings else { return Ok(()) };
                engine.settings_set(Settings { do_not_disturb, ..settings }).await
            }),
            Effect::End => end(self.app.clone()),
            Effect::OpenChat { chat, order } => {
                if let Some(engine) = self.engine.now() {
                    engine.chat_open(chat, Some(order));
                }
            }
            Effect::TellFocus(focus) => self.tell_focus(focus),
            Effect::Listen => self.listen(),
            Effect::Ring(true) => beside::ring(&self.app, self.words()),
            Effect::Ring(false) => beside::close(&self.app, beside::RINGING),
            Effect::Paint(theme) => {
                if let Some(window) = window::find(&self.app) {
                    window::paint(&window, theme);
                }
                self.remember(Some(theme));
            }
        }
    }

    /// The window to the front, made anew if it was closed.
    fn raise(&self) {
        self.open(false);
    }

    /// The window, if there is none. Only the main thread may make one.
    fn open(&self, aside: bool) {
        let (app, profile) = (self.app.clone(), self.profile.clone());
        let raise = move || match window::find(&app) {
            Some(_) if aside => {}
            Some(window) => window::raise(&window),
            None => {
                if let Err(error) = window::open(&app, &profile, aside) {
                    error!(%error, "the window cannot be opened");
                }
                // Its pages show the call themselves, and the pictures go to one window.
                beside::close(&app, beside::FLOATING);
            }
        };
        if let Err(error) = self.app.run_on_main_thread(raise) {
            debug!(%error, "the window cannot be raised");
        }
    }

    /// Waits until the call that rings is decided.
    fn listen(&self) {
        let Some(engine) = self.engine.now() else { return };
        let (Ok(calls), Ok(groups)) = (engine.call_subscribe(), engine.group_call_subscribe()) else { return };
        let app = self.app.clone();
        tauri::async_runtime::spawn(async move {
            let answered = ringing::decided(calls, groups).await;
            app.state::<Self>().happen(Happening::Decided { answered });
        });
    }

    /// Waits for the tray, which comes with the desktop; false if it does not come.
    async fn tray_comes(&self) -> bool {
        let until = Instant::now() + TRAY_PATIENCE;
        while !self.tray.is_there() && Instant::now() < until {
            sleep(TRAY_LOOK).await;
        }
        self.tray.is_there()
    }

    /// Asks the engine for something that nobody waits for.
    fn ask<F>(&self, wish: impl FnOnce(Handle) -> F + Send + 'static)
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let Some(engine) = self.engine.now() else { return };
        tauri::async_runtime::spawn(async move {
            if let Err(error) = wish(engine).await {
                warn!(%error, "what was chosen outside the window was not done");
            }
        });
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

/// Waits in the tray for messages, or opens the window out of the way.
async fn start_aside(app: AppHandle) {
    let shell = app.state::<Shell>();
    let there = shell.tray_comes().await;
    let state = shell.engine.ready().await.ok().map(|engine| engine.app_state());
    shell.happen(Happening::StartedAside { state: state.as_ref(), there });
}

/// Exits once the engine has stopped.
fn end(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        app.state::<Shell>().end().await;
        app.exit(0);
    });
}

/// The program's picture, for the tray.
fn picture(app: &AppHandle) -> Picture {
    let icon = app.default_window_icon();
    icon.map(|icon| Picture { width: icon.width(), height: icon.height(), points: icon.rgba().to_vec() })
        .unwrap_or_default()
}

/// Waits until the engine has started and listens to it until it stops.
async fn run_engine(app: AppHandle, starting: Starting, started: watch::Sender<Started>) {
    let (engine, mut events) = match starting.await.unwrap_or_else(|error| Err(given_up(&error))) {
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
