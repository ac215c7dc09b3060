//! Finding what was written.

use sotto_engine::{
    error::Error,
    view::{SearchFilter, SearchPage, SearchPlaces},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn search(
    engine: State<'_, EngineCell>,
    text: String,
    filter: SearchFilter,
    before: Option<i64>,
    limit: u32,
) -> Result<SearchPage, Error> {
    engine.ready().await?.search(&text, filter, before, limit).await
}

#[tauri::command]
pub(crate) async fn search_chat(engine: State<'_, EngineCell>, chat: i64, text: String) -> Result<SearchPlaces, Error> {
    engine.ready().await?.search_chat(chat, &text).await
}
