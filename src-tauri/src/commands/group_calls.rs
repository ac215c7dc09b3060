//! Calls of groups: beginning, joining and leaving one, what is shown of oneself, and the pictures.

use sotto_engine::{CallFrame, RawFrame, error::Error, view::GroupCallUpdate};
use tauri::{
    State, WebviewWindow,
    ipc::{Channel, InvokeResponseBody},
};

use super::calls::pass_on;
use crate::{channel::forward_to, engine::EngineCell};

#[tauri::command]
pub(crate) async fn group_call_subscribe(
    window: WebviewWindow,
    engine: State<'_, EngineCell>,
    channel: Channel<GroupCallUpdate>,
) -> Result<(), Error> {
    forward_to(window.label(), engine.ready().await?.group_call_subscribe()?, channel);
    Ok(())
}

#[tauri::command]
pub(crate) async fn group_call_start(engine: State<'_, EngineCell>, chat: i64, video: bool) -> Result<(), Error> {
    engine.ready().await?.group_call_start(chat, video).await
}

#[tauri::command]
pub(crate) async fn group_call_join(engine: State<'_, EngineCell>, call: String, video: bool) -> Result<(), Error> {
    engine.ready().await?.group_call_join(&call, video).await
}

#[tauri::command]
pub(crate) async fn group_call_leave(engine: State<'_, EngineCell>, call: String) -> Result<(), Error> {
    engine.ready().await?.group_call_leave(&call).await
}

#[tauri::command]
pub(crate) async fn group_call_mute(engine: State<'_, EngineCell>, muted: bool) -> Result<(), Error> {
    engine.ready().await?.group_call_mute(muted)
}

#[tauri::command]
pub(crate) async fn group_call_camera(engine: State<'_, EngineCell>, on: bool) -> Result<(), Error> {
    engine.ready().await?.group_call_camera(on)
}

#[tauri::command]
pub(crate) async fn group_call_screen(engine: State<'_, EngineCell>, on: bool) -> Result<(), Error> {
    engine.ready().await?.group_call_screen(on)
}

#[tauri::command]
pub(crate) async fn group_call_hand(engine: State<'_, EngineCell>, up: bool) -> Result<(), Error> {
    engine.ready().await?.group_call_hand(up)
}

/// Each picture: whose (four bytes, least first; 0 this person), whole or not, its time as eight bytes (least first),
/// then the VP8 frame. Raw: then width and height as two bytes each (least first), then the planes (I420).
#[tauri::command]
pub(crate) async fn group_call_frames(
    engine: State<'_, EngineCell>,
    channel: Channel<InvokeResponseBody>,
    raw: bool,
) -> Result<(), Error> {
    let engine = engine.ready().await?;
    if raw {
        pass_on(engine.group_call_frames_raw()?, channel, packed_raw);
    } else {
        pass_on(engine.group_call_frames()?, channel, packed);
    }
    Ok(())
}

#[tauri::command]
pub(crate) async fn group_call_frame_drawn(
    engine: State<'_, EngineCell>,
    picture: u32,
    broken: bool,
) -> Result<(), Error> {
    engine.ready().await?.group_call_frame_drawn(picture, broken)
}

fn packed(frame: &CallFrame<u32>) -> Vec<u8> {
    let mut bytes = head(frame.picture, frame.key, frame.timestamp_us, frame.data.len());
    bytes.extend_from_slice(&frame.data);
    bytes
}

fn packed_raw(frame: &RawFrame<u32>) -> Vec<u8> {
    let mut bytes = head(frame.picture, true, frame.timestamp_us, 4 + frame.data.len());
    for side in [frame.size.0, frame.size.1] {
        bytes.extend(u16::try_from(side).unwrap_or(u16::MAX).to_le_bytes());
    }
    bytes.extend_from_slice(&frame.data);
    bytes
}

fn head(picture: u32, whole: bool, timestamp_us: u64, rest: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(13 + rest);
    bytes.extend(picture.to_le_bytes());
    bytes.push(u8::from(whole));
    bytes.extend(timestamp_us.to_le_bytes());
    bytes
}
