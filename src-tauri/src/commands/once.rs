//! Photos that may be looked at once.

use sotto_engine::{error::Error, view::SendFile};
use tauri::{State, ipc::Response};

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn once_send(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    files: Vec<SendFile>,
    answered: Option<i64>,
) -> Result<(), Error> {
    engine.ready().await?.once_send(chat, &id, files, answered).await
}

/// The photos one after the other, each behind its length in four bytes.
#[tauri::command]
pub(crate) async fn once_open(engine: State<'_, EngineCell>, chat: i64, order: i64) -> Result<Response, Error> {
    let photos = engine.ready().await?.once_open(chat, order).await?;
    let mut bytes = Vec::with_capacity(photos.iter().map(|photo| 4 + photo.len()).sum());
    for photo in photos {
        bytes.extend(u32::try_from(photo.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(photo);
    }
    Ok(Response::new(bytes))
}
