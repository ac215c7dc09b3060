//! The chat list, and a chat as a whole.

use sotto_engine::{
    SubscriptionId,
    error::Error,
    view::{ChatListUpdate, ChatRow},
};
use tauri::{State, ipc::Channel};

use crate::{channel::forward, engine::EngineCell};

#[tauri::command]
pub(crate) async fn chats_subscribe(
    engine: State<'_, EngineCell>,
    channel: Channel<ChatListUpdate>,
) -> Result<SubscriptionId, Error> {
    let (subscription, updates) = engine.ready().await?.chats_subscribe().await?;
    forward(updates, channel);
    Ok(subscription)
}

#[tauri::command]
pub(crate) async fn chat_row(engine: State<'_, EngineCell>, chat: i64) -> Result<ChatRow, Error> {
    engine.ready().await?.chat_row(chat).await
}

#[tauri::command]
pub(crate) async fn chat_start(engine: State<'_, EngineCell>, number: String) -> Result<i64, Error> {
    engine.ready().await?.chat_start(&number).await
}

#[tauri::command]
pub(crate) async fn chat_read(engine: State<'_, EngineCell>, chat: i64, up_to: i64) -> Result<(), Error> {
    engine.ready().await?.chat_read(chat, up_to).await
}

#[tauri::command]
pub(crate) async fn chat_focus(engine: State<'_, EngineCell>, chat: Option<i64>) -> Result<(), Error> {
    engine.ready().await?.chat_focus(chat)
}

#[tauri::command]
pub(crate) async fn typing_set(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.typing_set(chat).await
}

#[tauri::command]
pub(crate) async fn draft_set(engine: State<'_, EngineCell>, chat: i64, text: String) -> Result<(), Error> {
    engine.ready().await?.draft_set(chat, &text).await
}

#[tauri::command]
pub(crate) async fn request_accept(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.request_accept(chat).await
}
