//! One person: the contact panel, and what is believed of their key.

use sotto_engine::{
    error::Error,
    view::{ContactView, ReportReasonView, SafetyNumber},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn contact_view(engine: State<'_, EngineCell>, chat: i64) -> Result<ContactView, Error> {
    engine.ready().await?.contact_view(chat).await
}

#[tauri::command]
pub(crate) async fn contact_rename(
    engine: State<'_, EngineCell>,
    chat: i64,
    name: Option<String>,
) -> Result<ContactView, Error> {
    engine.ready().await?.contact_rename(chat, name.as_deref()).await
}

#[tauri::command]
pub(crate) async fn safety_number(engine: State<'_, EngineCell>, chat: i64) -> Result<SafetyNumber, Error> {
    engine.ready().await?.safety_number(chat).await
}

#[tauri::command]
pub(crate) async fn trust_verify(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.trust_verify(chat).await
}

#[tauri::command]
pub(crate) async fn trust_accept(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.trust_accept(chat).await
}

/// Leaves this computer in the clear, for the relay's operator: what the person has seen before and nothing else.
#[tauri::command]
pub(crate) async fn person_report(
    engine: State<'_, EngineCell>,
    chat: i64,
    reason: ReportReasonView,
    words: String,
    orders: Vec<i64>,
) -> Result<(), Error> {
    engine.ready().await?.person_report(chat, reason, &words, &orders).await
}
