//! What people show for a day.

use sotto_engine::{
    error::Error,
    view::{StoryAudience, StoryPerson},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn stories(engine: State<'_, EngineCell>) -> Result<Vec<StoryPerson>, Error> {
    engine.ready().await?.stories().await
}

#[tauri::command]
pub(crate) async fn story_audience(engine: State<'_, EngineCell>) -> Result<StoryAudience, Error> {
    engine.ready().await?.story_audience().await
}

#[tauri::command]
pub(crate) async fn story_post(
    engine: State<'_, EngineCell>,
    id: String,
    text: String,
    ground: Option<u8>,
    file: Option<u64>,
    audience: StoryAudience,
) -> Result<(), Error> {
    engine.ready().await?.story_post(&id, &text, ground, file, audience).await
}

#[tauri::command]
pub(crate) async fn story_seen(engine: State<'_, EngineCell>, order: i64) -> Result<(), Error> {
    engine.ready().await?.story_seen(order).await
}

#[tauri::command]
pub(crate) async fn story_react(engine: State<'_, EngineCell>, order: i64, emoji: Option<String>) -> Result<(), Error> {
    engine.ready().await?.story_react(order, emoji.as_deref()).await
}

#[tauri::command]
pub(crate) async fn story_reply(
    engine: State<'_, EngineCell>,
    order: i64,
    id: String,
    text: String,
) -> Result<i64, Error> {
    engine.ready().await?.story_reply(order, &id, &text).await
}

#[tauri::command]
pub(crate) async fn story_delete(engine: State<'_, EngineCell>, order: i64) -> Result<(), Error> {
    engine.ready().await?.story_delete(order).await
}

#[tauri::command]
pub(crate) async fn story_retry(engine: State<'_, EngineCell>, order: i64) -> Result<(), Error> {
    engine.ready().await?.story_retry(order).await
}

#[tauri::command]
pub(crate) async fn story_mute(engine: State<'_, EngineCell>, chat: i64, muted: bool) -> Result<(), Error> {
    engine.ready().await?.story_mute(chat, muted).await
}
