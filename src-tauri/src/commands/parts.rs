//! What messages carry besides words, and messages that leave later.

use sotto_engine::{
    error::Error,
    view::{MentionRange, PlaceView, PollVotes, ScheduledView},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn poll_send(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    question: String,
    answers: Vec<String>,
    several: bool,
) -> Result<(), Error> {
    engine.ready().await?.poll_send(chat, &id, &question, &answers, several).await
}

#[tauri::command]
pub(crate) async fn poll_vote(
    engine: State<'_, EngineCell>,
    chat: i64,
    order: i64,
    choice: Vec<u8>,
) -> Result<(), Error> {
    engine.ready().await?.poll_vote(chat, order, &choice).await
}

#[tauri::command]
pub(crate) async fn poll_close(engine: State<'_, EngineCell>, chat: i64, order: i64) -> Result<(), Error> {
    engine.ready().await?.poll_close(chat, order).await
}

#[tauri::command]
pub(crate) async fn poll_votes(engine: State<'_, EngineCell>, chat: i64, order: i64) -> Result<Vec<PollVotes>, Error> {
    engine.ready().await?.poll_votes(chat, order).await
}

#[tauri::command]
pub(crate) async fn card_send(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    of: Option<i64>,
) -> Result<(), Error> {
    engine.ready().await?.card_send(chat, &id, of).await
}

#[tauri::command]
pub(crate) async fn card_open(engine: State<'_, EngineCell>, chat: i64, order: i64) -> Result<i64, Error> {
    engine.ready().await?.card_open(chat, order).await
}

#[tauri::command]
pub(crate) async fn place_check(engine: State<'_, EngineCell>, input: String) -> Result<Option<PlaceView>, Error> {
    Ok(engine.ready().await?.place_check(&input))
}

#[tauri::command]
pub(crate) async fn place_send(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    place: String,
    text: String,
) -> Result<(), Error> {
    engine.ready().await?.place_send(chat, &id, &place, &text).await
}

#[tauri::command]
pub(crate) async fn message_schedule(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    text: String,
    at: i64,
    order: Option<i64>,
    mentions: Vec<MentionRange>,
) -> Result<(), Error> {
    engine.ready().await?.message_schedule(chat, &id, &text, at, order, &mentions).await
}

#[tauri::command]
pub(crate) async fn scheduled(engine: State<'_, EngineCell>, chat: i64) -> Result<Vec<ScheduledView>, Error> {
    engine.ready().await?.scheduled(chat).await
}

#[tauri::command]
pub(crate) async fn scheduled_move(engine: State<'_, EngineCell>, id: String, at: i64) -> Result<(), Error> {
    engine.ready().await?.scheduled_move(&id, at).await
}

#[tauri::command]
pub(crate) async fn scheduled_cancel(engine: State<'_, EngineCell>, id: String) -> Result<(), Error> {
    engine.ready().await?.scheduled_cancel(&id).await
}

#[tauri::command]
pub(crate) async fn scheduled_send(engine: State<'_, EngineCell>, id: String) -> Result<(), Error> {
    engine.ready().await?.scheduled_send(&id).await
}
