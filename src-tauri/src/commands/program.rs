//! The program as a whole: state, settings, connection, links, and the end of subscriptions.

use sotto_engine::{
    error::{Code, Error},
    view::{AppEvent, AppState, Settings},
};
use tauri::{State, WebviewWindow, ipc::Channel};

use crate::{autostart::Autostart, channel::forward_to, engine::EngineCell, link};

#[tauri::command]
pub(crate) async fn app_state(engine: State<'_, EngineCell>) -> Result<AppState, Error> {
    Ok(engine.ready().await?.app_state())
}

#[tauri::command]
pub(crate) async fn app_subscribe(
    window: WebviewWindow,
    engine: State<'_, EngineCell>,
    channel: Channel<AppEvent>,
) -> Result<(), Error> {
    forward_to(window.label(), engine.ready().await?.app_subscribe(), channel);
    Ok(())
}

#[tauri::command]
pub(crate) async fn unsubscribe(engine: State<'_, EngineCell>, subscription: u64) -> Result<(), Error> {
    engine.ready().await?.unsubscribe(subscription)
}

#[tauri::command]
pub(crate) async fn settings_set(engine: State<'_, EngineCell>, settings: Settings) -> Result<(), Error> {
    engine.ready().await?.settings_set(settings).await
}

#[tauri::command]
pub(crate) async fn reconnect(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.reconnect().await
}

#[tauri::command]
pub(crate) async fn link_open(url: String) -> Result<(), Error> {
    link::open(&url)
}

#[tauri::command]
pub(crate) async fn autostart(autostart: State<'_, Autostart>) -> Result<bool, Error> {
    Ok(autostart.is_on())
}

#[tauri::command]
pub(crate) async fn autostart_set(autostart: State<'_, Autostart>, on: bool) -> Result<(), Error> {
    autostart.set(on).map_err(|error| Error::new(Code::Internal, format!("starting with the computer: {error}")))
}
