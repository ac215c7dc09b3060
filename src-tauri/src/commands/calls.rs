//! Calls: starting and ending one, and what is switched and chosen while it lasts.

use sotto_engine::{
    error::Error,
    view::{CallDevice, CallDeviceKind, CallUpdate},
};
use tauri::{State, ipc::Channel};

use crate::{channel::forward, engine::EngineCell};

#[tauri::command]
pub(crate) async fn call_subscribe(engine: State<'_, EngineCell>, channel: Channel<CallUpdate>) -> Result<(), Error> {
    forward(engine.ready().await?.call_subscribe()?, channel);
    Ok(())
}

#[tauri::command]
pub(crate) async fn call_start(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.call_start(chat).await
}

#[tauri::command]
pub(crate) async fn call_answer(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.call_answer().await
}

#[tauri::command]
pub(crate) async fn call_end(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.call_end().await
}

#[tauri::command]
pub(crate) async fn call_mute(engine: State<'_, EngineCell>, muted: bool) -> Result<(), Error> {
    engine.ready().await?.call_mute(muted)
}

#[tauri::command]
pub(crate) async fn call_devices(engine: State<'_, EngineCell>) -> Result<Vec<CallDevice>, Error> {
    engine.ready().await?.call_devices().await
}

#[tauri::command]
pub(crate) async fn call_device_use(
    engine: State<'_, EngineCell>,
    kind: CallDeviceKind,
    id: Option<String>,
) -> Result<(), Error> {
    engine.ready().await?.call_device_use(kind, id)
}
