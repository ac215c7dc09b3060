//! What stands behind links that are about to be sent.

use sotto_engine::{error::Error, view::LinkPreviewView};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn link_preview(
    engine: State<'_, EngineCell>,
    chat: i64,
    text: String,
) -> Result<Option<LinkPreviewView>, Error> {
    engine.ready().await?.link_preview(chat, &text).await
}

#[tauri::command]
pub(crate) async fn link_preview_close(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.link_preview_close(chat);
    Ok(())
}
