//! Files of messages. Their bytes cross the border raw, in pieces on the way in.

use std::path::PathBuf;

use sotto_engine::{
    error::{Code, Error},
    view::{MentionRange, SendFile, StagedFile},
};
use tauri::{
    AppHandle, Manager as _, State,
    ipc::{InvokeBody, Request, Response},
};

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn attachment_begin(engine: State<'_, EngineCell>, name: String, size: u64) -> Result<u64, Error> {
    engine.ready().await?.attachment_begin(&name, size).await
}

#[tauri::command]
pub(crate) async fn attachment_push(engine: State<'_, EngineCell>, request: Request<'_>) -> Result<(), Error> {
    let (id, bytes) = piece(request.body())?;
    engine.ready().await?.attachment_push(id, bytes).await
}

#[tauri::command]
pub(crate) async fn attachment_finish(engine: State<'_, EngineCell>, id: u64) -> Result<StagedFile, Error> {
    engine.ready().await?.attachment_finish(id).await
}

#[tauri::command]
pub(crate) async fn attachment_preview(engine: State<'_, EngineCell>, id: u64) -> Result<Response, Error> {
    engine.ready().await?.attachment_preview(id).await.map(Response::new)
}

#[tauri::command]
pub(crate) async fn attachment_drop(engine: State<'_, EngineCell>, id: u64) -> Result<(), Error> {
    engine.ready().await?.attachment_drop(id).await
}

#[tauri::command]
pub(crate) async fn attachments_send(
    engine: State<'_, EngineCell>,
    chat: i64,
    id: String,
    text: String,
    mentions: Vec<MentionRange>,
    files: Vec<SendFile>,
    answered: Option<i64>,
) -> Result<(), Error> {
    engine.ready().await?.attachments_write(chat, &id, &text, &mentions, files, answered).await
}

#[tauri::command]
pub(crate) async fn attachment_load(engine: State<'_, EngineCell>, order: i64, place: u32) -> Result<Response, Error> {
    engine.ready().await?.attachment_load(order, place).await.map(Response::new)
}

#[tauri::command]
pub(crate) async fn attachment_fetch(engine: State<'_, EngineCell>, order: i64, place: u32) -> Result<(), Error> {
    engine.ready().await?.attachment_fetch(order, place).await
}

#[tauri::command]
pub(crate) async fn attachment_cancel(engine: State<'_, EngineCell>, order: i64, place: u32) -> Result<(), Error> {
    engine.ready().await?.attachment_cancel(order, place).await
}

/// Into the person's folder for downloads: the page never names a path.
#[tauri::command]
pub(crate) async fn attachment_save(
    app: AppHandle,
    engine: State<'_, EngineCell>,
    order: i64,
    place: u32,
) -> Result<PathBuf, Error> {
    let paths = app.path();
    let folder = paths.download_dir().or_else(|_| paths.home_dir());
    let folder = folder.map_err(|error| Error::new(Code::FileUnreadable, error.to_string()))?;
    std::fs::create_dir_all(&folder).map_err(|error| Error::new(Code::FileUnreadable, error.to_string()))?;
    engine.ready().await?.attachment_save(order, place, &folder).await
}

/// Eight bytes that name the file, then some of its own. An array of numbers where the webview falls back to posting.
fn piece(body: &InvokeBody) -> Result<(u64, Vec<u8>), Error> {
    let odd = || Error::new(Code::FileUnreadable, "the body is no piece of a file");
    let bytes = match body {
        InvokeBody::Raw(bytes) => bytes.clone(),
        InvokeBody::Json(numbers) => serde_json::from_value(numbers.clone()).map_err(|_| odd())?,
    };
    let (id, bytes) = bytes.split_first_chunk::<8>().ok_or_else(odd)?;
    Ok((u64::from_be_bytes(*id), bytes.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_names_its_file() {
        let raw = InvokeBody::Raw(vec![0, 0, 0, 0, 0, 0, 1, 2, 7, 8]);
        assert_eq!(piece(&raw), Ok((258, vec![7, 8])));
        let numbers = InvokeBody::Json(serde_json::json!([0, 0, 0, 0, 0, 0, 0, 3]));
        assert_eq!(piece(&numbers), Ok((3, vec![])));
        for odd in [InvokeBody::Raw(vec![1, 2]), InvokeBody::Json(serde_json::json!({}))] {
            assert_eq!(piece(&odd).unwrap_err().code, Code::FileUnreadable);
        }
    }
}
