//! One conversation: reading it, and writing in it.

use sotto_engine::{
    SubscriptionId,
    error::Error,
    view::{MentionRange, ThreadPage, ThreadUpdate},
};
use tauri::{State, ipc::Channel};

use crate::{channel::forward, engine::EngineCell};

#[tauri::command]
pub(crate) async fn thread_subscribe(
    engine: State<'_, EngineCell>,
    chat: i64,
    around: Option<i64>,
    channel: Channel<ThreadUpdate>,
) -> Result<SubscriptionId, Error> {
    let (subscription, updates) = engine.ready().await?.thread_subscribe(chat, around).await?;
    forward(updates, channel);
    Ok(subscription)
}

#[tauri::command]
pub(crate) async fn thread_page(
    engine: State<'_, EngineCell>,
    chat: i64,
    before: Option<i64>,
    after: Option<i64>,
    limit: u32,
) -> Result<ThreadPage, Error> {
    engine.ready().await?.thread_page(chat, before, after, limit).await
}

#[tauri::command]
pub(crate) async fn message_send(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    text: String,
    mentions: Vec<MentionRange>,
) -> Result<(), Error> {
    engine.ready().await?.message_write(chat, &id, &text, &mentions, None).await
}

#[tauri::command]
pub(crate) async fn message_retry(engine: State<'_, EngineCell>, chat: i64, id: String) -> Result<(), Error> {
    engine.ready().await?.message_retry(chat, &id).await
}

#[tauri::command]
pub(crate) async fn message_discard(engine: State<'_, EngineCell>, chat: i64, id: String) -> Result<(), Error> {
    engine.ready().await?.message_discard(chat, &id).await
}
