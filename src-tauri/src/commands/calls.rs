//! Calls: starting and ending one, what is switched while it lasts, and the pictures.

use sotto_engine::{
    CallFrame, RawFrame,
    error::Error,
    view::{CallDevice, CallDeviceKind, CallEntryView, CallPicture, CallUpdate},
};
use tauri::{
    State, WebviewWindow,
    ipc::{Channel, InvokeResponseBody},
};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{channel::forward_to, engine::EngineCell};

#[tauri::command]
pub(crate) async fn call_subscribe(
    window: WebviewWindow,
    engine: State<'_, EngineCell>,
    channel: Channel<CallUpdate>,
) -> Result<(), Error> {
    forward_to(window.label(), engine.ready().await?.call_subscribe()?, channel);
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
pub(crate) async fn call_history(
    engine: State<'_, EngineCell>,
    before: Option<i64>,
) -> Result<Vec<CallEntryView>, Error> {
    engine.ready().await?.call_history(before).await
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
    engine.ready().await?.call_device_use(kind, id).await
}

#[tauri::command]
pub(crate) async fn call_trial(engine: State<'_, EngineCell>, on: bool) -> Result<(), Error> {
    engine.ready().await?.call_trial(on).await
}

#[tauri::command]
pub(crate) async fn call_trial_camera(engine: State<'_, EngineCell>, on: bool) -> Result<(), Error> {
    engine.ready().await?.call_trial_camera(on).await
}

#[tauri::command]
pub(crate) async fn call_trial_sound(engine: State<'_, EngineCell>) -> Result<(), Error> {
    engine.ready().await?.call_trial_sound().await
}

/// Each picture: which (0 the other person, 1 their screen, 2 this person), whole or not, its time as eight bytes (least
/// first), then the VP8 frame. Raw: then width and height as two bytes each (least first), then the planes (I420).
#[tauri::command]
pub(crate) async fn call_frames(
    engine: State<'_, EngineCell>,
    channel: Channel<InvokeResponseBody>,
    raw: bool,
) -> Result<(), Error> {
    let engine = engine.ready().await?;
    if raw {
        pass_on(engine.call_frames_raw()?, channel, packed_raw);
    } else {
        pass_on(engine.call_frames()?, channel, packed);
    }
    Ok(())
}

pub(super) fn pass_on<T: Send + 'static>(
    mut frames: UnboundedReceiver<T>,
    channel: Channel<InvokeResponseBody>,
    pack: fn(&T) -> Vec<u8>,
) {
    tauri::async_runtime::spawn(async move {
        while let Some(frame) = frames.recv().await {
            if channel.send(InvokeResponseBody::Raw(pack(&frame))).is_err() {
                break;
            }
        }
    });
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
    let mut bytes = head(frame.picture, frame.key, frame.timestamp_us, frame.data.len());
    bytes.extend_from_slice(&frame.data);
    bytes
}

fn packed_raw(frame: &RawFrame) -> Vec<u8> {
    let mut bytes = head(frame.picture, true, frame.timestamp_us, 4 + frame.data.len());
    for side in [frame.size.0, frame.size.1] {
        bytes.extend(u16::try_from(side).unwrap_or(u16::MAX).to_le_bytes());
    }
    bytes.extend_from_slice(&frame.data);
    bytes
}

fn head(picture: CallPicture, whole: bool, timestamp_us: u64, rest: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(10 + rest);
    bytes.push(match picture {
        CallPicture::Person => 0,
        CallPicture::Screen => 1,
        CallPicture::Own => 2,
    });
    bytes.push(u8::from(whole));
    bytes.extend(timestamp_us.to_le_bytes());
    bytes
}
