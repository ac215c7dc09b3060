//! One's own name and picture, and the pictures of others. Pictures cross the border as raw bytes.

use sotto_engine::{
    error::{Code, Error},
    view::Me,
};
use tauri::{
    State,
    ipc::{InvokeBody, Request, Response},
};

use crate::engine::EngineCell;

#[tauri::command]
pub(crate) async fn profile_set(engine: State<'_, EngineCell>, name: String, about: String) -> Result<Me, Error> {
    engine.ready().await?.profile_set(&name, &about).await
}

#[tauri::command]
pub(crate) async fn picture_set(engine: State<'_, EngineCell>, request: Request<'_>) -> Result<Me, Error> {
    engine.ready().await?.picture_set(bytes(request.body())?).await
}

#[tauri::command]
pub(crate) async fn picture_remove(engine: State<'_, EngineCell>) -> Result<Me, Error> {
    engine.ready().await?.picture_remove().await
}

#[tauri::command]
pub(crate) async fn picture_load(
    engine: State<'_, EngineCell>,
    chat: Option<i64>,
    small: bool,
) -> Result<Response, Error> {
    engine.ready().await?.picture_load(chat, small).await.map(Response::new)
}

/// Raw bytes; an array of numbers where the webview falls back to posting messages.
fn bytes(body: &InvokeBody) -> Result<Vec<u8>, Error> {
    match body {
        InvokeBody::Raw(bytes) => Ok(bytes.clone()),
        InvokeBody::Json(numbers) => serde_json::from_value(numbers.clone())
            .map_err(|_| Error::new(Code::PictureInvalid, "the body is no picture")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_raw_or_as_numbers() {
        assert_eq!(bytes(&InvokeBody::Raw(vec![1, 2])), Ok(vec![1, 2]));
        assert_eq!(bytes(&InvokeBody::Json(serde_json::json!([1, 255]))), Ok(vec![1, 255]));
        for odd in [serde_json::json!({}), serde_json::json!([256]), serde_json::json!("x")] {
            assert_eq!(bytes(&InvokeBody::Json(odd)).unwrap_err().code, Code::PictureInvalid);
        }
    }
}
