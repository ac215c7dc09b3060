//! Calls: starting and ending one, what is switched while it lasts, and the pictures.

use sotto_engine::{
    CallFrame,
    error::Error,
    view::{CallDevice, CallDeviceKind, CallPicture, CallUpdate},
};
use tauri::{
    State,
    ipc::{Channel, InvokeResponseBody},
};

use crate::{channel::forward, engine::EngineCell};

#[tauri::command]
pub(crate) async fn call_subscribe(engine: State<'_, EngineCell>, channel: Channel<CallUpdate>) -> Result<(), Error> {
    forward(engine.ready().await?.call_subscribe()?, channel);
    Ok(())
}

#[tauri::command]
pub(crate) async fn call_start(engine: State<'_, EngineCell>, chat: i64, video: bool) -> Result<(), Error> {
    engine.ready().await?.call_start(chat, video).await
}

#[tauri::command]
pub(crate) async fn call_answer(engine: State<'_, EngineCell>, video: bool) -> Result<(), Error> {
    engine.ready().await?.call_answer(video).await
}

#[tauri::command]
pub(crate) async fn call_end(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.call_end().await
}

#[tauri::command]
pub(crate) async fn call_mute(engine: State<'_, EngineCell>, muted: bool) -> Result<(), Error> {
    engine.ready().await?.call_mute(muted)
}

#[tauri::command]
pub(crate) async fn call_camera(engine: State<'_, EngineCell>, on: bool) -> Result<(), Error> {
    engine.ready().await?.call_camera(on)
}

#[tauri::command]
pub(crate) async fn call_screen(engine: State<'_, EngineCell>, on: bool) -> Result<(), Error> {
    engine.ready().await?.call_screen(on)
}

#[tauri::command]
pub(crate) async fn call_devices(engine: State<'_, EngineCell>) -> Result<Vec<CallDevice>, Error> {
    engine.ready().await?.call_devices().await
}

#[tauri::command]
pub(crate) async fn call_device_use(
    engine: State<'_, EngineCell>,
    kind: CallDeviceKind,
    id: Option<String>,
) -> Result<(), Error> {
    engine.ready().await?.call_device_use(kind, id)
}

/// Each picture: which (0 the other person, 1 their screen, 2 this person), whole or not, its time as eight bytes (least first), then the VP8 frame.
#[tauri::command]
pub(crate) async fn call_frames(
    engine: State<'_, EngineCell>,
    channel: Channel<InvokeResponseBody>,
) -> Result<(), Error> {
    let mut frames = engine.ready().await?.call_frames()?;
    tauri::async_runtime::spawn(async move {
        while let Some(frame) = frames.recv().await {
            if channel.send(InvokeResponseBody::Raw(packed(&frame))).is_err() {
                break;
            }
        }
    });
    Ok(())
}

#[tauri::command]
pub(crate) async fn call_frame_drawn(
    engine: State<'_, EngineCell>,
    picture: CallPicture,
    broken: bool,
) -> Result<(), Error> {
    engine.ready().await?.call_frame_drawn(picture, broken)
}

fn packed(frame: &CallFrame) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(10 + frame.data.len());
    bytes.push(match frame.picture {
        CallPicture::Person => 0,
        CallPicture::Screen => 1,
        CallPicture::Own => 2,
    });
    bytes.push(u8::from(frame.key));
    bytes.extend(frame.timestamp_us.to_le_bytes());
    bytes.extend_from_slice(&frame.data);
    bytes
}
