//! What is done to messages that are there, each named by its chat and its place.

use sotto_engine::{
    error::Error,
    view::{MentionRange, MessageItem, StarredView, WordingView},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn message_reply(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    text: String,
    order: i64,
    mentions: Vec<MentionRange>,
) -> Result<(), Error> {
    engine.ready().await?.message_write(chat, &id, &text, &mentions, Some(order)).await
}

#[tauri::command]
pub(crate) async fn message_react(
    engine: State<'_, EngineCell>,
    chat: i64,
    order: i64,
    emoji: Option<String>,
) -> Result<(), Error> {
    engine.ready().await?.message_react(chat, order, emoji.as_deref()).await
}

#[tauri::command]
pub(crate) async fn message_edit(
    engine: State<'_, EngineCell>,
    chat: i64,
    order: i64,
    text: String,
    mentions: Vec<MentionRange>,
) -> Result<(), Error> {
    engine.ready().await?.message_reword(chat, order, &text, &mentions).await
}

#[tauri::command]
pub(crate) async fn message_history(
    engine: State<'_, EngineCell>,
    chat: i64,
    order: i64,
) -> Result<Vec<WordingView>, Error> {
    engine.ready().await?.message_history(chat, order).await
}

#[tauri::command]
pub(crate) async fn message_delete(
    engine: State<'_, EngineCell>,
    chat: i64,
    orders: Vec<i64>,
    everyone: bool,
) -> Result<(), Error> {
    engine.ready().await?.message_delete(chat, &orders, everyone).await
}

#[tauri::command]
pub(crate) async fn message_forward(
    engine: State<'_, EngineCell>,
    chat: i64,
    orders: Vec<i64>,
    to: Vec<i64>,
) -> Result<(), Error> {
    engine.ready().await?.message_forward(chat, &orders, &to).await
}

#[tauri::command]
pub(crate) async fn message_star(
    engine: State<'_, EngineCell>,
    chat: i64,
    orders: Vec<i64>,
    starred: bool,
) -> Result<(), Error> {
    engine.ready().await?.message_star(chat, &orders, starred).await
}

#[tauri::command]
pub(crate) async fn starred(engine: State<'_, EngineCell>, chat: Option<i64>) -> Result<Vec<StarredView>, Error> {
    engine.ready().await?.starred(chat).await
}

#[tauri::command]
pub(crate) async fn message_pin(
    engine: State<'_, EngineCell>,
    chat: i64,
    order: i64,
    pinned: bool,
) -> Result<(), Error> {
    engine.ready().await?.message_pin(chat, order, pinned).await
}

#[tauri::command]
pub(crate) async fn thread_pins(engine: State<'_, EngineCell>, chat: i64) -> Result<Vec<MessageItem>, Error> {
    engine.ready().await?.thread_pins(chat).await
}

#[tauri::command]
pub(crate) async fn timer_set(engine: State<'_, EngineCell>, chat: i64, seconds: u32) -> Result<(), Error> {
    engine.ready().await?.timer_set(chat, seconds).await
}

#[tauri::command]
pub(crate) async fn emoji_recent(engine: State<'_, EngineCell>) -> Result<Vec<String>, Error> {
    engine.ready().await?.emoji_recent().await
}

#[tauri::command]
pub(crate) async fn emoji_used(engine: State<'_, EngineCell>, emoji: String) -> Result<(), Error> {
    engine.ready().await?.emoji_used(&emoji).await
}
