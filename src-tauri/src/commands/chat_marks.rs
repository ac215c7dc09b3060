//! What a person decides about a chat.

use sotto_engine::{
    error::Error,
    view::{Folder, MuteFor, Wallpaper},
};
use tauri::State;

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn chat_pin(engine: State<'_, EngineCell>, chat: i64, pinned: bool) -> Result<(), Error> {
    engine.ready().await?.chat_pin(chat, pinned).await
}

#[tauri::command]
pub(crate) async fn chat_archive(engine: State<'_, EngineCell>, chat: i64, archived: bool) -> Result<(), Error> {
    engine.ready().await?.chat_archive(chat, archived).await
}

#[tauri::command]
pub(crate) async fn chat_mute(
    engine: State<'_, EngineCell>,
    chat: i64,
    duration: Option<MuteFor>,
) -> Result<(), Error> {
    engine.ready().await?.chat_mute(chat, duration).await
}

#[tauri::command]
pub(crate) async fn chat_mark(engine: State<'_, EngineCell>, chat: i64, unread: bool) -> Result<(), Error> {
    engine.ready().await?.chat_mark(chat, unread).await
}

#[tauri::command]
pub(crate) async fn chat_block(engine: State<'_, EngineCell>, chat: i64, blocked: bool) -> Result<(), Error> {
    engine.ready().await?.chat_block(chat, blocked).await
}

#[tauri::command]
pub(crate) async fn chat_clear(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.chat_clear(chat).await
}

#[tauri::command]
pub(crate) async fn chat_delete(engine: State<'_, EngineCell>, chat: i64) -> Result<(), Error> {
    engine.ready().await?.chat_delete(chat).await
}

#[tauri::command]
pub(crate) async fn notes_open(engine: State<'_, EngineCell>) -> Result<i64, Error> {
    engine.ready().await?.notes_open().await
}

#[tauri::command]
pub(crate) async fn chat_notify(
    engine: State<'_, EngineCell>,
    chat: i64,
    quiet: bool,
    discreet: bool,
) -> Result<(), Error> {
    engine.ready().await?.chat_notify(chat, quiet, discreet).await
}

#[tauri::command]
pub(crate) async fn chat_wallpaper(
    engine: State<'_, EngineCell>,
    chat: i64,
    wallpaper: Option<Wallpaper>,
) -> Result<(), Error> {
    engine.ready().await?.chat_wallpaper(chat, wallpaper).await
}

#[tauri::command]
pub(crate) async fn folders(engine: State<'_, EngineCell>) -> Result<Vec<Folder>, Error> {
    engine.ready().await?.folders().await
}

#[tauri::command]
pub(crate) async fn folders_set(engine: State<'_, EngineCell>, folders: Vec<Folder>) -> Result<(), Error> {
    engine.ready().await?.folders_set(folders).await
}
