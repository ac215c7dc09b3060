//! What files take on this computer.

use sotto_engine::{
    error::Error,
    view::{FileKind, StorageItems, StorageView, StoredFile},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn storage(engine: State<'_, EngineCell>) -> Result<StorageView, Error> {
    engine.ready().await?.storage().await
}

#[tauri::command]
pub(crate) async fn storage_items(
    engine: State<'_, EngineCell>,
    chat: Option<i64>,
    kind: Option<FileKind>,
    limit: u32,
) -> Result<StorageItems, Error> {
    engine.ready().await?.storage_items(chat, kind, limit).await
}

#[tauri::command]
pub(crate) async fn storage_delete(engine: State<'_, EngineCell>, files: Vec<StoredFile>) -> Result<(), Error> {
    engine.ready().await?.storage_delete(files).await
}

#[tauri::command]
pub(crate) async fn storage_clear(
    engine: State<'_, EngineCell>,
    chat: i64,
    kind: Option<FileKind>,
) -> Result<(), Error> {
    engine.ready().await?.storage_clear(chat, kind).await
}

#[tauri::command]
pub(crate) async fn storage_tidy(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.storage_tidy().await
}
