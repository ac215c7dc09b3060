//! Voice messages: recording, listening, sending. The sound itself never crosses the border.

use sotto_engine::{
    error::Error,
    view::{VoiceSpeed, VoiceUpdate},
};
use tauri::{State, ipc::Channel};

use crate::{channel::forward, engine::EngineCell};

#[tauri::command]
pub(crate) async fn voice_subscribe(engine: State<'_, EngineCell>, channel: Channel<VoiceUpdate>) -> Result<(), Error> {
    forward(engine.ready().await?.voice_subscribe()?, channel);
    Ok(())
}

#[tauri::command]
pub(crate) async fn voice_record(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.voice_record(chat).await
}

#[tauri::command]
pub(crate) async fn voice_pause(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.voice_pause().await
}

#[tauri::command]
pub(crate) async fn voice_discard(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.voice_discard().await
}

#[tauri::command]
pub(crate) async fn voice_send(engine: State<'_, EngineCell>, id: String, answered: Option<i64>) -> Result<(), Error> {
    engine.ready().await?.voice_send(&id, answered).await
}

#[tauri::command]
pub(crate) async fn voice_play(
    engine: State<'_, EngineCell>,
    order: Option<i64>,
    from: Option<u64>,
) -> Result<(), Error> {
    engine.ready().await?.voice_play(order, from).await
}

#[tauri::command]
pub(crate) async fn voice_rest(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.voice_rest()
}

#[tauri::command]
pub(crate) async fn voice_close(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.voice_close()
}

#[tauri::command]
pub(crate) async fn voice_seek(engine: State<'_, EngineCell>, position: u64) -> Result<(), Error> {
    engine.ready().await?.voice_seek(position)
}

#[tauri::command]
pub(crate) async fn voice_speed(engine: State<'_, EngineCell>, speed: VoiceSpeed) -> Result<(), Error> {
    engine.ready().await?.voice_speed(speed)
}
