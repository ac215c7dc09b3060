//! What a conversation has collected.

use sotto_engine::{
    error::Error,
    view::{GalleryDrawer, GalleryPage},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn gallery(
    engine: State<'_, EngineCell>,
    chat: i64,
    drawer: GalleryDrawer,
    before: Option<i64>,
    limit: u32,
) -> Result<GalleryPage, Error> {
    engine.ready().await?.gallery(chat, drawer, before, limit).await
}
